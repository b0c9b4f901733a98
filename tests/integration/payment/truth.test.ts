/** Refusals and missing answers of a gateway: what buyer, seats and money have then. */
import { describe, expect, test, vi } from "vitest";
import { GatewayRefused, GatewaySilent, type PaymentProvider, provider } from "#core/gateway/index.ts";
import { Transitions } from "#core/order/index.ts";
import { authorised, counter, deliver, intercept, wrongAmount } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { items, ofUser } from "#tests/support/shop.ts";

const shared = counter();

const later = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
const card = { method: "card", card: { token: "tok_approve" } };
type Call = "authorise" | "capture" | "void" | "refund" | "get" | "find";
const all: Call[] = ["authorise", "capture", "void", "refund", "get", "find"];
/** The gateway delays this until the returned function is called. */
const gateway = (how: "refuses" | "is silent at", calls: Call[]) => {
  const error = how === "refuses" ? GatewayRefused("no") : GatewaySilent("no answer");
  const spies = calls.map((call) =>
    vi.spyOn(provider("sandbox") as unknown as Record<Call, PaymentProvider["void"]>, call),
  );
  for (const spy of spies) spy.mockRejectedValue(error);
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
};

type Case = { user: User; eventId: string; orderId: string };

const held = async (overrides: Record<string, unknown> = {}, balance = 0): Promise<Case> => {
  const { eventId } = await shared.at.stage.event({ holdSeconds: 3_600, ...overrides });
  const user = await shared.at.stage.user({ balance });
  const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
  return { user, eventId, orderId };
};
const confirmed = async (overrides: Record<string, unknown> = {}): Promise<Case> => {
  const order = await held(overrides);
  await shared.steps.pay(order.user, order.orderId, card);
  await shared.at.stage.settle();
  expect((await shared.steps.get(order.user, order.orderId)).status).toBe("confirmed");
  return order;
};
/** Authorised at the gateway and confirmed here, before the capture. */
const uncaptured = async (): Promise<Case> => {
  const order = await held();
  await shared.steps.pay(order.user, order.orderId, card);
  const [message = ""] = await intercept(shared.at.stage);
  const again = gateway("is silent at", ["capture"]);
  expect(await deliver(message)).toBe(1);
  again();
  expect((await shared.steps.get(order.user, order.orderId)).status).toBe("confirmed");
  return order;
};
const stored = async ({ user, orderId }: Case) => (await ofUser(user)).find((item) => item.orderId === orderId);
const basket = async ({ user }: Case) => (await ofUser(user)).find(({ sk }) => sk.startsWith("BASKET#"));
const charged = (orderId: string) =>
  shared.at.paymentsOf(orderId).map(({ status, amount, refunded }) => [status, amount - refunded]);
const ticketOf = async ({ user, orderId }: Case) =>
  ((await shared.steps.get(user, orderId)).tickets as { code: string }[])[0]?.code;
const checkIn = ({ eventId }: Case, code: string | undefined) =>
  shared.at.stage.call("POST /v1/admin/check-ins", { token: shared.admin.token, body: { eventId, code } });
const settledDebts = async (order: Case) => {
  const { owed, open } = (await stored(order)) ?? {};
  expect([owed, open]).toEqual([undefined, undefined]);
};

describe("a refund by card that the gateway refuses", () => {
  for (const [call, title] of [
    ["refund", "a refused refund is not done, is retried each minute, and is done when the gateway does it"],
    ["void", "a refused void is not done, is retried each minute, and is done when the gateway does it"],
  ] as const)
    test(title, async () => {
      const order = call === "refund" ? await confirmed() : await uncaptured();
      const { user, orderId } = order;
      const again = gateway("refuses", ["refund", "void"]);
      expect((await shared.steps.cancel(user, orderId)).body.status).toBe("refunding");
      await shared.at.stage.drain();
      for (let minute = 0; minute < 3; minute++) await shared.at.stage.reconcile();
      expect(await shared.steps.get(user, orderId)).toMatchObject({
        status: "refunding",
        payment: { status: "approved" },
      });
      expect(charged(orderId)).toEqual([[call === "refund" ? "captured" : "authorised", 20_000]]);
      expect((await stored(order))?.refundedMailedAt).toBeUndefined();
      again();
      await shared.at.stage.reconcile();
      await shared.at.stage.drain();
      expect(await shared.steps.get(user, orderId)).toMatchObject({
        status: "refunded",
        payment: { status: "refunded" },
      });
      expect(charged(orderId)).toEqual([call === "refund" ? ["refunded", 0] : ["voided", 20_000]]);
      expect((await stored(order))?.refundedMailedAt).toBeDefined();
      await settledDebts(order);
    });

  test("does not end when the gateway is silent or no longer has the payment", async () => {
    const order = await confirmed();
    const again = gateway("is silent at", all);
    await shared.steps.cancel(order.user, order.orderId);
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("refunding");
    again();
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("refunded");
  });
});

