/** Every charge with every state of its payment: no points without money, and no money kept without points. */
import { describe, expect, test } from "vitest";
import { answerWindowMs, type GatewayPayment } from "#core/gateway/index.ts";
import { decide, type Known, maxBalance, reasonOf, type Step } from "#core/wallet/decide.ts";
import type { Charge } from "#core/wallet/wallet.table.ts";

const since = 1_000;
const charge = (state: Charge["state"], more: Partial<Charge> = {}): Charge => ({
  ...{ chargeId: "c", hash: "h", amount: 100, state, since },
  ...more,
});
const soon = { balance: 0, now: since + answerWindowMs };
const late = { balance: 0, now: since + answerWindowMs + 1 };
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

/** Of 60, after 40 were refunded before it. */
const refund = { id: "rf_1", amount: 60, base: 40 };

const table: Record<Charge["state"], Step[]> = {
  pending: ["authorise", "show", "wait", "capture", "credit", "decline", "decline", "decline", "giveUp"],
  returning: ["giveBack", "giveBack", "giveBack", "giveBack", "giveBack", "decline", "decline", "decline", "giveBack"],
  credited: ["finish", "finish", "finish", "capture", "finish", "finish", "finish", "finish", "finish"],
  done: statuses.map(() => "none"),
  declined: ["none", "none", "none", "giveBack", "giveBack", "none", "none", "none", "giveBack"],
  paying_back: statuses.map((status) => (status === "refunded" ? "paidBack" : "payBack")),
};

test.each(Object.entries(table))("a charge that is %s", (state, steps) => {
  const one = charge(state as Charge["state"], state === "paying_back" ? { payback: refund } : {});
  expect(statuses.map((status) => decide(one, payment(status), soon))).toEqual(steps);
  expect(decide(one, "silent", soon)).toBe(state === "done" ? "none" : "wait");
});

describe("ten minutes after it began, or cancelled by its buyer", () => {
  const steps: Step[] = ["giveUp", "close", "close", "capture", "credit", "decline", "decline", "decline", "giveUp"];
  const unmoved = (status: GatewayPayment["status"]): Known => ({ ...payment(status), unmoved: true });

  test("a pending charge is closed at the gateway first, and an earlier approval is kept", () => {
    for (const look of [late, { ...soon, cancel: true }]) {
      expect(statuses.map((status) => decide(charge("pending"), payment(status), look))).toEqual(steps);
      expect(decide(charge("pending"), "silent", look)).toBe("giveUp");
      for (const status of statuses) expect(decide(charge("pending"), unmoved(status), look)).toBe("giveUp");
    }
  });

  test("any other charge stays as it is", () => {
    for (const state of ["returning", "credited", "done", "declined"] as const) {
      expect(statuses.map((status) => decide(charge(state), payment(status), late))).toEqual(table[state]);
      expect(decide(charge(state), "silent", late)).toBe(state === "done" ? "none" : "wait");
    }
  });

  test("a charge that the gateway did not change waits until then", () => {
    for (const state of ["pending", "returning", "credited", "declined"] as const)
      for (const status of statuses) expect(decide(charge(state), unmoved(status), soon)).toBe("wait");
  });
});

test("a payment of another amount that was never confirmed is declined, even if the gateway does not void it", () => {
  const given = (refusal: "mismatch" | "unconfirmed") => charge("returning", { refusal });
  expect(decide(given("mismatch"), { ...payment("prepared"), unmoved: true }, soon)).toBe("decline");
  expect(decide(given("mismatch"), { ...payment("captured"), unmoved: true }, soon)).toBe("wait");
  expect(decide(given("unconfirmed"), { ...payment("prepared"), unmoved: true }, soon)).toBe("wait"); // its confirmation may still arrive
});

test("an action that is already written on the charge needs no write", () => {
  const shown = charge("pending", { action: { type: "redirect", url: "https://bank.example" } });
  expect(decide(shown, payment("action"), soon)).toBe("wait");
  expect(decide(shown, payment("action"), late)).toBe("close");
});

describe("why it is not credited", () => {
  const shown = charge("pending", { action: { type: "redirect", url: "https://bank.example" } });
  const plain = charge("pending");
  const given: [string, Charge, Known, number, ReturnType<typeof reasonOf>][] = [
    ["the card", plain, payment("declined", { reason: "insufficient_funds" }), 0, "declined"],
    ["its bank's check", shown, payment("declined", { reason: "authentication_failed" }), 0, "unverified"],
    ["what was to be done and was not", shown, payment("voided"), 0, "unverified"],
    ["no answer", plain, "silent", 0, "unconfirmed"],
    ["no answer in time", plain, payment("voided"), 0, "unconfirmed"],
    ["no end at the gateway", shown, { ...payment("action"), unmoved: true }, 0, "unconfirmed"],
    ["another amount", plain, payment("captured", { amount: 1 }), 0, "mismatch"],
    ["a full wallet", plain, payment("captured"), maxBalance, "full"],
  ];
  test.each(given)("%s", (_, one, known, balance, reason) => {
    expect(reasonOf(one, known, balance)).toBe(reason);
  });
});

test("a declined payment that can be retried at the gateway is voided first", () => {
  const open = payment("declined", { open: true });
  expect([decide(charge("pending"), open, soon), decide(charge("returning"), open, soon)]).toEqual([
    "giveUp",
    "giveBack",
  ]);
});

describe("a pending charge is neither captured nor credited", () => {
  const wrong: [string, number, Partial<GatewayPayment>][] = [
    ["for another amount", 0, { amount: 99 }],
    ["in another currency", 0, { currency: "USD" }],
    ["into a wallet that cannot hold it", maxBalance - 99, {}],
    ["after some of it was refunded", 0, { refunded: 1 }],
  ];
  test.each(wrong)("%s", (_, balance, more) => {
    for (const status of ["prepared", "authorised", "captured"] as const)
      expect(decide(charge("pending"), payment(status, more), { ...soon, balance })).toBe("giveUp");
  });

  test("up to the last point that a wallet can hold", () => {
    expect(decide(charge("pending"), payment("authorised"), { ...soon, balance: maxBalance - 100 })).toBe("capture");
    expect(decide(charge("pending"), payment("captured"), { ...soon, balance: maxBalance - 100 })).toBe("credit");
  });
});

test("a refund of a charge is asked for, then waited for, and given up only if the gateway refuses it", () => {
  const one = charge("paying_back", { payback: refund });
  const seen = (more: Partial<GatewayPayment> & { unmoved?: true }): Step =>
    decide(one, payment("partially_refunded", more), late);
  expect(seen({})).toBe("payBack");
  expect(seen({ returning: 60 })).toBe("wait");
  expect(seen({ refunded: 100 })).toBe("paidBack");
  expect(seen({ unmoved: true })).toBe("keep");
  // it arrived, whatever the gateway has answered to us
  expect(seen({ refunded: 100, unmoved: true })).toBe("paidBack");
});
