/** The pollers work as Lambda's do: only reported failures come again, a message that always fails is set aside, and nothing is skipped. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBRecord, DynamoDBStreamEvent, SQSEvent } from "aws-lambda";
import { beforeEach, expect, inject, onTestFinished, test } from "vitest";
import { services } from "#core/contract/services.ts";
import { openCheckpoint } from "#local/pollers/checkpoint.ts";
import { createStreamPoller } from "#local/pollers/stream.ts";
import { createPollers, type PollerOptions } from "#local/pollers.ts";
import { createResources, type Resources } from "#local/resources.ts";

let resources: Resources;
let count = 0;
let db: DynamoDBClient;

beforeEach(async () => {
  count++;
  resources = await createResources({ prefix: `pollers-${process.pid}-${count}`, ...inject("engines") });
  Object.assign(process.env, resources.env);
  db = new DynamoDBClient({});
});

const pollers = async (options: PollerOptions) => {
  const made = await createPollers(options);
  onTestFinished(() => made.stop());
  return made;
};

const send = async (...bodies: string[]) => {
  const sqs = new SQSClient({});
  for (const MessageBody of bodies)
    await sqs.send(new SendMessageCommand({ QueueUrl: resources.queues.SettleQueue, MessageBody }));
};

const deadLetters = async (): Promise<string[]> => {
  const { Messages = [] } = await new SQSClient({}).send(
    new ReceiveMessageCommand({ QueueUrl: resources.queues.SettleDeadLetters, MaxNumberOfMessages: 10 }),
  );
  return Messages.map((message) => message.Body ?? "");
};

/** Writes an item in these states, one after another: one stream record each. */
const order = async (sk: string, statuses: string[] = ["held", "confirmed"], type = "order") => {
  for (const status of statuses) {
    const Item = { pk: { S: "USER#1" }, sk: { S: sk }, type: { S: type }, status: { S: status } };
    await db.send(new PutItemCommand({ TableName: resources.tables.Orders, Item }));
  }
};

const keyOf = (record: DynamoDBRecord): string => record.dynamodb?.Keys?.sk?.S ?? "";
const fail = (record: DynamoDBRecord) => ({
  batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" }],
});

/** The mail's consumer without a wait between retries. */
const createStream = async (handle: (event: DynamoDBStreamEvent) => Promise<unknown>) => {
  const { Table } = await db.send(new DescribeTableCommand({ TableName: resources.tables.Orders }));
  const streamArn = Table?.LatestStreamArn ?? "";
  return createStreamPoller({
    ...services.mail.source,
    retries: 3,
    ...{ client: new DynamoDBStreamsClient({}), streamArn, handle },
    ...{ checkpoint: openCheckpoint(undefined, streamArn), backoff: 0 },
  });
};

test("only a message that is reported as failed comes again, and after thirty receives it is a dead letter", async () => {
  const seen: [body: string, receives: string][] = [];
  const settle = await pollers({
    only: ["settle"],
    redeliverAfter: 0,
    invoke: async (_service, event) => {
      const { Records } = event as SQSEvent;
      for (const record of Records) seen.push([record.body, record.attributes.ApproximateReceiveCount]);
      const bad = Records.filter((record) => record.body === "bad");
      return { batchItemFailures: bad.map((record) => ({ itemIdentifier: record.messageId })) };
    },
  });
  await send("good", "bad", "fine");
  await settle.drain();
  expect(seen.filter(([body]) => body !== "bad")).toHaveLength(2);
  expect(seen.filter(([body]) => body === "bad").map(([, receives]) => receives)).toEqual(
    Array.from({ length: 30 }, (_, n) => String(n + 1)),
  );
  expect(await deadLetters()).toEqual(["bad"]);
});

test("a function that throws, or reports an unknown message, gets its whole batch again", async () => {
  const answers: (() => unknown)[] = [
    () => {
      throw new Error("no");
    },
    () => ({ batchItemFailures: [{ itemIdentifier: "somebody else's" }] }),
    () => undefined,
  ];
  const batches: number[] = [];
  const settle = await pollers({
    only: ["settle"],
    redeliverAfter: 0,
    invoke: async (_service, event) => {
      batches.push((event as SQSEvent).Records.length);
      return answers.shift()?.();
    },
  });
  await send("one", "two");
  await settle.drain();
  expect(batches).toEqual([2, 2, 2]);
});

test("a failed message stays out of sight for the queue's visibility timeout", async () => {
  let calls = 0;
  const settle = await pollers({
    only: ["settle"],
    invoke: async () => {
      calls++;
      throw new Error("no");
    },
  });
  await send("one");
  await settle.drain();
  await settle.drain();
  expect(calls).toBe(1);
});

