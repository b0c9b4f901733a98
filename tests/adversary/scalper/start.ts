/** `npm run scalper`: plays a scalper with many accounts and an honest crowd, and prints the effect of each measure. */
import { parseArgs } from "node:util";
import { signInLimits } from "#core/account/throttle.ts";
import { rateRules } from "#core/contract/firewall.ts";
import { readRunning } from "#local/running.ts";
import { type Account, outside } from "./client.ts";
import { type Outcome, play } from "./play.ts";
import { beaten, table, trickLines } from "./report.ts";
import { each } from "./sale.ts";
import { solver } from "./solver.ts";
import * as Throttles from "./throttles.ts";
import type { Trick } from "./tricks.ts";

const HELP = `Plays a scalper with many accounts on one core beside an honest crowd, against the system that \`npm start\` runs: a sale whose
places cost nothing, then one whose places cost work. Prints what each trick got, and how the seats were shared.
Ends with 1 if a trick got anything, or an account more than its limit; with 2 if nothing runs.

  npm run scalper -- [options]

  --accounts N    the scalper's                          (default: 40)
  --honest N      honest visitors                        (default: 20)
  --seats N       seats of each sale                     (default: 60)
  --limit N       seats that a user may have             (default: 4)
  --difficulty N  zero bits of the work                  (default: 18)
  --lobby N       seconds before the opening at which the scalper comes     (default: 5)
  --selling N     seconds after the opening at which everybody gives up     (default: 20)
  --firewall      tries to sign up more often than the firewall lets it, where npm start has ONSALE_FIREWALL=1
  --guesses       guesses passwords too, until each costs the address work, for 15 minutes (127.0.0.66; Linux only, as is --firewall)
  --data DIR      where npm start keeps its data         (default: .onsale)
  --help          this text
`;

const { values } = parseArgs({
  options: {
    accounts: { type: "string", default: "40" },
    honest: { type: "string", default: "20" },
    seats: { type: "string", default: "60" },
    limit: { type: "string", default: "4" },
    difficulty: { type: "string", default: "18" },
    lobby: { type: "string", default: "5" },
    selling: { type: "string", default: "20" },
    firewall: { type: "boolean", default: false },
    guesses: { type: "boolean", default: false },
    data: { type: "string", default: ".onsale" },
    help: { type: "boolean", default: false },
  },
});

/** The sign-ups a minute that the firewall allows an address. */
const signUps = rateRules.find(({ name }) => name === "PostAccounts")?.limit ?? 0;

const say = (line: string) => console.log(line);

const throttled = async (target: string): Promise<Trick[]> => {
  const elsewhere = outside(target, "127.0.0.66");
  const done = values.guesses ? [await Throttles.guesses(elsewhere, signInLimits.address)] : [];
  if (values.firewall) done.push(await Throttles.hammering(outside(target, "127.0.0.67"), signUps));
  elsewhere.close();
  return done;
};

const main = async (): Promise<number> => {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const running = readRunning(values.data);
  if (!running) {
    console.error("No local system is running. Run `npm start` first.");
    return 2;
  }
  const [accounts, honest] = [Number(values.accounts), Number(values.honest)];
  const from = outside(running.api);
  const organiser = await from.signIn("admin@onsale.test", "onsale-admin");
  say(`Signing up ${accounts + honest} accounts, four at a time …`);
  const began = Date.now();
  const made: Account[] = [];
  await each(Array.from({ length: accounts + honest }), 4, async () => made.push(await from.account("player")));
  const signUp = (Date.now() - began) / made.length;
  const core = solver();
  const players = {
    organiser,
    scalper: made.slice(honest),
    honest: made.slice(0, honest),
    solver: core,
  };
  const [seats, limit, lobby, selling] = [values.seats, values.limit, values.lobby, values.selling].map(Number);
  const outcomes: Outcome[] = [];
  for (const difficulty of [undefined, Number(values.difficulty)])
    outcomes.push(await play(players, { seats, limit, lobby, selling, difficulty } as Outcome["rules"], say));
  await core.stop();
  const throttles = await throttled(running.api);
  from.close();
  for (const { tricks } of outcomes) say(["", ...trickLines(tricks)].join("\n"));
  say(["", ...trickLines(throttles), table(outcomes)].join("\n"));
  say(`\n  An account took ${Math.round(signUp)} ms to make and sign in.`);
  return beaten(outcomes, throttles) ? 1 : 0;
};

process.exitCode = await main();
