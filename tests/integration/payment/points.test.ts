import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { deliver, everywhere, intercept, killer } from "#tests/support/bank.ts";
import * as Harness from "#tests/support/harness.ts";
import { items, ofUser, shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  stage = await Harness.stage();
  steps = shop(stage);
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });

describe("a booking by points", () => {
  test("a buyer pays with points: seats are sold, wallet and ledger debited once, the order confirmed with tickets", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance: 50_000 });
    const order = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    const accepted = await steps.pay(user, order.orderId);
    expect(accepted.status).toBe(202);
    expect(accepted.body.payment).toEqual({ attemptId: expect.any(String), method: "points", status: "pending" });
    await stage.settle();
    const paid = await steps.get(user, order.orderId);
    expect(paid).toMatchObject({ status: "confirmed", payment: { method: "points", status: "approved" } });
    expect(paid.tickets).toHaveLength(2);
    expect(await steps.wallet(user)).toBe(30_000);
    expect(await steps.entries(user)).toMatchObject([
      { kind: "payment", amount: -20_000, balance: 30_000, orderId: order.orderId },
    ]);
    for (const seat of await items("Seats", eventId)) expect(seat).toMatchObject({ state: "sold", price: 10_000 });
  });

  test("too few points: nothing is debited, and the order says so and can be paid after a charge", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance: 9_999 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    await steps.pay(user, orderId);
    await stage.settle();
    const declined = await steps.get(user, orderId);
    expect(declined).toMatchObject({
      status: "held",
      payment: { method: "points", status: "declined", reason: "wallet.insufficient" },
    });
    expect(await steps.wallet(user)).toBe(9_999);
    await stage.call("POST /v1/wallet/charges", { token: user.token, body: { amount: 1 } });
    await steps.pay(user, orderId);
    await stage.settle();
    expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
    expect(await steps.wallet(user)).toBe(0);
  });

  test("an outcome names its attempt, so a second equal decline differs from the first and from a payment under way", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance: 9_999 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    const shown = async () => (await steps.get(user, orderId)).payment;
    const key = randomUUID();
    const sent = async (own?: string) => {
      const { payment } = (await steps.pay(user, orderId, undefined, own)).body;
      expect(payment.status).toBe("pending");
      return payment.attemptId as string;
    };
    const first = await sent(key);
    expect(await sent(key)).toBe(first); // the same request again is the same attempt
    await stage.settle();
    const declined = { method: "points", status: "declined", reason: "wallet.insufficient" };
    expect(await shown()).toEqual({ attemptId: first, ...declined });
    const second = await sent();
    expect(second).not.toBe(first);
    expect(await shown()).toMatchObject({ attemptId: first }); // the worker has not answered
    await stage.settle();
    expect(await shown()).toEqual({ attemptId: second, ...declined });
  });

  test("points cannot pay an order in another currency", async () => {
    const { eventId } = await stage.event({ currency: "EUR" });
    const user = await stage.user({ balance: 1_000_000 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    const reply = await steps.pay(user, orderId);
    expect([reply.status, reply.body.code]).toEqual([409, "order.not_payable"]);
  });

  test("the amount does not come from the client", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance: 50_000 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    for (const extra of [{ amount: 1 }, { total: 0 }, { price: -5 }])
      expect((await steps.pay(user, orderId, { method: "points", ...extra })).status).toBe(422);
  });

  test("another user's order is not found, whether to read, to pay or to cancel", async () => {
    const { eventId } = await stage.event();
    const [user, thief] = await Promise.all([stage.user(), stage.user({ balance: 50_000 })]);
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    const params = { orderId };
    const read = await stage.call("GET /v1/orders/{orderId}", { token: thief.token, params });
    for (const reply of [read, await steps.pay(thief, orderId), await steps.cancel(thief, orderId)])
      expect([reply.status, reply.body.code]).toEqual([404, "order.not_found"]);
    expect(await steps.get(user, orderId)).toMatchObject({ status: "held" });
    expect(await steps.wallet(thief)).toBe(50_000);
  });
});

describe("repeated messages", () => {
  const accepted = async (balance = 50_000) => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    await steps.pay(user, orderId);
    const [message = ""] = await intercept(stage);
    return { eventId, user, orderId, message };
  };

  test("a payment message delivered 10 times, and twice at once, debits once", async () => {
    const { user, orderId, message } = await accepted();
    await deliver(message, message);
    await Promise.all([deliver(message), deliver(message)]);
    for (let n = 0; n < 6; n++) expect(await deliver(message)).toBe(0);
    expect(await steps.wallet(user)).toBe(30_000);
    expect(await steps.entries(user)).toHaveLength(1);
    expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
    const basket = (await ofUser(user)).find(({ sk }) => sk.startsWith("BASKET#"));
    expect(basket?.bought).toBe(2);
  });

  test("several payments of one order sent at once settle one", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance: 100_000 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    await Promise.all(Array.from({ length: 5 }, () => steps.pay(user, orderId)));
    await deliver(...(await intercept(stage)));
    expect(await steps.wallet(user)).toBe(90_000);
    expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed", payment: { status: "approved" } });
  });

  test("the same key gives the same payment, as it is now; with another body it is a mismatch once recorded", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user({ balance: 50_000 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    const key = randomUUID();
    await steps.pay(user, orderId, { method: "points" }, key);
    await steps.pay(user, orderId, { method: "points" }, key);
    await stage.settle();
    const again = await steps.pay(user, orderId, { method: "points" }, key);
    expect([again.status, again.body.status]).toEqual([202, "confirmed"]);
    const other = await steps.pay(user, orderId, { method: "card", card: { token: "tok_approve" } }, key);
    expect([other.status, other.body.code]).toEqual([422, "request.idempotency_mismatch"]);
    const second = await steps.pay(user, orderId);
    expect([second.status, second.body.code]).toEqual([409, "order.not_payable"]);
    expect(await steps.wallet(user)).toBe(40_000);
  });

  test("a worker killed at every step of a payment by points, before and after its effect, ends the same", async () => {
    const kill = killer();
    await everywhere(kill, async (killed) => {
      const { eventId, user, orderId, message } = await accepted();
      await killed(() => deliver(message));
      expect(await deliver(message)).toBe(0);
      expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
      expect(await steps.wallet(user)).toBe(30_000);
      expect(await steps.entries(user)).toHaveLength(1);
      expect((await items("Seats", eventId)).map(({ state }) => state)).toEqual(["sold", "sold"]);
    });
  });

  test("an unreadable message fails, and does not stop others of its batch", async () => {
    const { user, orderId, message } = await accepted();
    expect(await deliver("{", JSON.stringify({ kind: "unknown" }), message)).toBe(2);
    expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
  });
});

