/** Cards by Toss Payments, through the product: a window's payment is confirmed once, for its own order, or takes nothing. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { provider, toOrderId } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Metrics from "#core/lib/metrics.ts";
import * as Orders from "#core/order/index.ts";
import { Refusal } from "#local/toss/refusal.ts";
import { startToss, type TossEmulator, type TossOptions } from "#local/toss/server.ts";
import { call, deliver, intercept, killer } from "#tests/bank.ts";
import { refunds } from "#tests/contract/refunds.ts";
import { stage as makeStage, type Stage, type User } from "#tests/harness.ts";
import { items, type Order, shop } from "#tests/shop.ts";

const secret = "a-path-that-nobody-can-guess-0123456789";
const keys = { secretKey: "test_sk_shop", clientKey: "test_ck_page" };
const minute = 60_000;

let toss: TossEmulator;
let stage: Stage;
let steps: ReturnType<typeof shop>;
let kill: ReturnType<typeof killer>;
let heard: number[];
let disturb: TossOptions["disturb"];

const hook = (body: string, path = `toss.${secret}`) =>
  stage.call("POST /v1/payments/webhooks/{provider}", { params: { provider: path }, body });

beforeAll(async () => {
  toss = await startToss({
    ...keys,
    now: () => Date.now(),
    delays: { hang: 20 },
    disturb: (...call) => disturb?.(...call),
    webhooks: {
      retries: [],
      deliver: async ({ body }) => {
        const { status } = await hook(body);
        heard.push(status);
        return status;
      },
    },
  });
  heard = [];
  stage = await makeStage({ toss: { url: toss.url, ...keys, webhookSecrets: [secret] } });
  kill = killer();
  steps = shop(stage);
});
afterAll(() => toss.stop());
afterEach(() => {
  vi.useRealTimers();
  disturb = undefined;
  vi.restoreAllMocks();
});

const later = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });

type Case = { user: User; eventId: string; orderId: string };

const held = async (overrides: Record<string, unknown> = {}): Promise<Case> => {
  const { eventId } = await stage.event(overrides);
  const user = await stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
  return { user, eventId, orderId };
};

const form = ({ user, orderId }: Case, key: string) =>
  stage.call("POST /v1/orders/{orderId}/payment/form", {
    token: user.token,
    params: { orderId },
    headers: { "idempotency-key": key },
  });

type Window = { key: string; paymentKey: string };

/** The window, opened for an order and paid in with a card of Toss's emulator. */
const inWindow = async (order: Case, card: string, amount?: number): Promise<Window> => {
  const key = randomUUID();
  const { status, body } = await form(order, key);
  expect([status, body]).toEqual([200, { reference: expect.any(String), amount: 20_000, clientKey: keys.clientKey }]);
  return { key, paymentKey: await toss.pay({ orderId: body.reference, amount: amount ?? body.amount }, card) };
};

const send = async ({ user, orderId }: Case, { key, paymentKey }: Window) => {
  const accepted = await steps.pay(user, orderId, { method: "card", card: { token: paymentKey } }, key);
  expect(accepted.status).toBe(202);
};

/** The order's own message out of the queue, to be delivered by hand; of what else is there, nothing comes again. */
const taken = async ({ orderId }: Case): Promise<string> =>
  (await intercept(stage)).find((one) => one.includes(orderId) && one.includes('"kind":"payment"')) ?? "";

/** The worker, webhooks and the emulator until nothing moves. */
const settled = async ({ user, orderId }: Case): Promise<Order> => {
  for (let n = 0; n < 20; n++) {
    await stage.settle();
    await sleep(20);
    if ((await steps.get(user, orderId)).status !== "paying") break;
  }
  await stage.settle();
  return steps.get(user, orderId);
};

const paid = async (order: Case, card: string): Promise<Order> => {
  await send(order, await inWindow(order, card));
  return settled(order);
};

