import { setTimeout as sleep } from "node:timers/promises";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { db, table } from "#core/lib/dynamo.ts";
import * as Orders from "#core/order/index.ts";
import { orderKey } from "#core/order/order.table.ts";
import { behaviours } from "#local/sandbox/behaviours.ts";
import { mailKind } from "#ops/audit/snapshot.ts";
import { authorised, bank, deliver, everywhere, intercept, killer, wrongAmount } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { inbox } from "#tests/support/inbox.ts";
import { items, type Order, ofUser, shop } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof bank>>;
let steps: ReturnType<typeof shop>;
let kill: ReturnType<typeof killer>;
beforeAll(async () => {
  at = await bank();
  kill = killer();
  steps = shop(at.stage);
});
afterAll(() => at.sandbox.stop());
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
const card = (token: string) => ({ method: "card", card: { token } });

type Case = { user: User; eventId: string; orderId: string };

const held = async (overrides: Record<string, unknown> = {}): Promise<Case> => {
  const { eventId } = await at.stage.event(overrides);
  const user = await at.stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
  return { user, eventId, orderId };
};

/** Pays, and waits for worker, gateway and webhooks, for two seconds at most. */
const paid = async ({ user, orderId }: Case, token: string): Promise<Order> => {
  const accepted = await steps.pay(user, orderId, card(token));
  const pending = { attemptId: expect.any(String), method: "card", status: "pending" };
  expect([accepted.status, accepted.body.payment]).toEqual([202, pending]);
  for (let n = 0; n < 20; n++) {
    await at.stage.settle();
    await sleep(100);
    const order = await steps.get(user, orderId);
    if (order.status !== "paying") break;
  }
  await at.stage.settle();
  return steps.get(user, orderId);
};

const charged = (orderId: string) =>
  at.paymentsOf(orderId).map(({ status, amount, refunded }) => [status, amount - refunded]);
const seatStates = async (eventId: string) => (await items("Seats", eventId)).map(({ state }) => state);

const confirmedOnce = async ({ eventId, orderId }: Case, order: Order) => {
  expect(order).toMatchObject({ status: "confirmed", payment: { method: "card", status: "approved" } });
  expect(order.tickets).toHaveLength(2);
  // a payment that another attempt voided or only prepared takes nothing
  const holding = charged(orderId).filter(([status]) => status !== "voided" && status !== "prepared");
  expect(holding).toEqual([["captured", 20_000]]);
  expect(await seatStates(eventId)).toEqual(["sold", "sold"]);
};

describe("every card token has exactly one allowed end", () => {
  for (const token of [
    "tok_approve",
    "tok_timeout_after",
    "tok_twice",
    "tok_async",
    "tok_webhook_early",
    "tok_webhook_twice",
  ])
    test(`${token}: confirmed, and charged once`, async () => {
      const order = await held();
      await confirmedOnce(order, await paid(order, token));
    });

  for (const token of ["tok_decline", "tok_async_decline", "tok_webhook_forged", "tok_nobody"])
    test(`${token}: not confirmed, not charged, and the order can be paid in another way`, async () => {
      const order = await held();
      at.answers.length = 0;
      expect(await paid(order, token)).toMatchObject({
        status: "held",
        payment: { method: "card", status: "declined", reason: "card.declined" },
      });
      expect(charged(order.orderId)).toEqual([["declined", 20_000]]);
      if (token === "tok_webhook_forged") expect(at.answers).toContain(401);
      const { user, orderId } = order;
      await steps.pay(user, orderId, card("tok_approve"));
      await at.stage.settle();
      expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
    });

  test("tok_timeout_before: undecided until the reconciliation finds that nothing was charged", async () => {
    const order = await held({ holdSeconds: 3_600 });
    const { user, orderId } = order;
    expect(await paid(order, "tok_timeout_before")).toMatchObject({ status: "paying", payment: { status: "pending" } });
    await at.stage.reconcile();
    expect((await steps.get(user, orderId)).status).toBe("paying");
    later(10 * 60 + 5);
    await at.stage.reconcile();
    expect(await steps.get(user, orderId)).toMatchObject({
      status: "held",
      payment: { status: "declined", reason: "payment.unconfirmed" },
    });
    expect(charged(orderId)).toEqual([["voided", 20_000]]);
    await steps.pay(user, orderId, card("tok_approve"));
    await at.stage.settle();
    await confirmedOnce(order, await steps.get(user, orderId));
  });
});