describe("a capture that fails", () => {
  const end = async (order: Case) => {
    const { user, eventId, orderId } = order;
    expect(await shared.steps.get(user, orderId)).toMatchObject({
      status: "released",
      payment: { method: "card", status: "declined", reason: "payment.capture_failed" },
    });
    expect(charged(orderId)).toEqual([["voided", 20_000]]);
    expect(await items("Seats", eventId)).toEqual([]);
    expect(await basket(order)).toMatchObject({ bought: 0 });
    await settledDebts(order);
  };
  const expire = async ({ orderId }: Case) => {
    const [payment] = shared.at.paymentsOf(orderId);
    await provider("sandbox").void({ paymentId: payment?.paymentId ?? "", key: `${orderId}:expired` });
  };

  test("because the authorisation is gone voids the tickets, frees the seats, charges nothing, and the buyer may buy again", async () => {
    const order = await uncaptured();
    const code = await ticketOf(order);
    await expire(order);
    later(120);
    await shared.at.stage.reconcile();
    await end(order);
    expect((await checkIn(order, code)).body.code).toBe("ticket.invalid");
    await shared.steps.held(order.user, { eventId: order.eventId, seats: ["A-1-1", "A-1-2"] });
    const looked = vi.spyOn(provider("sandbox"), "get");
    await shared.at.stage.reconcile();
    expect(looked).not.toHaveBeenCalled();
  });

  test("with the worker killed at every step ends the same", { timeout: 120_000 }, async () => {
    for (const when of ["before", "after"] as const)
      for (let nth = 1, killed = true; killed; nth++) {
        const order = await uncaptured();
        await expire(order);
        const { userId } = order.user;
        const { attemptId } = (await stored(order)) ?? {};
        const [payment] = shared.at.paymentsOf(order.orderId);
        const reference = `${userId}.${order.orderId}.${attemptId}`;
        const message = JSON.stringify({ kind: "gateway", paymentId: payment?.paymentId, reference });
        killed = await shared.kill.run(nth, when, () => deliver(message));
        expect(await deliver(message)).toBe(0);
        await end(order);
        expect(nth).toBeLessThan(20);
      }
  });

  test("because the money was returned at the gateway leaves no tickets", async () => {
    const order = await uncaptured();
    const paymentId = shared.at.paymentsOf(order.orderId)[0]?.paymentId ?? "";
    await provider("sandbox").capture({ paymentId, key: `${paymentId}:late` });
    await provider("sandbox").refund({ paymentId, amount: 20_000, key: `${paymentId}:by hand` });
    later(120);
    await shared.at.stage.reconcile();
    expect(await shared.steps.get(order.user, order.orderId)).toMatchObject({
      status: "released",
      payment: { reason: "payment.capture_failed" },
    });
    expect(await items("Seats", order.eventId)).toEqual([]);
    await settledDebts(order);
  });

  test("while the authorisation is valid is retried for ten minutes, and then voided", async () => {
    const [patient, hopeless] = [await uncaptured(), await uncaptured()];
    const again = gateway("refuses", ["capture"]);
    const counted = captureMetrics();
    later(120);
    await shared.at.stage.reconcile();
    for (const { user, orderId } of [patient, hopeless])
      expect((await shared.steps.get(user, orderId)).status).toBe("confirmed");
    expect(counted("CaptureFailed")).toBe(0);
    again();
    const capture = provider("sandbox").capture;
    vi.spyOn(provider("sandbox"), "capture").mockImplementation(async (request) => {
      if (request.key.includes(hopeless.orderId)) throw GatewayRefused("no");
      return capture(request);
    });
    vi.useRealTimers();
    later(11 * 60);
    await shared.at.stage.reconcile();
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(patient.user, patient.orderId)).status).toBe("confirmed");
    expect(charged(patient.orderId)).toEqual([["captured", 20_000]]);
    await end(hopeless);
    expect(counted("CaptureFailed")).toBeGreaterThan(0);
  });

  test("after a check-in keeps the ticket valid: the loss is recorded, and the retries end", async () => {
    const order = await uncaptured();
    expect((await checkIn(order, await ticketOf(order))).status).toBe(201);
    await expire(order);
    const counted = captureMetrics();
    later(120);
    await shared.at.stage.reconcile();
    expect(await shared.steps.get(order.user, order.orderId)).toMatchObject({
      status: "confirmed",
      payment: { status: "approved", reason: "payment.capture_failed" },
    });
    expect(counted("CaptureFailed")).toBeGreaterThan(0);
    await settledDebts(order);
  });

  test("does not stop a refund that begins while the money is captured", async () => {
    const order = await held();
    const { user, orderId } = order;
    await shared.steps.pay(user, orderId, card);
    const [message = ""] = await intercept(shared.at.stage);
    const capture = provider("sandbox").capture;
    const [taken, cancelled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    vi.spyOn(provider("sandbox"), "capture").mockImplementation(async (request) => {
      const captured = await capture(request);
      taken.resolve();
      await cancelled.promise;
      return captured;
    });
    const delivery = deliver(message);
    await taken.promise;
    expect((await shared.steps.cancel(user, orderId)).body.status).toBe("refunding");
    cancelled.resolve();
    expect(await delivery).toBe(0);
    expect((await shared.steps.get(user, orderId)).status).toBe("refunded");
    expect(charged(orderId)).toEqual([["refunded", 0]]);
    await settledDebts(order);
  });

  test("is not possible for an order cancelled before it: the order is refunded, never charged", async () => {
    const order = await uncaptured();
    await expire(order);
    await shared.steps.cancel(order.user, order.orderId);
    await shared.at.stage.drain();
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("refunded");
    expect(charged(order.orderId)).toEqual([["voided", 20_000]]);
    await settledDebts(order);
  });
});

