/** `npm run scalper`: plays a scalper with many accounts beside an honest crowd, and tells what each got. */
import { parseArgs } from "node:util";
import { readRunning } from "../running.ts";
import { client } from "./client.ts";
import { type Outcome, play } from "./play.ts";

const HELP = `Plays a scalper with many accounts beside an honest crowd of as many, against the system that \`npm start\` runs, and
tells what each trick got and how the seats were shared. Ends with 1 if a trick got anything.

  npm run scalper -- [options]

  --accounts N  accounts on each side        (default: 20)
  --seats N     seats of the sale            (default: 60)
  --limit N     seats that a user may have   (default: 4)
  --data DIR    where npm start keeps its data  (default: .onsale)
  --help        this text
`;

const { values } = parseArgs({
  options: {
    accounts: { type: "string", default: "20" },
    seats: { type: "string", default: "60" },
    limit: { type: "string", default: "4" },
    data: { type: "string", default: ".onsale" },
    help: { type: "boolean", default: false },
  },
});

const table = ({ tricks, seats, scalper, honest, most, abandoned, refusals, signUps }: Outcome): string =>
  [
    ...tricks.map(
      ({ name, tried, got, answers }) =>
        `  ${got === 0 ? "✓" : "✗"} ${name.padEnd(46)} ${String(tried).padStart(4)} tried, ${got} got  ${JSON.stringify(answers)}`,
    ),
    "",
    `  Of ${seats} seats the scalper's accounts have ${scalper}, as many honest ones ${honest}; no account has more than ${most}.`,
    `  ${abandoned} holds were let go on purpose; refused: ${JSON.stringify(refusals)}.`,
    `  An account cost ${Math.round(signUps.ms / signUps.accounts)} ms to make and sign in, two at a time.`,
  ].join("\n");

const main = async (): Promise<number> => {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const running = readRunning(values.data);
  if (!running) {
    console.error("Nothing runs here: run `npm start` first.");
    return 2;
  }
  const outside = client(running.api);
  const organiser = await outside.signIn("admin@onsale.test", "onsale-admin");
  const [accounts, seats, limit] = [values.accounts, values.seats, values.limit].map(Number) as [
    number,
    number,
    number,
  ];
  const outcome = await play(outside, organiser, { accounts, seats, limit, opensIn: 8 }, (line) => console.log(line));
  console.log(table(outcome));
  return outcome.tricks.every(({ got }) => got === 0) && outcome.most <= limit ? 0 : 1;
};

process.exitCode = await main();
