/** The next step of a card's attempt, for each state of order, attempt and gateway. */
import { describe, expect, test } from "vitest";
import { answerWindowMs, type Seen, UNVERIFIED } from "#core/gateway/index.ts";
import type { Attempt, Order } from "#core/order/index.ts";
import { decide, type Known, type Step } from "#core/payment/decide.ts";

const NOW = 1_800_000_000_000;
const LATE = NOW + answerWindowMs + 1;

const order = (status: Order["status"], attempt?: Partial<Attempt>, more: Partial<Order> = {}): Order => ({
  ...{ userId: "usr_1", orderId: "ord_1", eventId: "evt_1", status, seats: [], total: 100, currency: "KRW" },
  ...{ createdAt: NOW, payBy: NOW, heldUntil: NOW },
  attempts: attempt ? { me: { method: "card", hash: "", status: "pending", since: NOW, ...attempt } } : {},
  ...(attempt && { attemptId: "me" }),
  ...more,
});
const owed = { owed: { me: NOW } };
const action = { type: "redirect", url: "https://bank.example" } as const;
const seen = (status: Seen["status"], more: Partial<Seen> = {}): Seen => ({
  ...{ paymentId: "pay_1", reference: "usr_1.ord_1.me", amount: 100, currency: "KRW", refunded: 0 },
  status,
  ...more,
});
const step = (given: Order, known?: Known, now = NOW): string => said(decide(given, "me", known, now));
const said = (one: Step): string =>
  [
    one.do,
    ...("reason" in one ? [one.reason, ...(one.owes ? ["owes"] : [])] : []),
    ...("outcome" in one ? [one.outcome, ...("again" in one && one.again ? ["again"] : [])] : []),
  ].join(" ");

test("a new attempt begins while the order is held, and never after", () => {
  expect(step(order("held"))).toBe("begin");
  for (const status of ["paying", "confirmed", "refunding", "refunded", "released"] as const)
    expect(step(order(status))).toBe("end dropped");
});

test("a new attempt begins whatever an earlier one still owes", () => {
  expect(step(order("held", undefined, { owed: { earlier: NOW }, open: "owing" }))).toBe("begin");
});

test("an order with too many attempts gets no new one", () => {
  const attempts = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [String(n), { method: "card", hash: "", status: "declined" } as const]),
  );
  expect(step(order("held", undefined, { attempts }))).toBe("end dropped");
});

