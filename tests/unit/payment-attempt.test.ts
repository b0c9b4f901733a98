import { expect, test } from "vitest";
import type { Attempt, Order } from "#core/order/index.ts";
import { next } from "#core/payment/attempt.ts";

const order = (status: Order["status"], more: Partial<Order> = {}): Order => ({
  userId: "usr_1",
  orderId: "ord_1",
  eventId: "evt_1",
  status,
  seats: [],
  total: 0,
  currency: "KRW",
  createdAt: 0,
  payBy: 0,
  heldUntil: 0,
  attempts: {},
  ...more,
});
const card = (status: Attempt["status"], more: Partial<Attempt> = {}): Attempt => ({
  method: "card",
  hash: "",
  status,
  ...more,
});
const mine = (status: Order["status"], attempt: Attempt, open?: Order["open"]) =>
  order(status, { attempts: { me: attempt }, attemptId: "me", open });

test("an attempt that nobody has begun begins while the order is held, and never after", () => {
  expect(next(order("held"), "me")).toBe("begin");
  for (const status of ["paying", "confirmed", "refunding", "refunded", "released"] as const)
    expect(next(order(status), "me")).toBe("done");
});

test("an order that was tried too often is not tried again", () => {
  const attempts = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [String(n), card("declined")]));
  expect(next(order("held", { attempts }), "me")).toBe("done");
});

test("the attempt that the order is being paid by asks the gateway; no other does", () => {
  expect(next(mine("paying", card("pending"), "paying"), "me")).toBe("ask");
  expect(next({ ...mine("paying", card("pending"), "paying"), attemptId: "other" }, "me")).toBe("done");
});

test("a confirmed order's charge is taken once, and not while it is being refunded", () => {
  expect(next(mine("confirmed", card("approved"), "paying"), "me")).toBe("capture");
  expect(next(mine("confirmed", card("approved")), "me")).toBe("done");
  expect(next(mine("refunding", card("approved"), "refunding"), "me")).toBe("done");
});

test("a closed attempt is undone while the gateway may hold money for it", () => {
  expect(next(mine("held", card("declined", { paymentId: "pay" }), "paying"), "me")).toBe("undo");
  expect(next(mine("held", card("declined")), "me")).toBe("undo");
  expect(next(mine("held", card("declined", { paymentId: "pay" })), "me")).toBe("done");
  expect(next(mine("held", { method: "points", hash: "", status: "declined" }), "me")).toBe("done");
});