const paymentsOf = (orderId: string) => toss.ledger().filter(({ reference }) => reference.includes(orderId));
const charged = (orderId: string) =>
  paymentsOf(orderId).map(({ status, amount, refunded }) => [status, amount - refunded]);
const owed = async ({ user, orderId }: Case) => (await Orders.get({ userId: user.userId, orderId })).owed ?? {};

const confirmedOnce = async (order: Case) => {
  const { user, eventId, orderId } = order;
  const now = await steps.get(user, orderId);
  expect(now).toMatchObject({ status: "confirmed", payment: { method: "card", status: "approved" } });
  expect(now.tickets).toHaveLength(2);
  expect(charged(orderId)).toEqual([["captured", 20_000]]);
  expect((await items("Seats", eventId)).map(({ state }) => state)).toEqual(["sold", "sold"]);
  expect(await owed(order)).toEqual({});
};

test("the pages are told of the window, and never of the secret key", async () => {
  const { body } = await stage.call("GET /v1/payments/methods");
  expect(body.card).toEqual({ provider: "toss", clientKey: keys.clientKey });
});

describe("a window's form", () => {
  test("names the attempt that the payment with the same key makes, and writes nothing", async () => {
    const order = await held();
    const before = await Orders.get({ userId: order.user.userId, orderId: order.orderId });
    const [one, again, other] = [await form(order, "k1"), await form(order, "k1"), await form(order, "k2")];
    expect(one.body.reference).toMatch(/^[A-Za-z0-9_-]{63}$/);
    expect(again.body).toEqual(one.body);
    expect(other.body.reference).not.toBe(one.body.reference);
    expect(await Orders.get({ userId: order.user.userId, orderId: order.orderId })).toEqual(before);
    await send(order, {
      key: "k1",
      paymentKey: await toss.pay({ orderId: one.body.reference, amount: 20_000 }, "approve"),
    });
    await settled(order);
    await confirmedOnce(order);
  });

  test("is another buyer's for nobody, and closed for an order that is paid", async () => {
    const order = await held();
    const stranger = await form({ ...order, user: await stage.user() }, "k1");
    expect([stranger.status, stranger.body.code]).toEqual([404, "order.not_found"]);
    await paid(order, "approve");
    const closed = await form(order, "k1");
    expect([closed.status, closed.body.code]).toEqual([409, "order.not_payable"]);
  });

  test("is not opened again by a key that was paid with", async () => {
    const order = await held();
    const window = await inWindow(order, "insufficient");
    await send(order, window);
    await settled(order);
    expect((await form(order, window.key)).body.code).toBe("order.not_payable");
    expect((await form(order, randomUUID())).status).toBe(200);
  });
});

