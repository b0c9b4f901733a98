/** A gateway that does not answer: how long it keeps an order and its seats. */
import { describe, expect, test, vi } from "vitest";
import { counter, deliver, intercept } from "#tests/support/bank.ts";
import { allCalls, card, cardOrders, gateway, later } from "#tests/support/card-orders.ts";

const shared = counter();
const { held, stored, charged, settledDebts } = cardOrders(shared);

describe("a gateway that does not answer", () => {
  /** Being paid, with an authorisation that is not recorded here, and a gateway that does not answer any more. */
  const unheard = async (overrides: Record<string, unknown> = {}) => {
    const order = await held(overrides, 50_000);
    await shared.steps.pay(order.user, order.orderId, card);
    const [message = ""] = await intercept(shared.at.stage);
    await shared.kill.run("gateway authorise", "after", () => deliver(message));
    expect(charged(order.orderId)).toEqual([["authorised", 20_000]]);
    return { order, again: gateway("is silent at", allCalls) };
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
