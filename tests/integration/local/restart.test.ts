/** The data folder keeps everything when the engines stop: items, the stream's position, keys, messages, e-mails. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clearStore } from "aws-ses-v2-local/dist/store.js";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import * as DynamoDb from "#local/engines/dynamodb.ts";
import type { Engine } from "#local/engines/engine.ts";
import * as Redis from "#local/engines/redis.ts";
import * as Ses from "#local/engines/ses.ts";
import * as Sqs from "#local/engines/sqs.ts";
import { openCheckpoint } from "#local/pollers/checkpoint.ts";
import { createStreamPoller } from "#local/pollers/stream.ts";
import { createResources, region } from "#local/resources.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "onsale-restart-"));
});

const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** The engines on the data folder, for as long as `during` takes. */
const life = async (during: (resources: Awaited<ReturnType<typeof begin>>) => Promise<void>) => {
  const engines: Engine[] = [];
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  try {
    await during(await begin(engines));
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
};

const begin = async (engines: Engine[]) => {
  const [dynamodb, redis, sqs, ses] = await Promise.all([
    DynamoDb.start({ dataDir: join(dataDir, "dynamodb") }),
    Redis.start({ dataDir: join(dataDir, "redis") }),
    Sqs.start({ dataDir: join(dataDir, "sqs") }),
    Ses.start({ dataDir: join(dataDir, "mail") }),
  ]);
  engines.push(dynamodb, redis, sqs, ses);
  const { tables, queues } = await createResources({ prefix: "restart", dynamodb, redis, sqs, ses });
  return { dynamodb, redis, sqs, ses, tables, queues };
};

type Resources = Awaited<ReturnType<typeof begin>>;

const redis = async ({ redis: { url, token } }: Resources, ...command: string[]) => {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(command) });
  return ((await response.json()) as { result: unknown }).result;
};

const confirm = async ({ dynamodb, tables }: Resources, order: string) => {
  const db = new DynamoDBClient({ endpoint: dynamodb.url, region, credentials });
  await db.send(new PutItemCommand({ TableName: tables.Orders, Item: { pk: { S: "USER#1" }, sk: { S: order } } }));
};

/** The records that the stream's consumer got since its last run. */
const stream = async ({ dynamodb, tables }: Resources): Promise<string[]> => {
  const options = { endpoint: dynamodb.url, region, credentials };
  const db = new DynamoDBClient(options);
  const { Table } = await db.send(new DescribeTableCommand({ TableName: tables.Orders }));
  const streamArn = Table?.LatestStreamArn ?? "";
  const seen: string[] = [];
  const poller = createStreamPoller({
    ...{ client: new DynamoDBStreamsClient(options), streamArn, batchSize: 10, retries: 1, filters: [] },
    checkpoint: openCheckpoint(join(dataDir, "streams", "consumer.json"), streamArn),
    handle: async ({ Records }) => {
      seen.push(...Records.map((record) => record.dynamodb?.Keys?.sk?.S ?? ""));
    },
  });
  await poller.drain();
  await poller.stop();
  return seen;
};

test("a stopped runtime's data is there", { timeout: 60_000 }, async () => {
  await life(async (resources) => {
    await redis(resources, "SET", "place", "17");
    const sqs = new SQSClient({ endpoint: resources.sqs.url, region, credentials });
    await sqs.send(new SendMessageCommand({ QueueUrl: resources.queues.SettleQueue, MessageBody: "pay" }));
    const ses = new SESv2Client({ endpoint: resources.ses.url, region, credentials });
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: "a@onsale.test",
        Destination: { ToAddresses: ["b@onsale.test"] },
        Content: { Simple: { Subject: { Data: "Your tickets" }, Body: { Text: { Data: "here" } } } },
      }),
    );
    await confirm(resources, "ORDER#1");
    expect(await stream(resources)).toEqual(["ORDER#1"]);
    await confirm(resources, "ORDER#2");
  });
  clearStore(); // the mailbox is in this process, so a new one must read from the disk
  await life(async (resources) => {
    expect(await redis(resources, "GET", "place")).toBe("17");
    const sqs = new SQSClient({ endpoint: resources.sqs.url, region, credentials });
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: resources.queues.SettleQueue }));
    expect(Messages?.map((message) => message.Body)).toEqual(["pay"]);
    const inbox = (await (await fetch(`${resources.ses.url}/store`)).json()) as { emails: { subject: string }[] };
    expect(inbox.emails.map((email) => email.subject)).toContain("Your tickets");
    await confirm(resources, "ORDER#3");
    expect(await stream(resources)).toEqual(["ORDER#2", "ORDER#3"]);
    expect(await stream(resources)).toEqual([]);
  });
});