describe("every card of the window ends in exactly one allowed end", () => {
  for (const card of ["approve", "timeout_after", "provider_error", "webhook_early", "webhook_twice"])
    test(`${card}: confirmed, and charged once`, async () => {
      heard = [];
      const order = await held();
      await paid(order, card);
      await confirmedOnce(order);
      expect(new Set(heard)).toEqual(new Set([200])); // Toss takes no other answer
    });

  for (const [card, code] of [
    ["insufficient", "REJECT_CARD_PAYMENT"],
    ["stopped", "INVALID_STOPPED_CARD"],
  ] as const)
    test(`${card}: declined with its code, and the order can be paid otherwise`, async () => {
      const order = await held();
      expect(await paid(order, card)).toMatchObject({
        status: "held",
        payment: { status: "declined", reason: "card.declined", code },
      });
      expect(charged(order.orderId)).toEqual([["declined", 20_000]]);
      expect(await owed(order)).toEqual({});
      expect(await paid(order, "approve")).toMatchObject({ status: "confirmed" });
    });

  test("timeout_before: unknown until the deadline, owed until the payment has expired, and never charged", async () => {
    const order = await held({ holdSeconds: 3_600 });
    const { user, orderId } = order;
    expect(await paid(order, "timeout_before")).toMatchObject({ status: "paying", payment: { status: "pending" } });
    const count = vi.spyOn(Metrics, "count");
    later(10 * minute + 5_000);
    await stage.reconcile();
    expect(await steps.get(user, orderId)).toMatchObject({
      status: "held",
      payment: { status: "declined", reason: "payment.unconfirmed" },
    });
    expect(charged(orderId)).toEqual([["prepared", 20_000]]); // Toss voids nothing that it did not take
    expect(Object.keys(await owed(order))).toHaveLength(1);
    later(21 * minute);
    await stage.reconcile();
    expect(charged(orderId)).toEqual([["voided", 20_000]]);
    expect(await owed(order)).toEqual({});
    expect(count).not.toHaveBeenCalledWith("RefundRefused"); // nothing of it was anybody's to give back
  });

  for (const code of [
    "SOMETHING_NEW",
    "COMMON_ERROR",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
    "IDEMPOTENT_REQUEST_PROCESSING",
    "ALREADY_PROCESSED_PAYMENT", // though the payment says that it is open
  ])
    test(`${code} of a confirmation that was not made decides nothing: it is asked again, and confirmed`, async () => {
      const order = await held();
      let refusals = 0;
      disturb = (_, path) => (path.endsWith("/confirm") && ++refusals < 3 ? new Refusal(code) : undefined);
      await paid(order, "approve");
      expect(refusals).toBeGreaterThan(1); // within one millisecond a key is the same, and so is its answer
      await confirmedOnce(order);
    });

  test("a gateway that does not answer at all decides nothing", async () => {
    const order = await held();
    const window = await inWindow(order, "approve");
    await send(order, window);
    const message = await taken(order);
    for (const fault of ["silent_before", "silent_after"] as const) {
      disturb = () => fault;
      expect(await deliver(message)).toBe(1);
    }
    disturb = undefined;
    expect(await deliver(message)).toBe(0);
    await confirmedOnce(order);
  });

  test("a window that is closed, or left open, charges nothing and keeps no order", async () => {
    const order = await held();
    const { body } = await form(order, randomUUID());
    const search = { clientKey: keys.clientKey, orderId: body.reference, orderName: "x", amount: "20000" };
    const urls = { successUrl: "http://shop.test/yes", failUrl: "http://shop.test/no" };
    await fetch(`${toss.url}/window?${new URLSearchParams({ ...search, ...urls })}`);
    await stage.settle();
    expect((await steps.get(order.user, order.orderId)).status).toBe("held");
    expect(charged(order.orderId)).toEqual([["prepared", 20_000]]);
    expect((await steps.cancel(order.user, order.orderId)).status).toBe(204);
  });

  test("a window whose ten minutes have passed is declined, and charges nothing", async () => {
    const order = await held({ holdSeconds: 3_600 });
    const window = await inWindow(order, "approve");
    later(10 * minute + 1_000);
    await send(order, window);
    expect(await settled(order)).toMatchObject({
      status: "held",
      payment: { reason: "card.declined", code: "NOT_FOUND_PAYMENT_SESSION" },
    });
    expect(charged(order.orderId)).toEqual([["prepared", 20_000]]);
  });

  test("a token that is no payment's is declined", async () => {
    for (const token of ["nobodys", "..", "orders", "%2e%2e"]) {
      const order = await held();
      await send(order, { key: randomUUID(), paymentKey: token });
      expect(await settled(order)).toMatchObject({ status: "held", payment: { reason: "card.declined" } });
    }
  });
});

