/** Money that is returned. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { deliver } from "#tests/support/bank.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { total } from "./fixture.ts";
import type { Behaviour, Gateway } from "./gateway.ts";
import type { Played } from "./played.ts";

export const moneyBack = <G extends Gateway>(play: Played<G>) => {
  const { known, reconciled, held, get, paid, confirmed, cancel, refund, agree, has, at, taken } = play;

  describe("money that is returned", () => {
    test("a refund is made through the stream, once however often it is requested", async () => {
      const order = await confirmed();
      for (let n = 0; n < 2; n++) {
        await cancel(order);
        await at().stage.drain();
        await agree(order, "refunded");
      }
      expect(at().paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: total }]);
    });

    /** An order whose money the gateway does not let go of. */
    const refusing = async (behaviour: Behaviour) => {
      const order = await confirmed(behaviour);
      known.undone.add(order.orderId);
      await cancel(order);
      await deliver(refund(order));
      return order;
    };

    test.runIf(has("refundPending"))("a pending refund is not done before it has arrived", async () => {
      const counted = captureMetrics();
      at().mute(true);
      const order = await confirmed("refundPending");
      await cancel(order);
      await deliver(refund(order));
      expect(await get(order)).toMatchObject({ status: "refunding" });
      await sleep(100);
      await at().stage.reconcile();
      await agree(order, "refunded");
      expect(counted("RefundRefused")).toBe(0);
    });

    test.runIf(has("refundFails"))("a failed refund leaves the order refunding, and raises an alarm", async () => {
      const counted = captureMetrics();
      const order = await refusing("refundFails");
      await sleep(100);
      for (let minute = 1; minute <= 3; minute++) await reconciled(60 * minute);
      expect(await get(order)).toMatchObject({ status: "refunding", payment: { status: "approved" } });
      expect(taken(order)).toEqual([total]);
      expect(counted("RefundRefused")).toBeGreaterThan(0);
    });

    test.runIf(has("refundFailsLater"))("a refund that fails after it was done raises an alarm", async () => {
      const counted = captureMetrics();
      const order = await confirmed("refundFailsLater");
      known.undone.add(order.orderId);
      await cancel(order);
      await vi.waitFor(async () => {
        await at().stage.drain();
        expect(await get(order)).toMatchObject({
          status: "refunding",
          payment: { status: "approved", refund: "failed" },
        });
        expect(counted("RefundRefused")).toBeGreaterThan(0);
      }, 20_000); // one drain may take a second
      expect(taken(order)).toEqual([total]);
    });

    test.runIf(has("captureExpired"))(
      "an authorisation that has ended before its capture: tickets void, seats free",
      async () => {
        const order = await held();
        await paid(order, "captureExpired");
        await reconciled(120, 11 * 60, 12 * 60);
        expect((await get(order)).payment).toMatchObject({ status: "declined", reason: "payment.capture_failed" });
        await agree(order, "released");
      },
    );
  });
};
