/** `npm run prove`: pits the model against the handlers on engines of its own, for as long as asked. Exits with 1 on a violation. */
import "#artillery/bench/quiet.ts";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Engine, EngineError } from "#local/engines/engine.ts";
import * as Redis from "#local/engines/redis.ts";
import * as Ses from "#local/engines/ses.ts";
import * as Sqs from "#local/engines/sqs.ts";
import * as DynamoDb from "#tests/support/dynamodb.ts";
import { type Ground, ground } from "./ground.ts";
import { type Report, RUNS, run } from "./lanes.ts";
import { check, type Failure, tally } from "./property.ts";
import type { Tally } from "./room.ts";

const HELP = `Small sales with few seats, whose buyers, organisers, workers, gateway and clock do whatever chance says, on engines of their own.
Each answer must be one that a small model allows; after each sale the auditor looks. A violation is shortened and printed.

  npm run prove -- [options]

  --minutes M   how long                                           (1; with --actions however long it takes)
  --actions N   until so many actions were tried
  --seed N      the first seed; each round takes the next one      (by the clock)
  --lanes N     sales at the same time                             (6; with --faults 1)
  --faults      with something failing in each sale: a few of the kinds of tests/support/faults, by chance
  --path P      with --seed: replays the violation that this path was printed with
  --raw         a violation is printed as it was met, not shortened
  --json FILE   the figures as JSON
  --help        this text
`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    actions: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    lanes: { type: "string" },
    faults: { type: "boolean", default: false },
    path: { type: "string" },
    raw: { type: "boolean", default: false },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const number = (name: "minutes" | "actions" | "seed" | "lanes", least: number, otherwise = 0): number => {
  const given = Number(values[name] ?? otherwise);
  if (given >= least && (name === "minutes" || Number.isSafeInteger(given))) return given;
  console.error(`--${name} is a number from ${least}. See --help.`);
  process.exit(2);
};

const tell = ({ seed, path, script, error }: Failure) =>
  console.log(
    `\nA violation:\n${error}\n\n${script}\n\nnpm run prove -- ${values.faults ? "--faults " : ""}--seed ${seed} --path "${path}"\n`,
  );

/** The same sale again, and as often as its shortening took. */
const replay = async (land: Ground, seed: number, path: string): Promise<number> => {
  const failure = await check(land, tally(), { seed, path, runs: RUNS });
  if (failure) tell(failure);
  else console.log("No violation: whatever it was is mended, or hung on more than the seed says (see docs/proof.md).");
  return failure ? 1 : 0;
};

const line = ({ runs, actions, schedules }: Tally, ms: number) =>
  `${actions} actions in ${runs} sales, ${schedules} schedules of requests at once, ${Math.round((actions * 1000) / ms)} actions/s, ${Math.round(ms / 1000)} s`;

const prove = async (land: Ground, seed: number): Promise<number> => {
  const began = performance.now();
  const ms = () => performance.now() - began;
  let stopped = false;
  process.on("SIGINT", () => {
    stopped = true;
  });
  const most = number("minutes", 0, values.actions === undefined ? 1 : Number.MAX_SAFE_INTEGER) * 60_000;
  const enough = number("actions", 1, Number.MAX_SAFE_INTEGER);
  const count = tally();
  const telling = setInterval(() => console.error(line(count, ms())), 5_000);
  const until = () => stopped || ms() >= most || count.actions >= enough;
  const report: Report = await run(land, {
    seed,
    lanes: land.faults ? 1 : number("lanes", 1, 6),
    until,
    raw: values.raw,
    count,
  });
  clearInterval(telling);
  for (const failure of report.failures) tell(failure);
  const { seeds, kinds, failures } = report;
  const tried = Object.entries(kinds).sort(([, a], [, b]) => b - a);
  console.log(tried.map(([kind, times]) => `${kind} × ${times}`).join(", "));
  console.log(`${line(report, ms())}, seeds ${seeds[0]} to ${Math.max(...seeds)}: ${failures.length} violations`);
  if (report.spoilt > 0)
    console.log(`${report.spoilt} sales were spoilt by a machine that stood still: they do not count`);
  const blows = Object.entries(land.faults?.struck() ?? {}).filter(([, times]) => times > 0);
  if (blows.length > 0)
    console.log(`faults of ${blows.length} kinds: ${blows.map(([kind, times]) => `${kind} × ${times}`).join(", ")}`);
  const faults = Object.fromEntries(blows);
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ ...report, faults, ms: Math.round(ms()) }, null, 2)}\n`);
  return failures.length > 0 ? 1 : 0;
};

const main = async (): Promise<number> => {
  const seed = number("seed", 0);
  const say = (text: string) => console.error(text);
  const started: Engine[] = [];
  const begin = async <E extends Engine>(starting: Promise<E>): Promise<E> => {
    const engine = await starting;
    started.push(engine);
    return engine;
  };
  try {
    const dynamodb = await begin(DynamoDb.start({ say }));
    const redis = await begin(Redis.start({ say }));
    const [sqs, ses] = await Promise.all([begin(Sqs.start()), begin(Ses.start())]);
    const land = await ground({ dynamodb, redis, sqs, ses }, values.faults);
    const code = await (values.path === undefined ? prove(land, seed) : replay(land, seed, values.path));
    await land.stop();
    return code;
  } finally {
    await Promise.all(started.map((engine) => engine.stop()));
  }
};

if (values.help) console.log(HELP);
else
  process.exit(
    await main().catch((error: unknown) => {
      console.error(error instanceof EngineError ? error.message : error);
      return 2;
    }),
  );