describe("a gateway that does not answer", () => {
  /** Being paid, with an authorisation that is not recorded here, and a gateway that does not answer any more. */
  const unheard = async (overrides: Record<string, unknown> = {}) => {
    const order = await held(overrides, 50_000);
    await shared.steps.pay(order.user, order.orderId, card);
    const [message = ""] = await intercept(shared.at.stage);
    await shared.kill.run("gateway authorise", "after", () => deliver(message));
    expect(charged(order.orderId)).toEqual([["authorised", 20_000]]);
    return { order, again: gateway("is silent at", all) };
  };

  test("keeps an order paying for ten minutes at most; the buyer may then pay otherwise, and a late approval is undone", async () => {
    const { order, again } = await unheard();
    const { user, orderId } = order;
    later(9 * 60 + 50);
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(user, orderId)).status).toBe("paying");
    vi.useRealTimers();
    later(10 * 60 + 1);
    await shared.at.stage.reconcile();
    expect(await shared.steps.get(user, orderId)).toMatchObject({
      status: "held",
      payment: { status: "declined", reason: "payment.unconfirmed" },
    });
    expect(Object.keys((await stored(order))?.owed)).toHaveLength(1);
    await shared.steps.pay(user, orderId);
    await shared.at.stage.settle();
    expect(await shared.steps.get(user, orderId)).toMatchObject({ status: "confirmed", payment: { method: "points" } });
    again();
    await shared.at.stage.reconcile();
    expect(charged(orderId)).toEqual([["voided", 20_000]]);
    expect((await shared.steps.get(user, orderId)).status).toBe("confirmed");
    await settledDebts(order);
  });

  test("keeps seats until those ten minutes are over, and no longer", async () => {
    const { order } = await unheard({ holdSeconds: 60 });
    const { eventId } = order;
    const other = await shared.at.stage.user();
    later(10 * 60 - 5);
    expect((await shared.steps.hold(other, { eventId, seats: ["A-1-1"] })).body.code).toBe("seat.taken");
    vi.useRealTimers();
    later(10 * 60 + 5);
    await shared.steps.held(other, { eventId, seats: ["A-1-1"] });
    await shared.at.stage.reconcile();
    expect(await shared.steps.get(order.user, order.orderId)).toMatchObject({
      status: "expired",
      payment: { status: "declined", reason: "payment.unconfirmed" },
    });
  });

  test("does not block a second card, and each debt ends by itself", async () => {
    const { order, again } = await unheard();
    const { user, orderId } = order;
    later(10 * 60 + 1);
    await shared.at.stage.reconcile();
    await shared.steps.pay(user, orderId, card);
    const [message = ""] = await intercept(shared.at.stage);
    expect(await deliver(message)).toBe(1);
    expect(Object.keys((await stored(order))?.owed)).toHaveLength(2);
    again();
    expect(await deliver(message)).toBe(0);
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(user, orderId)).status).toBe("confirmed");
    expect(
      charged(orderId)
        .map(([status]) => status)
        .sort(),
    ).toEqual(["captured", "voided"]);
    await settledDebts(order);
  });
});