describe("a payment that is not this attempt's", () => {
  test("another order's is no ticket and is not touched, before and after it was paid", async () => {
    const [theirs, ours] = [await held(), await held()];
    const window = await inWindow(theirs, "approve");
    const steal = async () => {
      await send(ours, { key: randomUUID(), paymentKey: window.paymentKey });
      expect(await settled(ours)).toMatchObject({
        status: "held",
        payment: { status: "declined", reason: "payment.mismatch" },
      });
      expect(await owed(ours)).toEqual({});
    };
    const asked = vi.spyOn(globalThis, "fetch");
    await steal();
    expect(asked.mock.calls.filter(([, init]) => init?.method === "POST")).toEqual([]);
    asked.mockRestore();
    await send(theirs, window);
    await settled(theirs);
    await steal();
    await confirmedOnce(theirs);
    expect(charged(ours.orderId)).toEqual([]);
  });

  test("another attempt's of the same order pays nothing either", async () => {
    const order = await held();
    const { paymentKey } = await inWindow(order, "approve");
    await send(order, { key: randomUUID(), paymentKey });
    expect(await settled(order)).toMatchObject({ status: "held", payment: { reason: "payment.mismatch" } });
    expect(charged(order.orderId)).toEqual([["prepared", 20_000]]);
  });

  test("one of another amount pays nothing, and is over when it has expired", async () => {
    const order = await held({ holdSeconds: 3_600 });
    await send(order, await inWindow(order, "approve", 1_000));
    expect(await settled(order)).toMatchObject({
      status: "held",
      payment: { status: "declined", reason: "payment.mismatch" },
    });
    expect(charged(order.orderId)).toEqual([["prepared", 1_000]]);
    later(31 * minute);
    await stage.reconcile();
    expect(charged(order.orderId)).toEqual([["voided", 1_000]]);
    expect(await owed(order)).toEqual({});
  });

  test("a payment sent twice, and two windows of one attempt, charge once", async () => {
    const order = await held();
    const window = await inWindow(order, "approve");
    const { body } = await form(order, window.key);
    await toss.pay({ orderId: body.reference, amount: 20_000 }, "approve");
    await Promise.all([send(order, window), send(order, window)]);
    const messages = await intercept(stage);
    await deliver(...messages, ...messages);
    await settled(order);
    expect(await steps.get(order.user, order.orderId)).toMatchObject({ status: "confirmed" });
    expect(charged(order.orderId).sort()).toEqual([
      ["captured", 20_000],
      ["prepared", 20_000],
    ]);
  });
});

describe("the worker killed at every call between receive and delete", () => {
  const ends: [string, (order: Case) => Promise<void>][] = [
    ["approve", confirmedOnce],
    ["timeout_after", confirmedOnce],
    ["provider_error", confirmedOnce],
    [
      "insufficient",
      async ({ user, orderId }) => {
        expect(await steps.get(user, orderId)).toMatchObject({ status: "held", payment: { reason: "card.declined" } });
        expect(charged(orderId)).toEqual([["declined", 20_000]]);
      },
    ],
  ];
  for (const [card, check] of ends)
    test(`${card} comes to its end`, { timeout: 60_000 }, async () => {
      let kills = 0;
      for (const when of ["before", "after"] as const)
        for (let nth = 1, killed = true; killed; nth++) {
          const order = await held();
          await send(order, await inWindow(order, card));
          const message = await taken(order);
          killed = await kill.run(nth, when, () => deliver(message));
          if (killed) kills++;
          for (let tries = 0; (await deliver(message)) > 0; tries++) expect(tries).toBeLessThan(3);
          await check(order);
          expect(nth).toBeLessThan(20);
        }
      expect(kills).toBeGreaterThanOrEqual(10); // a look, a confirmation and three of our own, each before and after
    });

  test("a refund is made once", { timeout: 60_000 }, async () => {
    for (const when of ["before", "after"] as const)
      for (let nth = 1, killed = true; killed; nth++) {
        const order = await held();
        await paid(order, "approve");
        await steps.cancel(order.user, order.orderId);
        const message = JSON.stringify({ kind: "refund", userId: order.user.userId, orderId: order.orderId });
        killed = await kill.run(nth, when, () => deliver(message));
        for (let tries = 0; (await deliver(message)) > 0; tries++) expect(tries).toBeLessThan(3);
        expect(await steps.get(order.user, order.orderId)).toMatchObject({ status: "refunded" });
        expect(paymentsOf(order.orderId).map(({ refunds }) => refunds.length)).toEqual([1]);
        expect(nth).toBeLessThan(20);
      }
  });
});