describe("time", () => {
  test("a payment accepted in time settles however late the worker is, while the order still has its seats", async () => {
    const { eventId } = await stage.event({ holdSeconds: 10 });
    const user = await stage.user({ balance: 50_000 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    await steps.pay(user, orderId);
    const [message = ""] = await intercept(stage);
    later(10 + 90 + 60);
    expect((await steps.get(user, orderId)).status).toBe("expired");
    await deliver(message);
    expect((await steps.get(user, orderId)).status).toBe("confirmed");
  });

  test("an order cannot be paid after payBy, and reads as expired after its grace", async () => {
    const { eventId } = await stage.event({ holdSeconds: 10 });
    const user = await stage.user({ balance: 50_000 });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    later(11);
    expect((await steps.get(user, orderId)).status).toBe("held");
    const reply = await steps.pay(user, orderId);
    expect([reply.status, reply.body.code]).toEqual([409, "order.expired"]);
    later(101);
    expect((await steps.get(user, orderId)).status).toBe("expired");
  });

  test("a lapsed hold is taken over once heldUntil has passed, without a sweeper; the first buyer's late payment is not debited", async () => {
    const { eventId } = await stage.event({ holdSeconds: 10 });
    const [first, second] = await Promise.all([stage.user({ balance: 50_000 }), stage.user({ balance: 50_000 })]);
    const order = await steps.held(first, { eventId, seats: ["A-1-1", "A-1-2"] });
    await steps.pay(first, order.orderId);
    const [message = ""] = await intercept(stage);
    const until = Date.parse(order.payBy as string) + 90_000;
    vi.useFakeTimers({ toFake: ["Date"], now: until });
    expect((await steps.hold(second, { eventId, seats: ["A-1-2"] })).body.code).toBe("seat.taken");
    vi.setSystemTime(until + 1);
    await steps.held(second, { eventId, seats: ["A-1-2", "A-1-3"] });
    await deliver(message);
    expect(await steps.get(first, order.orderId)).toMatchObject({
      status: "expired",
      payment: { status: "declined", reason: "seat.lost" },
    });
    expect(await steps.wallet(first)).toBe(50_000);
    const seats = await items("Seats", eventId);
    expect(seats.find(({ sk }) => sk === "A-1-2")?.userId).toBe(second.userId);
    expect(seats.every(({ state }) => state === "held")).toBe(true);
  });

  test("a late settle neither closes a newer order of the same user nor exceeds the limit", async () => {
    const { eventId } = await stage.event({ holdSeconds: 10, maxSeatsPerUser: 2, maxSeatsPerOrder: 2 });
    const user = await stage.user({ balance: 100_000 });
    const old = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    await steps.pay(user, old.orderId);
    const [message = ""] = await intercept(stage);
    later(101);
    const newer = await steps.held(user, { eventId, seats: ["A-2-1", "A-2-2"] });
    await deliver(message);
    expect(await steps.get(user, old.orderId)).toMatchObject({
      status: "expired",
      payment: { status: "declined", reason: "order.expired" },
    });
    const basket = (await ofUser(user)).find(({ sk }) => sk.startsWith("BASKET#"));
    expect(basket).toMatchObject({ openOrder: newer.orderId });
    await steps.pay(user, newer.orderId);
    await stage.settle();
    expect(await steps.get(user, newer.orderId)).toMatchObject({ status: "confirmed" });
    expect((await items("Seats", eventId)).filter(({ state }) => state === "sold")).toHaveLength(2);
    expect(await steps.wallet(user)).toBe(80_000);
  });
});

test("the sum of a wallet's entries is its balance, through charges, payments, refunds and races", async () => {
  const { eventId } = await stage.event();
  const user = await stage.user();
  const charge = (amount: number) => stage.call("POST /v1/wallet/charges", { token: user.token, body: { amount } });
  await Promise.all([charge(10_000), charge(20_000), charge(30_000)]);
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
  await steps.pay(user, orderId);
  const [message = ""] = await intercept(stage);
  await Promise.all([deliver(message), charge(5_000), charge(6_000)]);
  await deliver(message);
  await Promise.all([steps.cancel(user, orderId), steps.cancel(user, orderId), charge(7_000)]);
  const ledger = await steps.entries(user);
  expect(ledger.reduce((sum, { amount }) => sum + amount, 0)).toBe(78_000);
  expect(await steps.wallet(user)).toBe(78_000);
  expect(ledger.map(({ kind }) => kind).sort()).toEqual([...Array(6).fill("charge"), "payment", "refund"]);
});
