/** Partial refunds and refunds of orders at every gateway: each has an id of ours, and is made once per id. */
import { expect, test, vi } from "vitest";
import { type ProviderName, provider } from "#core/gateway/index.ts";
import * as Orders from "#core/order/index.ts";
import type { User } from "#tests/support/harness.ts";

type Bought = { user: User; orderId: string };

export type Refunds = {
  name: ProviderName;
  /** A confirmed order of 20,000 by card, captured. */
  bought: () => Promise<Bought>;
  /** Cancels it as its buyer, and runs everything that follows. */
  cancelled: (order: Bought) => Promise<void>;
  /** The ids of an order's refunds at the gateway, with their amounts, the oldest first. */
  refundsOf: (orderId: string) => [name: string, amount: number][];
};

export const refunds = ({ name, bought, cancelled, refundsOf }: Refunds): void => {
  const orderOf = ({ user, orderId }: Bought) => Orders.get({ userId: user.userId, orderId });
  const attemptOf = (order: Orders.Order) => order.attempts[order.attemptId ?? ""];
  const paymentOf = async (order: Bought) => attemptOf(await orderOf(order))?.paymentId ?? "";

  test("two partial refunds with different ids add up, one id is one refund, and no more than the rest is returned", async () => {
    const order = await bought();
    const paymentId = await paymentOf(order);
    const refund = (key: string, amount: number) => provider(name).refund({ paymentId, amount, key });
    expect(await refund("rf_a", 5_000)).toMatchObject({ status: "partially_refunded", refunded: 5_000 });
    expect(await refund("rf_a", 5_000)).toMatchObject({ status: "partially_refunded", refunded: 5_000 });
    expect(await refund("rf_b", 5_000)).toMatchObject({ status: "partially_refunded", refunded: 10_000 });
    await expect(refund("rf_c", 10_001)).rejects.toMatchObject({ name: "GatewayRefused" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3_600_000 }); // the gateway's key has expired
    if (name !== "sandbox") expect(await refund("rf_a", 5_000)).toMatchObject({ refunded: 10_000 });
    expect(await refund("rf_d", 10_000)).toMatchObject({ status: "refunded", refunded: 20_000 });
    await expect(refund("rf_e", 1)).rejects.toMatchObject({ name: "GatewayRefused" });
    expect(refundsOf(order.orderId)).toEqual([
      ["rf_a", 5_000],
      ["rf_b", 5_000],
      ["rf_d", 10_000],
    ]);
  });

  test("an order's refund at the gateway has the id that is written on the order", async () => {
    const order = await bought();
    await cancelled(order);
    const after = await orderOf(order);
    const id = expect.stringMatching(/^rf_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(after.status).toBe("refunded");
    expect(attemptOf(after)).toMatchObject({ status: "refunded", refunds: [{ id, amount: 20_000 }] });
    expect(refundsOf(order.orderId)).toEqual([[attemptOf(after)?.refunds?.[0]?.id, 20_000]]);
  });
};