describe("money back", () => {
  const cancelled = async (order: Case): Promise<Order> => {
    expect((await steps.cancel(order.user, order.orderId)).status).toBe(202);
    await stage.drain();
    return steps.get(order.user, order.orderId);
  };

  test("what was paid goes back, once", async () => {
    const order = await held();
    await paid(order, "approve");
    expect(await cancelled(order)).toMatchObject({ status: "refunded" });
    expect(paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunds: [{ amount: 20_000 }] }]);
  });

  test("after a part went back by hand, the rest does", async () => {
    const order = await held();
    await paid(order, "approve");
    const [{ paymentId = "" } = {}] = paymentsOf(order.orderId);
    const part = await provider("toss").refund({ paymentId, amount: 5_000, key: "by hand" });
    expect(part).toMatchObject({ status: "partially_refunded", refunded: 5_000 });
    later(2 * minute); // by another key of Toss's
    expect(await provider("toss").refund({ paymentId, amount: 5_000, key: "by hand" })).toEqual(part);
    expect(await cancelled(order)).toMatchObject({ status: "refunded" });
    expect(paymentsOf(order.orderId)).toMatchObject([{ refunds: [{ amount: 5_000 }, { amount: 15_000 }] }]);
  });

  refunds({
    name: "toss",
    bought: async () => {
      const order = await held();
      await paid(order, "approve");
      return order;
    },
    cancelled: async (order) => {
      await cancelled(order as Case);
    },
    refundsOf: (orderId) =>
      paymentsOf(orderId).flatMap(({ refunds }) =>
        refunds.map(({ reason, amount }): [string, number] => [reason, amount]),
      ),
  });

  test("a refund that Toss refuses stays on its way", async () => {
    const order = await held();
    await paid(order, "refund_refused");
    expect(await cancelled(order)).toMatchObject({ status: "refunding" });
    later(2 * minute);
    await stage.reconcile();
    expect(await steps.get(order.user, order.orderId)).toMatchObject({ status: "refunding" });
    expect(charged(order.orderId)).toEqual([["captured", 20_000]]);
  });

  test("it goes back by Toss when new payments are another's", async () => {
    const order = await held();
    await paid(order, "approve");
    link("Settings").payments = "sandbox";
    try {
      expect((await stage.call("GET /v1/payments/methods")).body.card).toEqual({ provider: "sandbox" });
      expect(await cancelled(order)).toMatchObject({ status: "refunded" });
    } finally {
      link("Settings").payments = "toss";
    }
    expect(charged(order.orderId)).toEqual([["refunded", 0]]);
  });

  test("a yes that comes after the attempt was closed is returned", async () => {
    const order = await held();
    const { user, orderId } = order;
    disturb = (_, path) => (path.endsWith("/confirm") ? "silent_before" : undefined);
    expect(await paid(order, "approve")).toMatchObject({ status: "paying" });
    const options = { token: user.token, params: { orderId }, body: { cancel: true } };
    await stage.call("POST /v1/orders/{orderId}/payment/return", options);
    const reason = "payment.unconfirmed";
    expect(await settled(order)).toMatchObject({ status: "held", payment: { status: "declined", reason } });
    expect(Object.keys(await owed(order))).toHaveLength(1);
    disturb = undefined;
    const [{ paymentId = "", reference = "" } = {}] = paymentsOf(orderId);
    // what was on its way all the time
    await provider("toss").authorise({ paymentId, reference, amount: 20_000, token: "", returnUrl: "", key: "late" });
    await vi.waitFor(async () => {
      await stage.settle();
      expect(charged(orderId)).toEqual([["refunded", 0]]);
    });
    expect(await owed(order)).toEqual({});
  });
});

