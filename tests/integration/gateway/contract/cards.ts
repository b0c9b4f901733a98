/** A card that pays, and one that does not. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { deliver } from "#tests/support/bank.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import type { Gateway } from "./gateway.ts";
import type { Played } from "./played.ts";

export const cards = <G extends Gateway>(play: Played<G>) => {
  const {
    shared,
    known,
    reconciled,
    later,
    held,
    get,
    stored,
    sent,
    begun,
    paid,
    payBy,
    agree,
    declined,
    payable,
    of,
    at,
    gateway,
    undone,
  } = play;

  describe("a card that pays", () => {
    test.each(
      of("approved", "silentAfter", "failingBefore", "failingAfter", "laterApproved", "webhookEarly", "webhookTwice"),
    )("%s: confirmed, and charged once", async (behaviour) => {
      const order = await held();
      await paid(order, behaviour);
      await agree(order, "confirmed");
      expect(at().answers.filter((status) => status !== at().heard.genuine)).toEqual([]);
    });

    test.each(of("approved", "laterApproved"))(
      "%s, without any webhook: the worker or the reconciliation finds it",
      async (behaviour) => {
        at().mute(true);
        const order = await held();
        await payBy(order, behaviour);
        await at().stage.settle();
        await sleep(behaviour === "approved" ? 0 : 80);
        await reconciled(120);
        await agree(order, "confirmed");
      },
    );
  });

  describe("a card that does not pay", () => {
    test.each(of("declined", "laterDeclined", "unknown"))(
      "%s: nothing is charged, and the order can be paid in another way",
      async (behaviour) => {
        const order = await held();
        await paid(order, behaviour);
        await declined(order, "card.declined", at().codes[behaviour]);
        await payable(order);
      },
    );

    test("an answer that never comes closes the attempt after ten minutes, and not before", async () => {
      const order = await held();
      const counted = captureMetrics();
      const message = await sent(order, "silentBefore");
      expect(await deliver(message)).toBe(1);
      await reconciled(9 * 60);
      expect(await get(order)).toMatchObject({ status: "paying" });
      await reconciled(10 * 60 + 5);
      await declined(order, "payment.unconfirmed");
      await payable(order);
      expect(counted("RefundRefused")).toBe(0); // there was no money to return
    });

    test("a card that is asked while the attempt is being closed confirms nothing and is released", async () => {
      at().mute(true);
      const order = await held();
      const message = await begun(order);
      const { get: look, authorise, void: letGo } = gateway();
      const [looked, asked, voided, delivered] = Array.from({ length: 4 }, () => Promise.withResolvers<void>()) as [
        PromiseWithResolvers<void>,
        PromiseWithResolvers<void>,
        PromiseWithResolvers<void>,
        PromiseWithResolvers<void>,
      ];
      vi.spyOn(gateway(), "get").mockImplementationOnce(async (paymentId) => {
        const prepared = await look(paymentId);
        looked.resolve();
        await asked.promise;
        return prepared;
      });
      later(10 * 60 + 5);
      const closing = at().stage.reconcile();
      await looked.promise;
      vi.useRealTimers(); // a worker that began before the ten minutes were over
      vi.spyOn(gateway(), "authorise").mockImplementationOnce(async (request) => {
        const authorised = await authorise(request);
        asked.resolve();
        await voided.promise;
        return authorised;
      });
      vi.spyOn(gateway(), "void").mockImplementationOnce(async (request) => {
        const after = letGo(request);
        await after.catch(() => {});
        voided.resolve();
        await delivered.promise;
        return after;
      });
      await deliver(message);
      delivered.resolve();
      await closing;
      await declined(order, "payment.unconfirmed");
      expect(at().paymentsOf(order.orderId)).toMatchObject([undone()]);
    });

    test("a payment whose seats were lost while no worker ran is returned", async () => {
      at().mute(true);
      const order = await held({ holdSeconds: 1 });
      const message = await sent(order, "approved");
      await shared.kill.run("gateway authorise", "after", () => deliver(message));
      later(16 * 60);
      const other = await at().stage.user();
      const taker = await shared.steps.held(other, { eventId: order.eventId, seats: ["A-1-2"] });
      for (const { orderId } of [order, taker]) known.undone.add(orderId); // of a time that is not now
      await deliver(message);
      const payment = { status: "declined", reason: "seat.lost" };
      expect(await get(order)).toMatchObject({ status: "expired", payment });
      expect(at().paymentsOf(order.orderId)).toMatchObject([undone()]);
      expect((await stored(order)).owed).toBeUndefined();
    });
  });
};