test("order, the gateway's ledger and mail agree for every token, all paid at the same time", async () => {
  const cases = await Promise.all(
    Object.keys(behaviours).map(async (token) => {
      const order = await held();
      await steps.pay(order.user, order.orderId, card(token));
      return { token, ...order };
    }),
  );
  const orders = () => Promise.all(cases.map(({ user, orderId }) => steps.get(user, orderId)));
  await expect
    .poll(
      async () => {
        await at.stage.drain();
        return (await orders()).filter(({ status }) => status === "paying").length;
      },
      { timeout: 15_000, interval: 100 },
    )
    .toBe(1); // tok_timeout_before
  await at.stage.drain();
  const emails = await inbox();
  for (const [n, { status }] of (await orders()).entries()) {
    const { token, user, orderId } = cases[n] as (typeof cases)[number];
    const mails = emails
      .filter(({ destination }) => destination.to.some((to) => to.includes(user.email)))
      .map(({ subject }) => mailKind(subject));
    const taken = at.paymentsOf(orderId).filter((payment) => payment.status === "captured");
    if (token === "tok_capture_refused") expect(status).toBe("released");
    const due = status === "confirmed" || status === "released" ? [status] : [];
    // tickets may have been mailed before the gateway refused to take the money
    expect([token, taken.length, mails.slice(-1)]).toEqual([token, status === "confirmed" ? 1 : 0, due]);
  }
});

describe("a payment without an answer of the gateway", () => {
  test("that the gateway approved is found by the reconciliation and captured", async () => {
    const order = await held();
    const { user, orderId } = order;
    await steps.pay(user, orderId, card("tok_approve"));
    const [message = ""] = await intercept(at.stage);
    await kill.run("gateway authorise", "after", () => deliver(message)); // authorised, and the worker crashed: no message comes again
    expect(charged(orderId)).toEqual([["authorised", 20_000]]);
    later(120);
    await at.stage.reconcile();
    await confirmedOnce(order, await steps.get(user, orderId));
  });

  test("of an order that 0.1.0 wrote during a release is found and confirmed too", async () => {
    const order = await held();
    const { user, orderId } = order;
    await steps.pay(user, orderId, card("tok_approve"));
    const [message = ""] = await intercept(at.stage);
    await kill.run("gateway authorise", "after", () => deliver(message));
    await db().send(
      new UpdateCommand({
        TableName: table("Orders"),
        Key: orderKey(user.userId, orderId),
        UpdateExpression: "SET #open = :bare",
        ConditionExpression: "begins_with(#open, :bare)",
        ExpressionAttributeNames: { "#open": "open" },
        ExpressionAttributeValues: { ":bare": "paying" },
      }),
    );
    later(120);
    await at.stage.reconcile();
    await confirmedOnce(order, await steps.get(user, orderId));
    expect((await ofUser(user)).find((item) => item.orderId === orderId)?.open).toBeUndefined();
  });

  test("that is approved after its attempt was closed is voided", async () => {
    const order = await held({ holdSeconds: 3_600 });
    const { user, orderId } = order;
    await steps.pay(user, orderId, card("tok_timeout_before"));
    const [message = ""] = await intercept(at.stage);
    await deliver(message);
    later(10 * 60 + 5);
    await at.stage.reconcile();
    // the gateway had it all the time
    const { attemptId } = JSON.parse(message);
    const reference = `${user.userId}.${orderId}.${attemptId}`;
    const paymentId = await authorised({ reference, amount: 20_000, key: `${orderId}:late` });
    await deliver(JSON.stringify({ kind: "gateway", paymentId, reference }));
    expect(charged(orderId)).toEqual([
      ["voided", 20_000],
      ["voided", 20_000],
    ]);
    expect(await steps.get(user, orderId)).toMatchObject({ status: "held", payment: { status: "declined" } });
  });
});

test("with another amount than the order's pays nothing, and is voided", async () => {
  const order = await held();
  const { user, orderId } = order;
  wrongAmount();
  await steps.pay(user, orderId, card("tok_approve"));
  await at.stage.settle();
  expect(await steps.get(user, orderId)).toMatchObject({
    status: "held",
    payment: { status: "declined", reason: "payment.mismatch" },
  });
  expect(charged(orderId)).toEqual([["voided", 1]]);
});

