/** A capture that fails: what buyer, seats and money have then. */
import { describe, expect, test, vi } from "vitest";
import { GatewayRefused, provider } from "#core/gateway/index.ts";
import { counter, deliver, everywhere, intercept } from "#tests/support/bank.ts";
import { type Case, card, cardOrders, gateway, later } from "#tests/support/card-orders.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { items } from "#tests/support/shop.ts";

const shared = counter();
const { held, uncaptured, stored, basket, charged, ticketOf, checkIn, settledDebts } = cardOrders(shared);

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
    await everywhere(shared.kill, async (killed) => {
      const order = await uncaptured();
      await expire(order);
      const { userId } = order.user;
      const { attemptId } = (await stored(order)) ?? {};
      const [payment] = shared.at.paymentsOf(order.orderId);
      const reference = `${userId}.${order.orderId}.${attemptId}`;
      const message = JSON.stringify({ kind: "gateway", paymentId: payment?.paymentId, reference });
      await killed(() => deliver(message));
      expect(await deliver(message)).toBe(0);
      await end(order);
    });
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
