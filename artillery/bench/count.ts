/**
 * Counts the requests of this process: DynamoDB requests and units, Redis calls and the commands inside them, SQS messages.
 * All figures are counted except the units of transactions, for which DynamoDB Local reports a constant. They are computed from the
 * items' sizes by DynamoDB's own rule: 2 write units for each item and started KB.
 */
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { type AttributeValue, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { Redis } from "ioredis";
import { db } from "../../core/lib/dynamo.ts";
import { sqs } from "../../core/lib/sqs.ts";

export type Counts = {
  writeRequests: number;
  readRequests: number;
  /** Write request units, read request units. */
  wru: number;
  rru: number;
  redisCalls: number;
  /** Commands that scripts ran inside Redis. */
  redisCommands: number;
  sqsSent: number;
};

const zero = (): Counts => ({
  writeRequests: 0,
  readRequests: 0,
  wru: 0,
  rru: 0,
  redisCalls: 0,
  redisCommands: 0,
  sqsSent: 0,
});

let counts = zero();

const bytes = (text: string) => Buffer.byteLength(text);

/** A value's size by DynamoDB's rule: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const valueSize = (value: AttributeValue): number => {
  if (value.S !== undefined) return bytes(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/[-.]/g, "").length / 2) + 1;
  if (value.B !== undefined) return value.B.length;
  if (value.L) return 3 + value.L.reduce((sum, each) => sum + 1 + valueSize(each), 0);
  if (value.M)
    return 3 + Object.entries(value.M).reduce((sum, [name, each]) => sum + 1 + bytes(name) + valueSize(each), 0);
  return 1;
};

const itemSize = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + bytes(name) + valueSize(value), 0);

/** The bytes that DynamoDB counts for an item. */
export const sizeOf = (item: object): number => itemSize(marshall(item, { removeUndefinedValues: true }));

type Write = { TableName: string; Key?: object; Item?: Record<string, unknown> };

const sizeAt = async (raw: DynamoDBClient, write: Write): Promise<number> => {
  if (write.Item) return sizeOf(write.Item);
  const { Item } = await raw.send(
    new GetItemCommand({ TableName: write.TableName, Key: marshall(write.Key), ConsistentRead: true }),
  );
  return Item ? itemSize(Item) : 1;
};

/** 2 units for each started KB of an item, of the larger of its sizes before and after. */
const transactionUnits = async (
  raw: DynamoDBClient,
  items: Record<string, Write>[],
  before: number[],
): Promise<number> => {
  const after = await Promise.all(items.map((item) => sizeAt(raw, Object.values(item)[0] as Write)));
  return after.reduce((sum, size, index) => sum + 2 * Math.ceil(Math.max(size, before[index] ?? 0) / 1024), 0);
};

const WRITES = /^(Put|Update|Delete|BatchWrite|TransactWrite)/;

/** Attaches the counters to this environment's clients, once in a process. */
export const attach = (): void => {
  const raw = new DynamoDBClient({});
  db().middlewareStack.add(
    // biome-ignore lint/suspicious/noExplicitAny: whichever command passes.
    (next: any, context: any) => async (args: any) => {
      const command: string = context.commandName ?? "";
      const transaction: Record<string, Write>[] | undefined = /TransactWrite/.test(command)
        ? args.input.TransactItems
        : undefined;
      const before = transaction
        ? await Promise.all(transaction.map((item) => sizeAt(raw, Object.values(item)[0] as Write)))
        : [];
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
      const units = [result.output.ConsumedCapacity ?? []]
        .flat()
        .reduce((sum: number, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      if (WRITES.test(command)) {
        counts.writeRequests++;
        counts.wru += transaction ? await transactionUnits(raw, transaction, before) : units;
      } else {
        counts.readRequests++;
        counts.rru += units;
      }
      return result;
    },
    { step: "initialize", name: "count", priority: "high" },
  );
  sqs().middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === "SendMessageCommand") counts.sqsSent++;
      return next(args);
    },
    { step: "initialize", name: "count" },
  );
  subscribe("http.client.request.start", (message) => {
    const { request } = message as { request: ClientRequest };
    // without the link's permission check, because the sending handler does not matter here
    const { url } = JSON.parse(process.env.SST_RESOURCE_Redis ?? "{}");
    if (url === `http://${request.getHeader("host")}`) counts.redisCalls++;
  });
};

/** Commands that scripts ran, from Redis's own statistics: all calls except those that a client sends. */
const inside = async (server: Redis): Promise<number> => {
  const stats = await server.info("commandstats");
  const outer = /^cmdstat_(eval|evalsha|script|info|config|client|hello|ping|command)/;
  return stats
    .split("\r\n")
    .filter((line) => line.startsWith("cmdstat_") && !outer.test(line))
    .reduce((sum, line) => sum + Number(/calls=(\d+)/.exec(line)?.[1] ?? 0), 0);
};

/** The requests of `work`. `redisUrl` is the server behind the REST address. */
export const measure = async <T>(redisUrl: string, work: () => Promise<T>): Promise<{ result: T; counts: Counts }> => {
  const server = new Redis(redisUrl);
  try {
    const before = await inside(server);
    counts = zero();
    const result = await work();
    const measured = { ...counts, redisCommands: (await inside(server)) - before };
    return { result, counts: measured };
  } finally {
    server.disconnect();
  }
};

export const add = (a: Counts, b: Counts): Counts =>
  Object.fromEntries(Object.entries(a).map(([name, value]) => [name, value + b[name as keyof Counts]])) as Counts;
