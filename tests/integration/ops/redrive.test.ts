/** An operator's commands on dead letters: without `--apply` they change nothing, and a repetition has no further effect. */
import { execFile } from "node:child_process";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { services } from "#core/contract/services.ts";
import { mailsPerAddressAndDay, take } from "#core/lib/mail-limit.ts";
import { sqs } from "#core/lib/sqs.ts";
import * as Order from "#core/order/index.ts";
import { openCheckpoint } from "#local/pollers/checkpoint.ts";
import { createStreamPoller } from "#local/pollers/stream.ts";
import { bank, deliver, intercept, killer } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { inbox } from "#tests/support/inbox.ts";
import { shop } from "#tests/support/shop.ts";

let sold: Awaited<ReturnType<typeof bank>>;
let buy: ReturnType<typeof shop>;

beforeAll(async () => {
  sold = await bank();
  buy = shop(sold.stage);
});

afterEach(() => {
  vi.useRealTimers();
});

type Run = { code: number; text: string };

const run = (script: string, ...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const env = { ...process.env, AWS_LAMBDA_MAX_CONCURRENCY: undefined };
    execFile(process.execPath, [`ops/${script}.ts`, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });

const send = (QueueUrl: string, body: string | object) =>
  sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: typeof body === "string" ? body : JSON.stringify(body) }));

const mails = async (orderId: string): Promise<number> => {
  return (await inbox()).filter(({ body }) => body.text?.includes(orderId)).length;
};

const bought = async (): Promise<{ user: User; orderId: string }> => {
  const user = await sold.stage.user({ balance: 50_000 });
  const { eventId } = await sold.stage.event();
  const { orderId } = await buy.held(user, { eventId, pick: { quantity: 2 } });
  await buy.pay(user, orderId);
  return { user, orderId };
};

test("a payment among the dead letters is listed, then sent again, then settled, once", {
  timeout: 60_000,
}, async () => {
  const { user, orderId } = await bought();
  const { SettleDeadLetters } = sold.stage.resources.queues;
  for (const body of await intercept(sold.stage)) await send(SettleDeadLetters, body);

  const look = await run("redrive");
  expect(look.text).toContain(`would send payment of ${orderId}`);
  expect(look.text).toContain("Nothing was changed");
  await sold.stage.settle();
  expect(await buy.get(user, orderId)).toMatchObject({ status: "held" });

  expect((await run("redrive", "--apply")).text).toContain("1 messages went back to the settle queue");
  await sold.stage.settle();
  expect(await buy.get(user, orderId)).toMatchObject({ status: "confirmed" });
  expect((await run("redrive", "--apply")).text).toContain("0 messages went back");
  expect(await buy.wallet(user)).toBe(30_000);
});

test("a page of a cancelled event among the dead letters is listed, and sent again", { timeout: 60_000 }, async () => {
  const { FanoutDeadLetters, FanoutQueue } = sold.stage.resources.queues;
  await send(FanoutDeadLetters, { kind: "cancel", eventId: "evt_1", logId: "log_1", pass: 0 });
  expect((await run("redrive")).text).toContain("would send cancel of evt_1");
  expect((await run("redrive", "--apply")).text).toContain("1 went back to the fan-out queue");
  const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl: FanoutQueue }));
  expect(Messages.map(({ Body }) => JSON.parse(Body ?? "").eventId)).toEqual(["evt_1"]);
});

/** A mailer that always fails, until Lambda gives up. */
const giveUp = async () => {
  const tables = new DynamoDBClient({});
  const { Table } = await tables.send(new DescribeTableCommand({ TableName: sold.stage.resources.tables.Orders }));
  tables.destroy();
  const streamArn = Table?.LatestStreamArn ?? "";
  const poller = createStreamPoller({
    client: new DynamoDBStreamsClient({}),
    streamArn,
    batchSize: 10,
    retries: 0,
    backoff: 1,
    filters: services.mail.source.filters,
    checkpoint: openCheckpoint(undefined, streamArn),
    handle: async () => {
      throw new Error("out of order");
    },
    deadLetter: (letter) =>
      send(sold.stage.resources.queues.StreamDeadLetters, {
        ...letter,
        requestContext: { functionArn: "arn:aws:lambda:us-east-1:000000000000:function:onsale-local-mail:live" },
      }),
  });
  await poller.drain();
};