describe("while an order is being paid", () => {
  const paying = (more: Partial<Order> = {}) => order("paying", {}, { ...owed, open: "paying", ...more });

  test("the gateway is asked about the order's current attempt, and about no other", () => {
    expect(step(paying())).toBe("ask");
    expect(step(paying({ attemptId: "other" }))).toBe("end dropped");
  });

  test.each([
    [seen("authorised"), "confirm"],
    [seen("captured"), "confirm"],
    [seen("declined"), "decline card.declined"],
    [seen("voided"), "decline payment.unconfirmed"],
    [seen("refunded", { refunded: 100 }), "decline payment.unconfirmed"],
    [seen("authorised", { amount: 99 }), "decline payment.mismatch owes"],
    [seen("authorised", { currency: "USD" }), "decline payment.mismatch owes"],
    [seen("partially_refunded", { refunded: 1 }), "decline payment.mismatch owes"],
    [seen("authorised", { reference: "usr_2.ord_2.me" }), "decline payment.mismatch owes"],
    [seen("declined", { reference: "usr_2.ord_2.me" }), "decline payment.mismatch owes"],
  ] as const)("%o", (known, expected) => {
    expect(step(paying(), known)).toBe(expected);
    expect(step(paying(), known, LATE)).toBe(expected);
  });

  test.each([
    [seen("prepared"), { token: "tok" }, "authorise", "decline payment.unconfirmed owes"],
    [seen("prepared"), {}, "wait pending", "decline payment.unconfirmed owes"],
    [
      seen("prepared", { amount: 99 }),
      { token: "tok" },
      "decline payment.mismatch owes",
      "decline payment.unconfirmed owes",
    ],
    [seen("action"), { token: "tok" }, "show", "undo"],
    [seen("action"), { action }, "wait pending", "undo"],
    [seen("action", { refused: "undo" }), { action }, "wait pending", "decline card.unverified owes"],
    [seen("voided"), { action }, "decline card.unverified", "decline card.unverified"],
    [seen("declined", { reason: UNVERIFIED }), { action }, "decline card.unverified", "decline card.unverified"],
    [seen("declined", { open: true }), {}, "decline card.declined owes", "decline card.declined owes"],
    [seen("authorised"), { action }, "confirm", "confirm"],
  ] as const)("%o with %o: %s, and after ten minutes %s", (known, attempt, before, after) => {
    const given = order("paying", { paymentId: "pay_1", ...attempt }, { ...owed, open: "paying" });
    expect(step(given, known)).toBe(before);
    expect(step(given, known, LATE)).toBe(after);
    expect(said(decide(given, "me", known, NOW, true))).toBe(after); // its buyer gives up
  });

  test("a buyer who cancels waits for no answer, and what the gateway has not answered stays owed", () => {
    expect(said(decide(paying(), "me", "silent", NOW, true))).toBe("decline payment.unconfirmed owes");
  });

  test("no step names another order's payment, so nothing can undo it", () => {
    expect(decide(paying(), "me", seen("captured", { reference: "usr_2.ord_2.me" }), NOW)).not.toHaveProperty(
      "payment",
    );
  });

  test.each([
    ["silent", "wait silent again", "decline payment.unconfirmed owes"],
    ["none", "wait pending", "decline payment.unconfirmed"],
    [seen("pending"), "wait pending", "undo"],
    [seen("pending", { refused: "undo" }), "wait pending", "decline payment.unconfirmed owes"],
  ] as const)("without an answer it waits for ten minutes, and is closed then: %o", (known, before, after) => {
    expect(step(paying(), known)).toBe(before);
    expect(step(paying(), known, LATE - 1)).toBe(before);
    expect(step(paying(), known, LATE)).toBe(after);
  });
});

test("another order's payment decides nothing about ours in any state, and is undone in none", () => {
  const foreign = seen("captured", { paymentId: "pay_2", reference: "usr_2.ord_2.me" });
  const approved = { status: "approved", paymentId: "pay_1" } as const;
  expect(step(order("paying", { paymentId: "pay_1" }, owed), foreign)).toBe("decline payment.mismatch owes");
  expect(step(order("confirmed", approved, owed), foreign)).toBe("wait silent again");
  expect(step(order("refunding", approved, owed), foreign)).toBe("wait silent");
  expect(step(order("held", { status: "declined", paymentId: "pay_1" }, owed), foreign)).toBe("wait silent");
});

describe("a confirmed order", () => {
  const confirmed = order("confirmed", { status: "approved", paymentId: "pay_1" }, owed);

  test("has its charge captured once", () => {
    expect(step(confirmed)).toBe("ask");
    expect(step(confirmed, seen("authorised"))).toBe("capture");
    expect(step(confirmed, seen("captured"))).toBe("settle confirmed");
    expect(step({ ...confirmed, owed: undefined }, seen("authorised"))).toBe("end dropped");
  });

  test("is captured again while the authorisation is valid, for ten minutes, and then voided", () => {
    const refused = seen("authorised", { refused: "capture" });
    expect(step(confirmed, "silent")).toBe("wait silent again");
    expect(step(confirmed, refused)).toBe("wait refused");
    expect(step(confirmed, refused, LATE)).toBe("undo");
    expect(step(confirmed, seen("authorised", { refused: "undo" }), LATE)).toBe("wait refused");
  });

  test("stays owed if its card has not approved, or no longer does: it is neither settled nor undone, and asked about again", () => {
    for (const late of [NOW, LATE])
      for (const known of [seen("prepared"), seen("action"), seen("pending"), seen("declined", { open: true })])
        expect(step(confirmed, known, late)).toBe("wait pending");
  });

  test("cannot be paid any more once the authorisation is gone", () => {
    expect(step(confirmed, seen("voided"))).toBe("revoke");
    expect(step(confirmed, seen("declined"))).toBe("revoke");
  });
});

