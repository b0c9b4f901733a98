/** Seats after the time to pay: those of a payment that was accepted in time, and those of others. */
import { describe, expect, test, vi } from "vitest";
import { Transitions } from "#core/order/index.ts";
import { counter, deliver, intercept } from "#tests/support/bank.ts";
import { card, cardOrders } from "#tests/support/card-orders.ts";

const shared = counter();
const { held, charged } = cardOrders(shared);

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
