/** A worker killed before or after each of its calls, and two payments at once. */
import { describe, expect, test } from "vitest";
import { deliver, everywhere } from "#tests/support/bank.ts";
import { points, total } from "./fixture.ts";
import type { Gateway } from "./gateway.ts";
import type { Played } from "./played.ts";

export const crashes = <G extends Gateway>(play: Played<G>) => {
  const { shared, reconciled, held, get, sent, settled, confirmed, cancel, refund, agree, finished, has, at, taken } =
    play;

  describe("a worker killed before or after each of its calls", () => {
    test.each(
      (
        [
          ["approved", "confirmed"],
          ["silentAfter", "confirmed"],
          ["failingAfter", "confirmed"],
          ["failingBefore", "confirmed"],
          ["declined", "held"],
        ] as const
      ).filter(([behaviour]) => has(behaviour)),
    )("%s: %s, once", async (behaviour, end) => {
      at().mute(true);
      const calls = await everywhere(shared.kill, async (killed) => {
        const order = await held();
        const message = await sent(order, behaviour);
        await killed(() => deliver(message));
        await finished(message, order);
        await agree(order, end);
      });
      expect(calls).toBeGreaterThanOrEqual(5);
    });

    test("a refund is made once", async () => {
      at().mute(true);
      await everywhere(shared.kill, async (killed) => {
        const order = await confirmed();
        await cancel(order);
        await killed(() => deliver(refund(order)));
        expect(await deliver(refund(order))).toBe(0);
        await agree(order, "refunded");
        expect(at().paymentsOf(order.orderId)).toMatchObject([{ status: "refunded", refunded: total }]);
      });
    });

    test.runIf(has("captureExpired"))("an authorisation that has ended: released, once", async () => {
      at().mute(true);
      await everywhere(shared.kill, async (killed) => {
        const order = await held();
        const message = await sent(order, "captureExpired");
        await killed(() => deliver(message));
        await finished(message, order);
        await reconciled(11 * 60, 12 * 60);
        await agree(order, "released");
      });
    });
  });

  describe("two payments at once", () => {
    test("two tabs with a card each charge one card", async () => {
      for (let n = 0; n < 3; n++) {
        const order = await held();
        const messages = [];
        for (let tab = 0; tab < 2; tab++) messages.push(await sent(order, "approved"));
        await deliver(...messages);
        await deliver(...messages);
        await settled(order);
        await agree(order, "confirmed");
      }
    });

    test("points and a card charge one of the two", async () => {
      for (let n = 0; n < 3; n++) {
        const order = await held();
        const byCard = await sent(order, "approved");
        await shared.steps.pay(order.user, order.orderId);
        const byPoints = await play.message(order, "payment");
        await deliver(byCard, byPoints);
        await deliver(byCard, byPoints);
        const spent = points - (await shared.steps.wallet(order.user));
        expect(await get(order)).toMatchObject({ status: "confirmed" });
        expect(spent + taken(order).reduce((sum, amount) => sum + amount, 0)).toBe(total);
      }
    });

    test("the message and a webhook, delivered together and repeated, end the same", async () => {
      const order = await held();
      const message = await sent(order, "approved");
      await deliver(message, message);
      const [payment] = at().paymentsOf(order.orderId);
      const { attemptId } = JSON.parse(message);
      const reference = `${order.user.userId}.${order.orderId}.${attemptId}`;
      const webhook = JSON.stringify({ kind: "gateway", paymentId: payment?.paymentId, reference });
      await deliver(webhook, message, webhook);
      await agree(order, "confirmed");
    });
  });
};
