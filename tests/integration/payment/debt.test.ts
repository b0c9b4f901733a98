/** Each attempt has its own debt: what a gateway may hold is returned, whatever happens in between. */
import { describe, expect, test, vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import { authorised, counter, deliver, intercept, wrongAmount } from "#tests/support/bank.ts";
import { allCalls, card, cardOrders, gateway, later } from "#tests/support/card-orders.ts";

const shared = counter();
const { held, confirmed, stored, charged, settledDebts } = cardOrders(shared);

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
    const again = gateway("is silent at", allCalls);
    later(10 * 60 + 1);
    await shared.at.stage.reconcile();
    expect((await shared.steps.cancel(user, orderId)).status).toBe(204);
    again();
    await shared.at.stage.reconcile();
    expect(charged(orderId)).toEqual([["voided", 20_000]]);
    await settledDebts(order);
  });
});