test("a background poller handles a message at once, and stop waits for what is in flight", async () => {
  const events: string[] = [];
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const settle = await pollers({
    only: ["settle"],
    invoke: async () => {
      begun();
      await new Promise((resolve) => setTimeout(resolve, 300));
      events.push("done");
    },
  });
  settle.start();
  await send("one");
  await started;
  await settle.stop();
  expect(events).toEqual(["done"]);
});

test("a consumer gets only what its filter names, in the order of the writes", async () => {
  const seen: string[] = [];
  const leave = await pollers({
    only: ["leave"],
    invoke: async (_service, event) => {
      seen.push(...(event as DynamoDBStreamEvent).Records.map(keyOf));
    },
  });
  for (let n = 0; n < 25; n++) {
    await order(`ORDER#${n}`, n % 2 ? ["held", "confirmed"] : ["held"]);
    await order(`BASKET#${n}`, ["held", "confirmed"], "basket");
  }
  await leave.drain();
  expect(seen).toEqual(Array.from({ length: 12 }, (_, n) => `ORDER#${2 * n + 1}`));
});

test("two consumers of one stream each get every record", async () => {
  const seen: string[] = [];
  const both = await pollers({
    only: ["leave", "mail"],
    invoke: async (service, event) => {
      for (const record of (event as DynamoDBStreamEvent).Records) seen.push(`${service} ${keyOf(record)}`);
    },
  });
  await order("ORDER#1");
  await order("ORDER#2", ["refunding", "refunded"]);
  await both.drain();
  expect(seen.sort()).toEqual(["leave ORDER#1", "mail ORDER#1", "mail ORDER#2"]);
});

test("a record that fails for a while is retried before those after it", async () => {
  const done: string[] = [];
  let refusals = 3;
  const mail = await pollers({
    only: ["mail"],
    invoke: async (_service, event) => {
      for (const record of (event as DynamoDBStreamEvent).Records) {
        if (keyOf(record) === "ORDER#2" && refusals-- > 0) return fail(record);
        done.push(keyOf(record));
      }
      return { batchItemFailures: [] };
    },
  });
  for (const n of [1, 2, 3, 4]) await order(`ORDER#${n}`);
  await mail.drain();
  expect(done).toEqual(["ORDER#1", "ORDER#2", "ORDER#3", "ORDER#4"]);
});

test("a record that always fails is retried up to the limit, then given up alone; the others all pass", async () => {
  const done = new Set<string>();
  let alone = 0;
  const mail = await createStream(async ({ Records }) => {
    const keys = Records.map(keyOf);
    if (keys.includes("ORDER#3")) {
      if (keys.length === 1) alone++;
      throw new Error("poison");
    }
    for (const key of keys) done.add(key);
  });
  for (const n of [1, 2, 3, 4, 5]) await order(`ORDER#${n}`);
  await mail.drain();
  expect([...done].sort()).toEqual(["ORDER#1", "ORDER#2", "ORDER#4", "ORDER#5"]);
  expect(alone).toBe(4);
});

test("after a restart the stream continues after the last finished record", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "onsale-test-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const life = async () => {
    const seen: string[] = [];
    const leave = await pollers({
      only: ["leave"],
      dataDir,
      invoke: async (_service, event) => {
        seen.push(...(event as DynamoDBStreamEvent).Records.map(keyOf));
      },
    });
    await leave.drain();
    await leave.stop();
    return seen;
  };
  await order("ORDER#1");
  expect(await life()).toEqual(["ORDER#1"]);
  await order("ORDER#2");
  expect(await life()).toEqual(["ORDER#2"]);
  expect(await life()).toEqual([]);
});

test("a background poller brings a record to its function within 150 ms", async () => {
  const arrived = new Map<string, number>();
  const leave = await pollers({
    only: ["leave"],
    invoke: async (_service, event) => {
      for (const record of (event as DynamoDBStreamEvent).Records) arrived.set(keyOf(record), Date.now());
    },
  });
  leave.start();
  const written = new Map<string, number>();
  for (let n = 0; n < 9; n++) {
    await order(`ORDER#${n}`);
    written.set(`ORDER#${n}`, Date.now());
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await expect.poll(() => arrived.size).toBe(9);
  const waits = [...written].map(([key, at]) => (arrived.get(key) ?? 0) - at).sort((a, b) => a - b);
  expect(waits[4]).toBeLessThan(150); // the median, because a shared machine may delay a single one
});