describe("a refund", () => {
  const refunding = order("refunding", { status: "approved", paymentId: "pay_1" }, owed);

  test.each([
    ["silent", "wait silent"],
    [seen("authorised"), "undo"],
    [seen("captured"), "undo"],
    [seen("partially_refunded", { refunded: 40 }), "undo"],
    [seen("captured", { refused: "undo", returning: 100 }), "wait returning"],
    [seen("captured", { refused: "undo" }), "wait refused"],
    [seen("authorised", { refused: "undo" }), "wait refused"],
    ["none", "refunded"],
    [seen("voided"), "refunded"],
    [seen("declined"), "refunded"],
    [seen("refunded", { refunded: 100 }), "refunded"],
  ] as const)("only voided, refunded or never taken ends it: %o", (known, expected) => {
    expect(step(refunding, known)).toBe(expected);
    expect(step(refunding, known, LATE)).toBe(expected);
  });

  test("is requested with the last id written on the order, or with none for an older order", () => {
    const refunds = [
      { id: "rf_1", amount: 40 },
      { id: "rf_2", amount: 60 },
    ];
    const named = order("refunding", { status: "approved", paymentId: "pay_1", refunds }, owed);
    const left = seen("partially_refunded", { refunded: 40 });
    expect(decide(named, "me", left, NOW)).toEqual({ do: "undo", payment: left, refund: refunds[1] });
    expect(decide(refunding, "me", left, NOW)).toEqual({ do: "undo", payment: left, refund: undefined });
  });

  test("that was done is owed again if its money comes back to the gateway, unless an organiser has returned it", () => {
    const done = { status: "refunded", paymentId: "pay_1" } as const;
    expect(step(order("refunded", done), seen("captured"))).toBe("reopen");
    expect(step(order("refunded", done), seen("captured", { returning: 100 }))).toBe("reopen");
    expect(step(order("refunded", done), seen("refunded", { refunded: 100 }))).toBe("end dropped");
    for (const known of [undefined, "silent", "none"] as const)
      expect(step(order("refunded", done), known)).toBe("end dropped");
    const otherwise = { ...done, returnedOtherwise: { by: "usr_2", at: NOW } };
    expect(step(order("refunded", otherwise), seen("captured"))).toBe("end dropped");
  });
});

describe("a closed attempt", () => {
  const closed = (more: Partial<Attempt> = {}, rest: Partial<Order> = {}) =>
    order("held", { status: "declined", paymentId: "pay_1", ...more }, rest);

  test("is asked about while something is owed, or until it gets an answer", () => {
    expect(step(closed({}, owed))).toBe("ask");
    expect(step(closed({ paymentId: undefined }))).toBe("ask");
    expect(step(closed())).toBe("end dropped");
    expect(step(closed({ method: "points" }))).toBe("end dropped");
  });

  test("keeps its debt until the gateway's state is final, whatever the order's state is", () => {
    for (const status of ["held", "paying", "confirmed", "refunding", "refunded", "released"] as const) {
      const later = { ...closed({}, owed), status, attemptId: "other" };
      expect(step(later, "silent")).toBe("wait silent");
      expect(step(later, seen("authorised", { refused: "undo" }))).toBe("wait refused");
      expect(step(later, seen("authorised"))).toBe("undo");
      expect(step(later, seen("captured"))).toBe("undo");
      expect(step(later, seen("voided"))).toBe("settle undone");
      expect(step(later, "none")).toBe("settle closed");
    }
  });

  test("has a late approval undone, even if nothing was owed any more", () => {
    expect(step(closed({ paymentId: undefined }), seen("authorised"))).toBe("undo");
    expect(step(closed({ paymentId: undefined }), seen("voided"))).toBe("end undone");
  });
});

test("a second payment of one attempt pays nothing, and is returned", () => {
  const confirmed = order("confirmed", { status: "approved", paymentId: "pay_1" });
  expect(step(confirmed, seen("authorised", { paymentId: "pay_2" }))).toBe("undo");
  expect(step(confirmed, seen("authorised", { paymentId: "pay_2", refused: "undo" }))).toBe("wait refused again");
  expect(step(confirmed, seen("voided", { paymentId: "pay_2" }))).toBe("end double undone");
});