describe("each attempt has its own debt", () => {
  test("after a mismatch, a crash before the void and a second payment, the first authorisation is voided", async () => {
    for (const second of [card, { method: "points" }]) {
      const order = await held({}, 50_000);
      const { user, orderId } = order;
      wrongAmount();
      await shared.steps.pay(user, orderId, card);
      const [message = ""] = await intercept(shared.at.stage);
      const again = gateway("is silent at", ["void"]);
      await deliver(message);
      const paymentId = shared.at.paymentsOf(orderId)[0]?.paymentId;
      again();
      expect(await shared.steps.get(user, orderId)).toMatchObject({
        status: "held",
        payment: { reason: "payment.mismatch" },
      });
      await shared.steps.pay(user, orderId, second);
      await shared.at.stage.settle();
      expect((await shared.steps.get(user, orderId)).status).toBe("confirmed");
      later(120);
      await shared.at.stage.reconcile();
      vi.useRealTimers();
      expect(shared.at.paymentsOf(orderId).find((payment) => payment.paymentId === paymentId)?.status).toBe("voided");
      await settledDebts(order);
    }
  });

  test("another order's payment under our attempt pays nothing, and is not changed", async () => {
    const theirs = await confirmed();
    const [foreign] = shared.at.paymentsOf(theirs.orderId);
    const order = await held();
    const { user, orderId } = order;
    const { token: _, ...payment } = foreign as NonNullable<typeof foreign>;
    vi.spyOn(provider("sandbox"), "authorise").mockResolvedValue(payment);
    await shared.steps.pay(user, orderId, card);
    await shared.at.stage.settle();
    expect(await shared.steps.get(user, orderId)).toMatchObject({
      status: "held",
      payment: { reason: "payment.mismatch" },
    });
    expect(charged(theirs.orderId)).toEqual([["captured", 20_000]]);
    await settledDebts(order);
  });

  /** A card's attempt that was closed without an answer and owes nothing. */
  const closed = async () => {
    const order = await held({}, 50_000);
    const { user, orderId } = order;
    await shared.steps.pay(user, orderId, { method: "card", card: { token: "tok_timeout_before" } });
    const [message = ""] = await intercept(shared.at.stage);
    await deliver(message);
    later(10 * 60 + 5);
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(user, orderId)).payment).toMatchObject({ reason: "payment.unconfirmed" });
    await settledDebts(order);
    const { attemptId } = JSON.parse(message);
    return { order, message, reference: `${user.userId}.${orderId}.${attemptId}` };
  };

  test("two payments of one closed attempt are both returned", async () => {
    const { order, reference } = await closed();
    for (const key of ["one", "two"]) {
      const paymentId = await authorised({ reference, amount: 20_000, key });
      await deliver(JSON.stringify({ kind: "gateway", paymentId, reference }));
    }
    expect(shared.at.paymentsOf(order.orderId).map(({ status }) => status)).toEqual(["voided", "voided", "voided"]);
  });

  test("another order's payment, found under a closed attempt, is not changed", async () => {
    const theirs = await confirmed();
    const { token: _, ...foreign } = shared.at.paymentsOf(theirs.orderId)[0] as NonNullable<
      ReturnType<typeof shared.at.paymentsOf>[0]
    >;
    const { order, message } = await closed();
    vi.spyOn(provider("sandbox"), "get").mockResolvedValue(foreign);
    expect(await deliver(message)).toBe(0);
    expect(charged(theirs.orderId)).toEqual([["captured", 20_000]]);
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("held");
  });

  test("a second payment of a paid attempt is retried until the gateway has returned it", async () => {
    const order = await confirmed();
    const { attemptId } = (await stored(order)) ?? {};
    const reference = `${order.user.userId}.${order.orderId}.${attemptId}`;
    const paymentId = await authorised({ reference, amount: 20_000, key: "second" });
    const message = JSON.stringify({ kind: "gateway", paymentId, reference });
    for (const [how, calls] of [
      ["is silent at", ["void"]],
      ["refuses", ["void"]],
    ] as const) {
      const again = gateway(how, [...calls]);
      expect(await deliver(message)).toBe(1);
      again();
    }
    expect(await deliver(message)).toBe(0);
    expect(
      charged(order.orderId)
        .map(([status]) => status)
        .sort(),
    ).toEqual(["captured", "voided"]);
  });

  test("a released order's debt is still settled", async () => {
    const order = await held();
    const { user, orderId } = order;
    await shared.steps.pay(user, orderId, card);
    const [message = ""] = await intercept(shared.at.stage);
    await shared.kill.run("gateway authorise", "after", () => deliver(message));
    const again = gateway("is silent at", all);
    later(10 * 60 + 1);
    await shared.at.stage.reconcile();
    expect((await shared.steps.cancel(user, orderId)).status).toBe(204);
    again();
    await shared.at.stage.reconcile();
    expect(charged(orderId)).toEqual([["voided", 20_000]]);
    await settledDebts(order);
  });
});

