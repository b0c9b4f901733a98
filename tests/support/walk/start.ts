/**
 * `npm run walk`: how often a reader who follows one request downwards has to come back to a file that they have left. A buyer joins,
 * enters, holds, pays and gets tickets on real engines, and each function of core/ and functions/ reports when it is entered. A return is
 * a call from another file into a file that was left before, to a function that was not read yet. core/lib is left out: a reader knows
 * the tools. Ends with 1 if a step has more returns than its limit.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import * as DynamoDb from "#local/engines/dynamodb.ts";
import * as Redis from "#local/engines/redis.ts";
import * as Ses from "#local/engines/ses.ts";
import * as Sqs from "#local/engines/sqs.ts";
import { startSandbox } from "#local/sandbox/server.ts";
import { stage as makeStage, type Reply } from "#tests/support/stage.ts";

Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" });

/** Most returns by step. The settlement by card is a loop: order and gateway take turns, each time with the next function. */
const maxReturns: Record<string, number> = { hold: 3, pay: 3, "settle points": 3, "settle card": 10 };

type Entry = { file: string; isReturn: boolean };
let walked: Entry[] | undefined;
const read = new Set<string>();
const caller = new AsyncLocalStorage<string>();

/** Runs a function's body, and notes the first call of each function from another file. */
const entering = <T>(file: string, name: number, body: () => T): T => {
  const known = read.has(`${file} ${name}`);
  read.add(`${file} ${name}`);
  if (walked && !known && caller.getStore() !== file && walked.at(-1)?.file !== file)
    walked.push({ file, isReturn: walked.some((entry) => entry.file === file) });
  return caller.run(file, body);
};
Object.assign(globalThis, { entering });

const walk = async <T>(work: () => Promise<T>): Promise<{ result: T; entries: Entry[] }> => {
  const entries: Entry[] = [];
  read.clear();
  walked = entries;
  const result = await work();
  walked = undefined;
  return { result, entries };
};

const say = (line: string) => console.error(line);
const [dynamodb, redis, sqs, ses] = await Promise.all([
  DynamoDb.start({ say }),
  Redis.start({ say }),
  Sqs.start(),
  Ses.start(),
]);
const sandbox = await startSandbox({ key: "walk" });
try {
  const stage = await makeStage({ dynamodb, redis, sqs, ses, gateway: { url: sandbox.url, key: "walk" } });
  const { eventId } = await stage.event({
    queue: { admitPerSecond: 1_000, maxActive: 1_000, sessionSeconds: 60, claimSeconds: 30 },
  });
  const params = { eventId };

  const buy = async (
    seat: string,
    payment: object,
    step: (name: string, work: () => Promise<Reply | number>) => Promise<Reply>,
  ) => {
    const { token } = await stage.user({ balance: 100_000 });
    const joined = await step("join", () =>
      stage.call("POST /v1/events/{eventId}/queue/places", { params, token, body: {} }),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await stage.call("GET /v1/events/{eventId}/queue", { params });
    const { place } = joined.body;
    const claimed = await step("claim", () =>
      stage.call("POST /v1/events/{eventId}/queue/admissions", { params, token, body: { place } }),
    );
    const headers = { admission: claimed.body.admission };
    const held = await step("hold", () =>
      stage.call("POST /v1/orders", { token, headers, body: { eventId, seats: [seat] } }),
    );
    const { orderId } = held.body;
    const order = { params: { orderId }, token };
    await step("pay", () => stage.call("POST /v1/orders/{orderId}/payment", { ...order, body: payment }));
    await step("settle", () => stage.settle());
    const { body } = await stage.call("GET /v1/orders/{orderId}", order);
    if (body.status !== "confirmed") throw new Error(`The order is ${body.status}, not confirmed.`);
  };

  const points = { method: "points" };
  const card = { method: "card", card: { token: "tok_approve" } };
  const walks: { name: string; entries: Entry[] }[] = [];
  const unseen = async (_: string, work: () => Promise<Reply | number>) => (await work()) as Reply;
  await buy("A-1-1", points, unseen); // fills the caches
  await buy("A-2-1", points, async (name, work) => {
    const { result, entries } = await walk(work);
    walks.push({ name: name === "settle" ? "settle points" : name, entries });
    return result as Reply;
  });
  await buy("A-3-1", card, async (name, work) => {
    const { result, entries } = await walk(work);
    if (name === "settle") walks.push({ name: "settle card", entries });
    return result as Reply;
  });
  for (const { name, entries } of walks) {
    const returns = entries.filter(({ isReturn }) => isReturn).length;
    console.log(`\n${name}: ${returns} returns, ${new Set(entries.map(({ file }) => file)).size} files`);
    for (const { file, isReturn } of entries) console.log(`  ${isReturn ? "↩" : " "} ${file}`);
    if (returns > (maxReturns[name] ?? Number.POSITIVE_INFINITY)) process.exitCode = 1;
  }
} finally {
  await Promise.all([sandbox.stop(), dynamodb.stop(), redis.stop(), sqs.stop(), ses.stop()]);
}
