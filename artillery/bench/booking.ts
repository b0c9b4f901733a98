/**
 * `npm run bench`: counts the requests of one booking of two seats, and compares the hold's speed with the raw transaction on the same
 * engine in the same run. The engines are real and in memory. The times are this machine's and DynamoDB Local's; the counts apply to AWS.
 */
import { cpus } from "node:os";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { now } from "../../core/lib/clock.ts";
import { db } from "../../core/lib/dynamo.ts";
import { startSandbox } from "../../local/sandbox/server.ts";
import { startEngines } from "../../tests/support/engines.ts";
import { block, stage as makeStage, type Stage } from "../../tests/support/stage.ts";
import * as Count from "./count.ts";
import { booking as count, ok } from "./life.ts";

process.env.POWERTOOLS_LOG_LEVEL = "ERROR";
process.env.POWERTOOLS_METRICS_DISABLED = "true";

/** The number of timed holds, and how many run at once. */
const HOLDS = 1_200;
const AT_ONCE = 32;
/** Handler and raw engine take turns, so that a drift of the machine affects both. */
const TURNS = 6;

const row = (name: string, counts: Count.Counts) => ({
  step: name,
  "write requests": counts.writeRequests,
  WRU: counts.wru,
  "read requests": counts.readRequests,
  RRU: counts.rru,
  "Redis calls": counts.redisCalls,
  "commands inside": counts.redisCommands,
  "SQS sent": counts.sqsSent,
});

const print = ({ steps, booking, life }: Awaited<ReturnType<typeof count>>) =>
  console.table([
    ...steps.map(({ step, counts }) => row(step, counts)),
    row("the booking: hold to mail", booking),
    row("the buyer's life", life),
  ]);

const inParallel = async <T>(items: T[], work: (item: T) => Promise<unknown>): Promise<number> => {
  const left = [...items];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
    }),
  );
  return (performance.now() - began) / 1000;
};

type Transaction = ConstructorParameters<typeof TransactWriteCommand>[0];

/** Records the transactions that the handler sends. */
const recorder = () => {
  const recorded: Transaction[] = [];
  let on = false;
  db().middlewareStack.add(
    (next, context) => async (args) => {
      if (on && /TransactWrite/.test(context.commandName ?? "")) recorded.push(args.input as Transaction);
      return next(args);
    },
    { step: "initialize", name: "record", priority: "high" },
  );
  const during = async (work: () => Promise<number>): Promise<{ seconds: number; sent: Transaction[] }> => {
    on = true;
    const seconds = await work();
    on = false;
    return { seconds, sent: recorded.splice(0) };
  };
  return { during };
};

/** The same transactions with other keys, so that their items are as new to the engine as the handler's were. */
const renamed = (transactions: Transaction[], mark: string): Transaction[] =>
  JSON.parse(JSON.stringify(transactions).replaceAll('"evt_', `"${mark}`).replaceAll('"USER#', `"${mark}#`));

/** The rows of the hall in the comparison, and the seats of a row. */
const ROWS = 40;

const holdsOf = async (stage: Stage) => {
  const { eventId } = await stage.event({ plan: block(ROWS, 20) });
  const users = await Promise.all(Array.from({ length: HOLDS / TURNS }, () => stage.user()));
  return users.map(({ token }, index) => {
    const [row, seat] = [1 + (index % ROWS), 1 + 2 * Math.floor(index / ROWS)];
    return { token, body: { eventId, seats: [`A-${row}-${seat}`, `A-${row}-${seat + 1}`] } };
  });
};

const race = async (stage: Stage) => {
  const seconds = { handler: 0, raw: 0 };
  const recording = recorder();
  for (let turn = 0; turn <= TURNS; turn++) {
    const holds = await holdsOf(stage);
    const through = await recording.during(() =>
      inParallel(holds, async (hold) => ok(await stage.call("POST /v1/orders", hold), 201)),
    );
    if (through.sent.length !== holds.length)
      throw new Error(`${through.sent.length} write requests for ${holds.length} holds`);
    const raw = await inParallel(renamed(through.sent, `r${turn}_`), (input) =>
      db().send(new TransactWriteCommand(input)),
    );
    if (turn === 0) continue; // warms both up
    seconds.handler += through.seconds;
    seconds.raw += raw;
  }
  return { handler: HOLDS / seconds.handler, raw: HOLDS / seconds.raw };
};

const main = async () => {
  const say = (line: string) => console.error(line);
  const { addresses, stop } = await startEngines({ say });
  const sandbox = await startSandbox({ key: "bench" });
  try {
    const stage = await makeStage({ ...addresses, gateway: { url: sandbox.url, key: "bench" } });
    console.log(
      `\n${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${new Date(now()).toISOString().slice(0, 10)}`,
    );
    say("Timing holds through the handler, and raw transactions …");
    const { handler, raw } = await race(stage);
    const ratio = (handler / raw).toFixed(2);
    console.log(
      `\nHolds of two seats a second, ${AT_ONCE} at once: ${Math.round(handler)} through the handler, ${Math.round(raw)} raw; ratio ${ratio}`,
    );
    // after the comparison, because the counters send reads of their own
    Count.attach();
    console.log("\nOne booking of two seats, paid by points");
    print(await count(stage, addresses.redis.redisUrl, { method: "points" }, 100_000));
    console.log("\nOne booking of two seats, paid by card");
    print(await count(stage, addresses.redis.redisUrl, { method: "card", card: { token: "tok_approve" } }, 0));
  } finally {
    await Promise.all([sandbox.stop(), stop()]);
  }
};

await main();