describe("seats after the time to pay", () => {
  const last = async (method: object, balance = 50_000) => {
    const order = await held({ holdSeconds: 30 }, balance);
    const payBy = Date.parse((await shared.steps.get(order.user, order.orderId)).payBy as string);
    vi.useFakeTimers({ toFake: ["Date"], now: payBy });
    expect((await shared.steps.pay(order.user, order.orderId, method)).status).toBe(202);
    const [message = ""] = await intercept(shared.at.stage);
    return { order, payBy, message };
  };
  for (const [method, step, title] of [
    [
      { method: "points" },
      "order confirmed",
      "points accepted in the last millisecond settle after 30 s in the queue and two redeliveries, with clocks 5 s apart",
    ],
    [
      card,
      "gateway prepare",
      "a card accepted in the last millisecond settles after 30 s in the queue and two redeliveries, with clocks 5 s apart",
    ],
  ] as const)
    test(title, async () => {
      const { order, payBy, message } = await last(method);
      const other = await shared.at.stage.user();
      for (const seconds of [30, 50]) {
        vi.setSystemTime(payBy + seconds * 1000);
        await shared.kill.run(step, "before", () => deliver(message));
      }
      // another environment, whose clock is 5 s ahead of a worker's that is 5 s behind
      vi.setSystemTime(payBy + 80_000);
      expect((await shared.steps.hold(other, { eventId: order.eventId, seats: ["A-1-1"] })).body.code).toBe(
        "seat.taken",
      );
      vi.setSystemTime(payBy + 70_000);
      expect(await deliver(message)).toBe(0);
      expect((await shared.steps.get(order.user, order.orderId)).status).toBe("confirmed");
    });

  test("points that were accepted in time pay their seats, even if a card was declined after it", async () => {
    const { order, payBy, message } = await last({ method: "card", card: { token: "tok_decline" } });
    expect((await shared.steps.pay(order.user, order.orderId)).status).toBe(202);
    const [points = ""] = await intercept(shared.at.stage);
    vi.setSystemTime(payBy + 1_000);
    expect(await deliver(message)).toBe(0);
    const other = await shared.at.stage.user();
    expect((await shared.steps.hold(other, { eventId: order.eventId, seats: ["A-1-1"] })).body.code).toBe("seat.taken");
    expect(await deliver(points)).toBe(0);
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("confirmed");
  });

  test("a buyer who holds the same seats again is told that the old order had lapsed", async () => {
    const { order, payBy, message } = await last({ method: "points" });
    vi.setSystemTime(payBy + 90_001);
    await shared.steps.held(order.user, { eventId: order.eventId, seats: ["A-1-1", "A-1-2"] });
    expect(await deliver(message)).toBe(0);
    expect(await shared.steps.get(order.user, order.orderId)).toMatchObject({
      status: "expired",
      payment: { status: "declined", reason: "order.expired" },
    });
  });

  test("they are free for others 90 s after it, and a payment that comes later is declined and not charged", async () => {
    expect(Transitions.settleGraceMs).toBe(90_000);
    for (const method of [{ method: "points" }, card]) {
      const { order, payBy, message } = await last(method);
      const other = await shared.at.stage.user();
      vi.setSystemTime(payBy + 90_000);
      expect((await shared.steps.hold(other, { eventId: order.eventId, seats: ["A-1-1"] })).body.code).toBe(
        "seat.taken",
      );
      vi.setSystemTime(payBy + 90_001);
      await shared.steps.held(other, { eventId: order.eventId, seats: ["A-1-1"] });
      expect(await deliver(message)).toBe(0);
      expect(await shared.steps.get(order.user, order.orderId)).toMatchObject({
        status: "expired",
        payment: { status: "declined", reason: "seat.lost" },
      });
      expect(await shared.steps.wallet(order.user)).toBe(50_000);
      expect(charged(order.orderId).filter(([status]) => status !== "voided")).toEqual([]);
      vi.useRealTimers();
    }
  });
});