describe("a webhook", () => {
  test("on a path that nobody was given is refused", async () => {
    for (const path of ["toss", "toss.", "toss.wrong", `toss.${secret}x`, `toss.${secret.slice(1)}`]) {
      const { status, body } = await hook("{}", path);
      expect([path, status, body.code]).toEqual([path, 404, "webhook.unknown_provider"]);
    }
  });

  test("about what is not ours is heard and left alone; what is no JSON is refused", async () => {
    const order = await held();
    const { body } = await form(order, randomUUID());
    const data = (orderId: string) =>
      JSON.stringify({ eventType: "PAYMENT_STATUS_CHANGED", data: { paymentKey: "k", orderId } });
    await stage.settle();
    for (const text of ["{}", "[]", data("another-shops-order")]) expect((await hook(text)).status).toBe(200);
    expect(await intercept(stage)).toEqual([]);
    expect((await hook(data(body.reference))).status).toBe(200); // no such attempt
    expect(await deliver(...(await intercept(stage)))).toBe(0);
    expect((await steps.get(order.user, order.orderId)).status).toBe("held");
    expect((await hook("no json")).status).toBe(400);
  });

  test("decides nothing: a paid order stays paid, whatever it says", async () => {
    const order = await held();
    await paid(order, "approve");
    const [{ paymentId = "", reference = "" } = {}] = paymentsOf(order.orderId);
    const data = { paymentKey: paymentId, orderId: toOrderId(reference), status: "CANCELED" };
    for (let n = 0; n < 2; n++) expect((await hook(JSON.stringify({ data }))).status).toBe(200);
    await stage.settle();
    await confirmedOnce(order);
  });

  test("alone brings a payment to its end when the worker died after Toss took it", async () => {
    const order = await held();
    await send(order, await inWindow(order, "approve"));
    const message = await taken(order);
    await kill.run(call.authorised, "after", () => deliver(message));
    expect(charged(order.orderId)).toEqual([["captured", 20_000]]);
    await settled(order);
    await confirmedOnce(order);
  });
});

test("keys that Toss does not accept decide nothing", async () => {
  const order = await held();
  const window = await inWindow(order, "approve");
  await send(order, window);
  const message = await taken(order);
  link("Toss").secretKey = "test_sk_other";
  const count = vi.spyOn(Metrics, "count");
  expect(await deliver(message)).toBe(1);
  expect(count).toHaveBeenCalledWith("GatewayMisconfigured");
  expect((await steps.get(order.user, order.orderId)).status).toBe("held");
  link("Toss").secretKey = keys.secretKey;
  expect(await deliver(message)).toBe(0);
  await confirmedOnce(order);
});

describe("a wallet", () => {
  const charge = (user: User, token: string, key: string) =>
    stage.call("POST /v1/wallet/charges", {
      token: user.token,
      body: { amount: 20_000, card: { token } },
      headers: { "idempotency-key": key },
    });

  test("is charged by a payment that names the charge, and by no other", async () => {
    const [user, other] = [await stage.user(), await stage.user()];
    const reference = toOrderId(`${user.userId}.wallet.${Ids.sha256("k1")}`);
    const token = await toss.pay({ orderId: reference, amount: 20_000 }, "approve");
    const stolen = await charge(other, token, "k1");
    expect([stolen.status, stolen.body.code]).toEqual([402, "wallet.charge_declined"]);
    expect((await charge(user, token, "k1")).body).toMatchObject({ balance: 20_000 });
    expect((await charge(user, token, "k1")).body).toMatchObject({ balance: 20_000 });
    const nobodys = await charge(other, "nobodys", "k2");
    expect([nobodys.status, nobodys.body.code]).toEqual([402, "wallet.charge_declined"]);
    expect(await steps.wallet(other)).toBe(0);
  });
});
