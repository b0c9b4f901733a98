/** E-mails at SES's rate: a large sale's go out one after another, and none of them counts as failed. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import * as Metrics from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import { orderItem } from "#core/order/order.table.ts";
import { handler } from "#functions/stream/mail.ts";
import { inbox } from "#tests/inbox.ts";
import * as Harness from "../harness.ts";
import * as Orders from "../orders.ts";

const mailRate = 3;

let stage: Harness.Stage;
let door: Server;
/** When SES was asked to take an e-mail, epoch ms. */
let asked: number[] = [];
/** What SES answers instead of taking one, request by request. */
let refusals: { type: string; message: string }[] = [];

beforeAll(async () => {
  door = createServer(async (request, response) => {
    const body = await text(request);
    asked.push(Date.now());
    const refusal = refusals.shift();
    if (refusal) {
      const headers = { "content-type": "application/json", "x-amzn-errortype": refusal.type };
      response.writeHead(400, headers).end(JSON.stringify({ message: refusal.message }));
      return;
    }
    const headers = { "content-type": "application/json", authorization: "AWS4" };
    const taken = await fetch(inject("engines").ses.url + request.url, { method: "POST", headers, body });
    response.writeHead(taken.status, { "content-type": "application/json" }).end(await taken.text());
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  const url = `http://127.0.0.1:${(door.address() as { port: number }).port}`;
  stage = await Harness.stage({ ses: { url }, mailRate });
});
afterAll(() => door?.close());
beforeEach(() => {
  asked = [];
  refusals = [];
});

const context = { awsRequestId: "test" } as Parameters<typeof handler>[1];

/** So many orders that were just confirmed, as the stream tells of them, and their buyers. */
const bought = async (count: number) => {
  const { eventId } = await stage.event();
  const buyers = await Promise.all(Array.from({ length: count }, () => stage.user()));
  const orders = await Promise.all(buyers.map(({ userId }) => Orders.confirmed({ userId, eventId })));
  const Records = orders.map((order, n) => ({
    eventName: "MODIFY",
    dynamodb: {
      NewImage: marshall(orderItem(order), { removeUndefinedValues: true }),
      SequenceNumber: String(n + 1),
      ApproximateCreationDateTime: Date.now() / 1000,
    },
  }));
  return { buyers, orders, Records };
};

const deliver = async (Records: object[]) =>
  (await handler({ Records } as DynamoDBStreamEvent, context))?.batchItemFailures.length;

test("two environments together send at the rate that is set, and send everything", async () => {
  const { buyers, orders, Records } = await bought(10);
  const failures = await Promise.all([deliver(Records.slice(0, 5)), deliver(Records.slice(5))]);
  expect(failures).toEqual([0, 0]);
  expect(asked).toHaveLength(10);
  // in any window of a second there are the turns of two calendar seconds at most, and four seconds are needed for ten
  for (const at of asked)
    expect(asked.filter((other) => other >= at && other < at + 1_000).length).toBeLessThanOrEqual(6);
  expect(Math.max(...asked) - Math.min(...asked)).toBeGreaterThan(2_000);
  const mails = await inbox();
  for (const { email } of buyers)
    expect(mails.filter(({ destination }) => destination.to.includes(email))).toHaveLength(1);
  for (const order of orders) expect((await Order.find(order))?.confirmedMailedAt).toEqual(expect.any(Number));
});

test("what SES refuses for its rate is read again, goes out once, and does not count as failed", async () => {
  const count = vi.spyOn(Metrics, "count");
  const { buyers, Records } = await bought(1);
  // the SDK's own tries are three
  refusals = Array.from({ length: 3 }, () => ({
    type: "TooManyRequestsException",
    message: "Maximum sending rate exceeded.",
  }));
  expect(await deliver(Records)).toBe(1);
  expect(await deliver(Records)).toBe(0);
  const mails = (await inbox()).filter(({ destination }) => destination.to.includes(buyers[0]?.email ?? ""));
  expect(mails).toHaveLength(1);
  expect(count.mock.calls.map(([name]) => name)).not.toContain("MailFailed");
});

test("SES's quota a day is a failure: a person has to ask for more", async () => {
  const count = vi.spyOn(Metrics, "count");
  const { Records } = await bought(1);
  refusals = Array.from({ length: 3 }, () => ({
    type: "TooManyRequestsException",
    message: "Daily message quota exceeded.",
  }));
  expect(await deliver(Records)).toBe(1);
  expect(count.mock.calls.map(([name]) => name)).toContain("MailFailed");
});

test("a sender that SES does not let us be is tried for ten minutes, and then holds up no other e-mail", async () => {
  const { Records } = await bought(1);
  const denied = { type: "AccessDeniedException", message: "User is not authorized to perform ses:SendEmail" };
  refusals = [denied];
  expect(await deliver(Records)).toBe(1);
  const [record] = Records;
  const dynamodb = { ...record?.dynamodb, ApproximateCreationDateTime: Date.now() / 1000 - 660 };
  refusals = [denied];
  expect(await deliver([{ ...record, dynamodb }])).toBe(0);
});
