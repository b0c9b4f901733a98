/** `npm run fuzz`: starts engines and sends the API valid and invalid requests made from its document. */
import "#artillery/bench/quiet.ts";
import { parseArgs } from "node:util";
import { startEngines } from "#tests/support/engines.ts";
import { type Report, run } from "./run.ts";
import { open } from "./world.ts";

const HELP = `npm run fuzz -- [options]

Sends requests made from the API's OpenAPI document, half of them with something wrong in them, four at a time, and judges each answer:
no 5xx, as documented, no internals in an answer, nothing written by a refused request, none slower than --slow.

  --requests N   how many (5000)
  --seed N       which ones (by the clock)
  --slow MS      the longest answer where no password is hashed (1000)
  --replay N     runs to request N of that seed, and shows that one whether or not something is wrong with it
  --json         the whole report as JSON
  --help`;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "5000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    slow: { type: "string", default: "1000" },
    replay: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const whole = (name: "requests" | "seed" | "slow" | "replay", least: number): number => {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= least) return number;
  console.error(`--${name} is a whole number from ${least}. See --help.`);
  process.exit(2);
};

const progress = (done: number, { violations, ms }: Report) => {
  if (done % 1_000 < 4) console.error(`${done} requests, ${violations.length} violations, ${Math.round(ms / 1000)} s`);
};

const print = (report: Report): void => {
  for (const violation of report.violations.slice(0, 20)) console.log(JSON.stringify(violation, null, 2));
  const rows = Object.entries(report.answers).map(([key, counts]) => {
    const answers = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${key}\n    ${answers.map(([name, count]) => `${name} × ${count}`).join(", ")}`;
  });
  console.log(rows.sort().join("\n"));
  const { requests, mutated, wrote, slow, slowest, ms, violations, seed } = report;
  for (const { n, key, ms } of slow.slice(0, 20)) console.log(`request ${n}, ${key}: ${ms} ms`);
  console.log(`${requests} requests (${mutated} changed, ${wrote} wrote) in ${Math.round(ms / 1000)} s, seed ${seed}`);
  console.log(
    `${violations.length} violations; ${slow.length} answers over ${values.slow} ms, the slowest ${Math.round(slowest)} ms`,
  );
};

const main = async (): Promise<number> => {
  const replay = values.replay === undefined ? undefined : whole("replay", 0);
  const requests = replay === undefined ? whole("requests", 1) : replay + 4 - (replay % 4);
  const options = { requests, seed: whole("seed", 0), slow: whole("slow", 1) };
  const { addresses, stop } = await startEngines({ say: (line) => console.error(line) });
  try {
    const world = await open(addresses);
    const report = await run(world, { ...options, progress, ...(replay !== undefined && { show: replay }) });
    await world.stop();
    if (values.json || replay !== undefined) console.log(JSON.stringify(report.shown ?? report, null, 2));
    else print(report);
    return report.violations.length + report.slow.length > 0 ? 1 : 0;
  } finally {
    await stop();
  }
};

if (values.help) console.log(HELP);
else process.exit(await main());
