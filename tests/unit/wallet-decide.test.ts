/** Every charge against every state of its payment: no points without money, no money kept without points. */
import { describe, expect, test } from "vitest";
import type { GatewayPayment } from "#core/gateway/index.ts";
import { decide, maxBalance, type Step } from "#core/wallet/decide.ts";
import type { Charge } from "#core/wallet/wallet.table.ts";

const charge = (state: Charge["state"]): Charge => ({ chargeId: "c", hash: "h", amount: 100, state });
const payment = (status: GatewayPayment["status"], more: Partial<GatewayPayment> = {}): GatewayPayment => ({
  ...{ paymentId: "p", reference: "r", status, amount: 100, currency: "KRW" },
  refunded: status === "refunded" ? 100 : status === "partially_refunded" ? 40 : 0,
  ...more,
});
const statuses = [
  ...([
    "prepared",
    "action",
    "pending",
    "authorised",
    "captured",
    "declined",
    "voided",
    "refunded",
    "partially_refunded",
  ] as const),
];

const table: Record<Charge["state"], Step[]> = {
  pending: ["authorise", "giveUp", "wait", "capture", "credit", "decline", "decline", "decline", "giveUp"],
  returning: ["giveBack", "giveBack", "giveBack", "giveBack", "giveBack", "decline", "decline", "decline", "giveBack"],
  credited: ["finish", "finish", "finish", "capture", "finish", "finish", "finish", "finish", "finish"],
  done: statuses.map(() => "none"),
  declined: statuses.map(() => "none"),
};

test.each(Object.entries(table))("a charge that is %s", (state, steps) => {
  const one = charge(state as Charge["state"]);
  expect(statuses.map((status) => decide(one, payment(status), 0))).toEqual(steps);
  expect(decide(one, undefined, 0)).toBe(state === "done" || state === "declined" ? "none" : "wait");
});

test("what was declined and may be tried again there is let go of first", () => {
  const open = payment("declined", { open: true });
  expect([decide(charge("pending"), open, 0), decide(charge("returning"), open, 0)]).toEqual(["giveUp", "giveBack"]);
});

describe("a pending charge is neither taken nor credited", () => {
  const wrong: [string, number, Partial<GatewayPayment>][] = [
    ["for another amount", 0, { amount: 99 }],
    ["in another currency", 0, { currency: "USD" }],
    ["into a wallet that cannot hold it", maxBalance - 99, {}],
    ["after some of it was refunded", 0, { refunded: 1 }],
  ];
  test.each(wrong)("%s", (_, balance, more) => {
    for (const status of ["prepared", "authorised", "captured"] as const)
      expect(decide(charge("pending"), payment(status, more), balance)).toBe("giveUp");
  });

  test("but to the last point that a wallet can hold", () => {
    expect(decide(charge("pending"), payment("authorised"), maxBalance - 100)).toBe("capture");
    expect(decide(charge("pending"), payment("captured"), maxBalance - 100)).toBe("credit");
  });
});
