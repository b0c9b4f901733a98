/** E-mails at SES's rate: those of a large sale are sent one after another, and none counts as failed. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { db, table } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";
import { orderItem } from "#core/order/order.table.ts";
import { handler } from "#functions/stream/mail.ts";
import * as Harness from "#tests/support/harness.ts";
import { inbox, refusingSes } from "#tests/support/inbox.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import * as Orders from "#tests/support/orders.ts";

const mailRate = 3;

let stage: Harness.Stage;
let ses: Awaited<ReturnType<typeof refusingSes>>;
/** The number of requests to SES. */
let asked = 0;
/** SES's refusals, request by request. */
let refusals: { type: string; message: string }[] = [];

beforeAll(async () => {
  ses = await refusingSes(() => {
    asked++;
    const refusal = refusals.shift();
    return refusal && { status: 400, ...refusal };
  });
  stage = await Harness.stage({ ses, mailRate });
});
afterAll(() => ses?.close());
afterEach(() => {
  vi.restoreAllMocks();
});
beforeEach(() => {
  asked = 0;
  refusals = [];
});

const context = { awsRequestId: "test" } as Parameters<typeof handler>[1];

/** Orders that were just confirmed, as stream records, and their buyers. */
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

test("two environments together send at the configured rate, and send everything", async () => {
  const { buyers, orders, Records } = await bought(10);
  const failures = await Promise.all([deliver(Records.slice(0, 5)), deliver(Records.slice(5))]);
  expect(failures).toEqual([0, 0]);
  expect(asked).toBe(10);
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": "MAILS#PACE" },
    }),
  );
  expect(Items.reduce((sum, { mails }) => sum + mails, 0)).toBe(10);
  for (const { mails } of Items) expect(mails).toBeLessThanOrEqual(mailRate);
  const mails = await inbox();
  for (const { email } of buyers)
    expect(mails.filter(({ destination }) => destination.to.includes(email))).toHaveLength(1);
  for (const order of orders) expect((await Order.find(order))?.confirmedMailedAt).toEqual(expect.any(Number));
});

test("an e-mail that SES refuses for its rate is retried, goes out once, and does not count as failed", async () => {
  const counted = captureMetrics();
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
  expect(counted("MailFailed")).toBe(0);
});

test("an exceeded daily quota of SES is a failure, because a person must ask for more", async () => {
  const counted = captureMetrics();
  const { Records } = await bought(1);
  refusals = Array.from({ length: 3 }, () => ({
    type: "TooManyRequestsException",
    message: "Daily message quota exceeded.",
  }));
  expect(await deliver(Records)).toBe(1);
  expect(counted("MailFailed")).toBeGreaterThan(0);
});

test("an e-mail that our role may not send is parked at once, because a retry changes nothing", async () => {
  const counted = captureMetrics();
  const { orders, Records } = await bought(1);
  refusals = [{ type: "AccessDeniedException", message: "User is not authorized to perform ses:SendEmail" }];
  expect(await deliver(Records)).toBe(0);
  expect(asked).toBe(1);
  expect(counted("MailParked")).toBeGreaterThan(0);
  expect(await Order.find(orders[0] as Order.Order)).toMatchObject({ confirmedUnsent: "refused" });
});
