/** `npm run storm`: sales at the machine's capacity while something fails every few seconds. Exits with 1 on a violation. */
import "#artillery/bench/quiet.ts";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startChild } from "#local/engines/children.ts";
import { type Engine, EngineError } from "#local/engines/engine.ts";
import * as Redis from "#local/engines/redis.ts";
import * as Sqs from "#local/engines/sqs.ts";
import * as DynamoDb from "#tests/support/dynamodb.ts";
import { openGround } from "./ground.ts";
import { figures, passed, print } from "./report.ts";
import { storm } from "./storm.ts";

const HELP = `Sells out one event after another at the machine's capacity, on engines of its own, while one of the kinds of fault of
tests/support/faults strikes every few seconds. Every sale is audited, every buyer's story held against the tables, and after the last fault
holds and payments must be as fast as before within 30 s.

  npm run storm -- [options]

  --minutes M   how long the faults strike       (1); before it some 40 s to find the capacity and a minute of peace, after it a minute
  --seed N      which faults, which buyers       (by the clock)
  --buyers N    how many are there at a time     (found out: as many as make it faster)
  --json FILE   the figures as JSON
  --help        this text
`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    buyers: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const number = (name: "minutes" | "seed" | "buyers", given: string, ok: (value: number) => boolean): number => {
  const value = Number(given);
  if (given.trim() !== "" && ok(value)) return value;
  console.error(`--${name} ${given} is no number that makes sense here. See --help.`);
  process.exit(2);
};

const mailbox = async (): Promise<Engine> => {
  const module = fileURLToPath(new URL("mailbox.ts", import.meta.url));
  const { ready, stop } = await startChild({ name: "The mailbox", module });
  return { name: "SES", version: "in its process", url: String(ready.url), stop };
};

const whole = (least: number) => (value: number) => Number.isSafeInteger(value) && value >= least;

const run = async (say: (line: string) => void, starting: (engine: Engine) => void): Promise<number> => {
  const options = {
    seed: number("seed", values.seed, whole(0)),
    buyers: values.buyers === undefined ? undefined : number("buyers", values.buyers, whole(1)),
    storm: 60 * number("minutes", values.minutes, (value) => value > 0),
  };
  const begin = async <E extends Engine>(engine: Promise<E>): Promise<E> => {
    const started = await engine;
    starting(started);
    return started;
  };
  const dynamodb = await begin(DynamoDb.start({ say }));
  const redis = await begin(Redis.start({ say }));
  const [sqs, ses] = await Promise.all([begin(Sqs.start()), begin(mailbox())]);
  // the pollers report each batch that fails: here that is what is wanted
  console.error = () => {};
  const ground = await openGround({ dynamodb, redis, sqs, ses });
  // what went out is in the book of tests/support/faults/post.ts; the inbox would only grow
  const emptying = setInterval(() => fetch(`${ses.url}/clear-store`, { method: "POST" }).catch(() => {}), 5_000);
  let stopped = false;
  process.once("SIGINT", () => {
    stopped = true;
  });
  const result = await storm(ground, { ...options, normal: 60, after: 60, say, stopped: () => stopped });
  clearInterval(emptying);
  await ground.stop();
  console.log(print(result));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(figures(result), null, 2)}\n`);
  return passed(result) ? 0 : 1;
};

const main = async (): Promise<number> => {
  const started: Engine[] = [];
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  try {
    return await run(say, (engine) => started.push(engine));
  } catch (error) {
    say(error instanceof EngineError ? error.message : String((error as Error).stack));
    return 2;
  } finally {
    await Promise.all(started.map((engine) => engine.stop()));
  }
};

if (values.help) console.log(HELP);
else process.exit(await main());