describe("seats while the card is asked", () => {
  test("an order that is being paid cannot be released and keeps its seats, even after its hold would have lapsed", async () => {
    const order = await held({ holdSeconds: 1 });
    const { user, eventId, orderId } = order;
    await steps.pay(user, orderId, card("tok_timeout_before"));
    const [message = ""] = await intercept(at.stage);
    later(299);
    await deliver(message);
    expect((await steps.cancel(user, orderId)).body.code).toBe("order.not_cancellable");
    later(310);
    const other = await at.stage.user();
    expect((await steps.hold(other, { eventId, seats: ["A-1-1"] })).body.code).toBe("seat.taken");
    expect((await steps.get(user, orderId)).status).toBe("paying");
    expect((await steps.hold(user, { eventId, seats: ["A-5-1"] })).body.code).toBe("order.open_exists");
  });

  test("a seat lost while no worker ran means a void, never a ticket without a seat nor a charge without a ticket", async () => {
    const order = await held({ holdSeconds: 1 });
    const { user, eventId, orderId } = order;
    await steps.pay(user, orderId, card("tok_approve"));
    const [message = ""] = await intercept(at.stage);
    await kill.run("gateway authorise", "after", () => deliver(message)); // authorised, and then no worker for longer than seats are kept
    later(16 * 60);
    const other = await at.stage.user();
    await steps.held(other, { eventId, seats: ["A-1-2"] });
    await deliver(message);
    expect(await steps.get(user, orderId)).toMatchObject({
      status: "expired",
      payment: { status: "declined", reason: "seat.lost" },
    });
    expect(charged(orderId)).toEqual([["voided", 20_000]]);
    expect((await items("Seats", eventId)).find(({ sk }) => sk === "A-1-2")?.userId).toBe(other.userId);
  });

  test("a decline after payBy releases the seats as for an unpaid order", async () => {
    const order = await held({ holdSeconds: 1 });
    const { user, eventId, orderId } = order;
    await steps.pay(user, orderId, card("tok_decline"));
    later(2);
    await at.stage.settle();
    expect(await steps.get(user, orderId)).toMatchObject({ status: "held", payment: { status: "declined" } });
    later(95);
    expect((await steps.get(user, orderId)).status).toBe("expired");
    await steps.held(await at.stage.user(), { eventId, seats: ["A-1-1", "A-1-2"] });
  });

  test("a release that read the order before the payment began frees no seat that is being paid or sold", async () => {
    const order = await held();
    const { user, eventId, orderId } = order;
    const stale = await Orders.get({ userId: user.userId, orderId });
    await steps.pay(user, orderId, card("tok_approve"));
    const [message = ""] = await intercept(at.stage);
    await kill.run("gateway authorise", "after", () => deliver(message)); // authorised
    await expect(Orders.release(stale, Date.now())).rejects.toThrow("The order is paying.");
    expect(await seatStates(eventId)).toEqual(["held", "held"]);
    await deliver(message);
    await expect(Orders.release(stale, Date.now())).rejects.toThrow("The order is confirmed.");
    await confirmedOnce(order, await steps.get(user, orderId));
  });

  test("points and a card sent at once pay once, by one of the two", async () => {
    for (let n = 0; n < 8; n++) {
      const { eventId } = await at.stage.event();
      const user = await at.stage.user({ balance: 50_000 });
      const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
      await Promise.all([steps.pay(user, orderId), steps.pay(user, orderId, card("tok_approve"))]);
      const messages = await intercept(at.stage);
      await deliver(...messages);
      await deliver(...messages);
      const order = await steps.get(user, orderId);
      expect(order.status).toBe("confirmed");
      const spent = 50_000 - (await steps.wallet(user));
      const taken = at.paymentsOf(orderId).filter(({ status }) => status === "captured").length * 20_000;
      expect(at.paymentsOf(orderId).map(({ status }) => status)).not.toContain("authorised");
      expect([spent, taken].sort()).toEqual([0, 20_000]);
      expect(order.payment).toMatchObject({ method: spent ? "points" : "card", status: "approved" });
    }
  });

  test("two cards sent at once charge one", async () => {
    const order = await held();
    const { user, orderId } = order;
    await Promise.all([steps.pay(user, orderId, card("tok_approve")), steps.pay(user, orderId, card("tok_approve"))]);
    await deliver(...(await intercept(at.stage)));
    await confirmedOnce(order, await steps.get(user, orderId));
  });
});

describe("a worker killed at every step between receive and delete", () => {
  test("ends with a void if the seat was lost", { timeout: 60_000 }, async () => {
    await everywhere(kill, async (killed) => {
      const order = await held({ holdSeconds: 60 });
      await steps.pay(order.user, order.orderId, card("tok_approve"));
      const [message = ""] = await intercept(at.stage);
      await kill.run("gateway authorise", "after", () => deliver(message));
      later(16 * 60);
      await steps.held(await at.stage.user(), { eventId: order.eventId, seats: ["A-1-2"] });
      await killed(() => deliver(message));
      expect(await deliver(message)).toBe(0);
      expect(await steps.get(order.user, order.orderId)).toMatchObject({
        status: "expired",
        payment: { status: "declined", reason: "seat.lost" },
      });
      expect(charged(order.orderId)).toEqual([["voided", 20_000]]);
      expect((await ofUser(order.user)).find(({ type }) => type === "order")?.open).toBeUndefined();
      vi.useRealTimers();
    });
  });

  test("ends the same when a webhook and the message race", async () => {
    const order = await held();
    await steps.pay(order.user, order.orderId, card("tok_approve"));
    const [message = ""] = await intercept(at.stage);
    await kill.run("gateway authorise", "after", () => deliver(message));
    const [payment] = at.paymentsOf(order.orderId);
    const webhook = JSON.stringify({ kind: "gateway", paymentId: payment?.paymentId, reference: payment?.reference });
    await deliver(message, webhook, webhook, message);
    await deliver(message, webhook);
    await confirmedOnce(order, await steps.get(order.user, order.orderId));
  });
});
