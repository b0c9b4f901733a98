/** A refund by card that the gateway refuses or does not answer: it stays under way until the money is back. */
import { describe, expect, test } from "vitest";
import { counter } from "#tests/support/bank.ts";
import { allCalls, cardOrders, gateway } from "#tests/support/card-orders.ts";

const shared = counter();
const { confirmed, uncaptured, stored, charged, settledDebts } = cardOrders(shared);

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
    const again = gateway("is silent at", allCalls);
    await shared.steps.cancel(order.user, order.orderId);
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("refunding");
    again();
    await shared.at.stage.reconcile();
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("refunded");
  });
});