test("an order that the mailer gave up is mailed from its dead letter, once", { timeout: 60_000 }, async () => {
  const { orderId } = await bought();
  await sold.stage.settle();
  await giveUp();

  expect((await run("redrive")).text).toContain(`would hand ${orderId} (confirmed) to mail`);
  expect(await mails(orderId)).toBe(0);
  const done = await run("redrive", "--apply");
  expect(done.text).toContain(`hands ${orderId} (confirmed) to mail`);
  expect(done.code).toBe(0);
  expect(await mails(orderId)).toBe(1);
  expect((await run("redrive", "--apply")).text).toContain("0 orders were handled again");
  await sold.stage.drain(); // the stream's record comes late, and finds the mark
  expect(await mails(orderId)).toBe(1);
});

test("a dead letter that is older than the stream's records still leads to the orders without a mail", {
  timeout: 60_000,
}, async () => {
  await sold.stage.drain();
  const { orderId } = await bought();
  await sold.stage.settle();
  const sequence = "1".padStart(21, "0");
  const lost = {
    shardId: "shardId-00000001600000000000-00000000",
    startSequenceNumber: sequence,
    endSequenceNumber: sequence,
  };
  const streamArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${sold.stage.resources.tables.Orders}/stream/2020-01-01T00:00:00.000`;
  await send(sold.stage.resources.queues.StreamDeadLetters, {
    requestContext: { functionArn: "leave" },
    DDBStreamBatchInfo: { ...lost, batchSize: 1, streamArn },
  });
  expect((await run("redrive")).text).toContain(`would hand ${orderId} (confirmed) to mail`);
  expect(await mails(orderId)).toBe(0);
  expect((await run("redrive", "--apply")).code).toBe(0);
  expect(await mails(orderId)).toBe(1);
  expect((await run("redrive", "--apply")).text).toContain("0 orders were handled again");
});

test("a parked mail is sent again, and a mail beyond its address's limit stays parked", {
  timeout: 60_000,
}, async () => {
  const [parked, limited] = [await bought(), await bought()];
  await sold.stage.settle();
  const userId = parked.user.userId;
  await Order.unsent({ userId, orderId: parked.orderId, mail: "confirmed", reason: "refused" });
  for (let n = 0; n < mailsPerAddressAndDay; n++)
    await take({ email: limited.user.email, of: "orders", mail: String(n), now: Date.now() });
  expect((await run("redrive")).text).toContain("0 orders would be handled again");
  const look = await run("redrive", "--unsent");
  for (const { orderId } of [parked, limited]) expect(look.text).toContain(`would hand ${orderId} (confirmed) to mail`);
  expect(await mails(parked.orderId)).toBe(0);
  const done = await run("redrive", "--unsent", "--apply");
  expect(done.text).toContain(`${limited.orderId} has no e-mail: its address has reached the limit of e-mails a day`);
  expect(done.code).toBe(1);
  expect([await mails(parked.orderId), await mails(limited.orderId)]).toEqual([1, 0]);
  expect(await buy.get(parked.user, parked.orderId)).not.toHaveProperty("unsentMails");
});

test("reconcile prints what it would do, does it, and then has nothing to do", { timeout: 60_000 }, async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 100_000 });
  const user = await sold.stage.user();
  const { eventId } = await sold.stage.event();
  const { orderId } = await buy.held(user, { eventId, pick: { quantity: 1 } });
  await buy.pay(user, orderId, { method: "card", card: { token: "tok_approve" } });
  const [message = ""] = await intercept(sold.stage);
  await killer().run("gateway authorise", "after", () => deliver(message)); // authorised, and the worker crashed: no message comes again
  vi.useRealTimers();
  expect(await buy.get(user, orderId)).toMatchObject({ status: "paying" });

  const look = await run("reconcile");
  expect(look.text).toContain(`${orderId}: would confirm: the gateway says authorised`);
  expect(await buy.get(user, orderId)).toMatchObject({ status: "paying" });

  expect((await run("reconcile", "--apply")).text).toContain("1 of 1 orders that wait for the gateway made progress");
  expect(await buy.get(user, orderId)).toMatchObject({ status: "confirmed" });
  expect(sold.paymentsOf(orderId)).toMatchObject([{ status: "captured" }]);
  expect((await run("reconcile", "--apply")).text).toContain("0 of 0 orders");
});

test.each(["redrive", "reconcile", "restore", "audit/start"])(
  "%s has --help, and reports mistakes in a sentence",
  async (name) => {
    expect(await run(name, "--help")).toMatchObject({
      code: 0,
      text: expect.stringContaining(`npm run ${name.split("/")[0]} -- `),
    });
    const wrong = await run(name, "--aply");
    expect(wrong.code).toBe(2);
    expect(wrong.text.trim().split("\n")).toEqual([expect.stringContaining("--aply")]);
    const nowhere = await run(name, "--stage", "no stage");
    expect(nowhere).toMatchObject({ code: 2, text: expect.stringContaining("The stage's name is “no stage”") });
  },
);
