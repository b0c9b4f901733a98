/** Second conditions: no buyer reaches them while the first condition works, so each is tested directly. */

import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import * as Catalog from "#core/catalog/index.ts";
import { provider } from "#core/gateway/index.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Checkpoint from "#core/queue/checkpoint.ts";
import * as Queue from "#core/queue/index.ts";
import { bank, deliver, intercept, killer } from "#tests/support/bank.ts";
import { refusal, sale } from "#tests/support/sale.ts";
import { items, shop } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof bank>>;
let steps: ReturnType<typeof shop>;

beforeAll(async () => {
  at = await bank();
  steps = shop(at.stage);
});

afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
const card = { method: "card", card: { token: "tok_approve" } };
const seats = ["A-1-1", "A-1-2"];

test("a sold seat cannot be sold again, however late the request is", async () => {
  const user = await at.stage.user({ balance: 50_000 });
  const { eventId } = await at.stage.event({ holdSeconds: 1 });
  const { orderId } = await steps.held(user, { eventId, seats });
  await steps.pay(user, orderId);
  await at.stage.settle();
  later(3_000);
  const refused = await steps.hold(await at.stage.user(), { eventId, seats: ["A-1-2"] });
  expect([refused.status, refused.body.code]).toEqual([409, "seat.taken"]);
  expect((await items("Seats", eventId)).map((seat) => [seat.state, seat.orderId])).toEqual(
    seats.map(() => ["sold", orderId]),
  );
});

test("no card is asked for seats that another buyer has taken over, and that buyer's hold stays as it is", async () => {
  const user = await at.stage.user();
  const { eventId } = await at.stage.event({ holdSeconds: 1 });
  const { orderId } = await steps.held(user, { eventId, seats });
  await steps.pay(user, orderId, card);
  const messages = await intercept(at.stage);
  later(310);
  const other = await at.stage.user();
  await steps.held(other, { eventId, seats: ["A-1-2"] });
  const hold = (await items("Seats", eventId)).find(({ sk }) => sk === "A-1-2");
  await deliver(...messages);
  expect((await steps.get(user, orderId)).payment).toMatchObject({ status: "declined", reason: "seat.lost" });
  expect(at.paymentsOf(orderId).map(({ status, token }) => [status, token])).toEqual([["voided", undefined]]);
  expect((await items("Seats", eventId)).find(({ sk }) => sk === "A-1-2")).toEqual(hold);
});

test("an attempt repeated after a crash is the same payment at the gateway", async () => {
  for (const step of ["gateway prepare", "gateway authorise"] as const) {
    const user = await at.stage.user();
    const { eventId } = await at.stage.event();
    const { orderId } = await steps.held(user, { eventId, seats });
    await steps.pay(user, orderId, card);
    const [message = ""] = await intercept(at.stage);
    await killer().run(step, "after", () => deliver(message));
    await deliver(message);
    expect(at.paymentsOf(orderId).map(({ status }) => status)).toEqual(["captured"]);
  }
});

test("a worker that could not begin an attempt does not cancel one that another worker begins", async () => {
  const user = await at.stage.user();
  const { eventId } = await at.stage.event();
  const { orderId } = await steps.held(user, { eventId, seats });
  await steps.pay(user, orderId, card);
  const [message = ""] = await intercept(at.stage);
  const { prepare } = provider("sandbox");
  // the order has changed before it is written
  vi.spyOn(provider("sandbox"), "prepare").mockImplementationOnce(async (request) => {
    const prepared = await prepare(request);
    await db().send(
      new UpdateCommand({
        TableName: table("Orders"),
        Key: { pk: `USER#${user.userId}`, sk: `ORDER#${orderId}` },
        UpdateExpression: "SET #status = :paying",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":paying": "paying" },
      }),
    );
    return prepared;
  });
  await deliver(message);
  expect(at.paymentsOf(orderId).map(({ status }) => status)).toEqual(["prepared"]);
});

test("nobody enters before their number is called, even if slots are free", async () => {
  const line = await sale(at.stage, { admitPerSecond: 1, maxActive: 100 });
  const visitors = await line.visitors(4);
  line.pass(1);
  expect((await refusal(line.claim(visitors[3] as (typeof visitors)[number]))).name).toBe("queue.not_yet");
});

test("a late record of an old purchase does not end a later admission of the same buyer", async () => {
  const line = await sale(at.stage, { admitPerSecond: 100 });
  const [visitor] = await line.visitors(1);
  const userId = visitor?.userId ?? "";
  line.pass(1);
  const old = line.clock.now;
  await line.claim({ userId, place: visitor?.place ?? "" });
  line.pass(1);
  await line.leave({ userId });
  line.pass(1);
  const { place } = await line.join(userId);
  line.pass(1);
  await line.claim({ userId, place });
  expect((await line.status()).active).toBe(1);
  await Queue.free({ userId, eventId: line.eventId, admittedAt: old });
  expect((await line.status()).active).toBe(1);
});

test("a frozen lobby keeps its size, whatever a later caller counted", async () => {
  const { eventId } = await at.stage.event({ queue: { enabled: true } });
  const first = await Catalog.freeze({ eventId, lobby: 5, now: now() });
  expect(first).toMatchObject({ lobby: 5 });
  expect(await Catalog.freeze({ eventId, lobby: 7, now: now() })).toEqual(first);
});

test("the next block of numbers also goes to one caller", async () => {
  const { eventId } = await at.stage.event({ queue: { enabled: true } });
  await Checkpoint.raise({ eventId, from: 0, by: 10 });
  expect(await Checkpoint.raise({ eventId, from: 10, by: 10 })).toEqual({ block: { from: 10, to: 20 } });
  expect(await Checkpoint.raise({ eventId, from: 10, by: 10 })).toEqual({ ceiling: 20 });
});
