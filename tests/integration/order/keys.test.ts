/** The last ten idempotency keys of a user and event. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as Count from "#artillery/bench/count.ts";
import { db } from "#core/lib/dynamo.ts";
import * as Harness from "#tests/support/harness.ts";
import { items, type Order, ofUser, shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  stage = await Harness.stage();
  steps = shop(stage);
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Made = { key: { "idempotency-key": string }; body: { eventId: string; seats: string[] }; order: Order };

/** Orders that were opened and released, each with a key of its own, so far apart that no cooldown begins. */
const orders = async (user: Harness.User, eventId: string, count: number): Promise<Made[]> => {
  const made: Made[] = [];
  for (let n = 0; n < count; n++) {
    const key = { "idempotency-key": randomUUID() };
    const body = { eventId, seats: [`A-1-${n + 1}`] };
    const order = await steps.held(user, body, key);
    made.push({ key, body, order });
    expect((await steps.cancel(user, order.orderId)).status).toBe(204);
    vi.setSystemTime(Date.now() + 201_000);
  }
  return made;
};

test("each of the last ten keys answers with its own order, as it is now, also while another order is open", async () => {
  const [{ eventId }, user] = await Promise.all([stage.event(), stage.user()]);
  const made = await orders(user, eventId, 9);
  const key = { "idempotency-key": randomUUID() };
  const body = { eventId, seats: ["A-2-1"] };
  const open = await steps.held(user, body, key);
  for (const before of made) {
    const replay = await steps.hold(user, before.body, before.key);
    expect(replay.status).toBe(201);
    expect(replay.body).toMatchObject({ orderId: before.order.orderId, status: "released" });
  }
  expect((await steps.hold(user, body, key)).body).toMatchObject({ orderId: open.orderId, status: "held" });
  expect(await items("Seats", eventId)).toHaveLength(1);
  expect((await ofUser(user)).filter(({ type }) => type === "order")).toHaveLength(10);
});

test("the eleventh last key makes a new hold, which is refused as usual while an order is open", async () => {
  const [{ eventId }, user] = await Promise.all([stage.event(), stage.user()]);
  const [oldest, ...others] = await orders(user, eventId, 11);
  const { key, body, order } = oldest as Made;
  const again = await steps.held(user, body, key);
  expect(again.orderId).not.toBe(order.orderId);
  const [second] = others as [Made];
  expect((await steps.hold(user, second.body, second.key)).body.code).toBe("order.open_exists");
});

test("another body with any of the last ten keys is 422, even if it is refused for other reasons", async () => {
  const [{ eventId }, user] = await Promise.all([stage.event(), stage.user()]);
  const made = await orders(user, eventId, 10);
  for (const { key } of made)
    for (const seats of [["A-3-1"], ["nowhere"]]) {
      const reply = await steps.hold(user, { eventId, seats }, key);
      expect([reply.status, reply.body.code]).toEqual([422, "request.idempotency_mismatch"]);
    }
});

test("a user in the cooldown still gets the orders of their earlier keys", async () => {
  const [{ eventId }, user] = await Promise.all([stage.event(), stage.user()]);
  const keys = [1, 2, 3].map(() => ({ "idempotency-key": randomUUID() }));
  const made: string[] = [];
  for (const [n, key] of keys.entries()) {
    made.push((await steps.held(user, { eventId, seats: [`A-1-${n + 1}`] }, key)).orderId);
    await steps.cancel(user, made[n] as string);
  }
  for (const [n, key] of keys.entries()) {
    const replay = await steps.hold(user, { eventId, seats: [`A-1-${n + 1}`] }, key);
    expect(replay.body).toMatchObject({ orderId: made[n], status: "released" });
    const other = await steps.hold(user, { eventId, seats: ["A-9-9"] }, key);
    expect(other.body.code).toBe("request.idempotency_mismatch");
  }
  expect((await steps.hold(user, { eventId, seats: ["A-1-1"] })).body.code).toBe("order.cooldown");
});

test("a hold costs one write request and no read, and the write of a basket with ten keys costs one unit", async () => {
  const [{ eventId }, user] = await Promise.all([stage.event(), stage.user({ balance: 1_000_000 })]);
  const { orderId } = await steps.held(user, { eventId, seats: ["A-5-1"] });
  await steps.pay(user, orderId);
  await stage.settle();
  await orders(user, eventId, 10);
  await steps.held(await stage.user(), { eventId, seats: ["A-9-9"] }); // the event is in memory from here on
  const sent: string[] = [];
  db().middlewareStack.add(
    (next, context) => (args) => {
      sent.push((context as { commandName?: string }).commandName ?? "");
      return next(args);
    },
    { step: "initialize", name: "sent" },
  );
  await steps.held(user, { eventId, seats: ["A-9-1", "A-9-2"] });
  db().middlewareStack.remove("sent");
  expect(sent).toEqual(["TransactWriteItemsCommand"]);
  const [basket = {}] = (await ofUser(user)).filter(({ sk }) => String(sk).startsWith("BASKET#"));
  // `spent` and `notBefore` come to it where the event has a queue
  expect(Count.sizeOf({ ...basket, spent: Date.now(), notBefore: Date.now() })).toBeLessThanOrEqual(800);
});
