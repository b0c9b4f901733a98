/** What is to be done about an attempt: decided from the order alone, so that every delivery of every message ends the same. */
import { failed, type Refusal } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";

/** What a worker did, for the log and the latency. */
export type Outcome = { outcome: string; acceptedAt?: number | undefined };

/**
 * - `begin`: nobody has tried it yet, and the order can be paid
 * - `ask`: it is the attempt that the order is being paid by: the gateway decides
 * - `capture`: the order is confirmed, its charge is not taken yet
 * - `undo`: it is closed, and the gateway may hold money for it
 * - `done`: nothing
 */
export type Next = "begin" | "ask" | "capture" | "undo" | "done";

export const next = (order: Order.Order, attemptId: string): Next => {
  const attempt = order.attempts[attemptId];
  const full = Object.keys(order.attempts).length >= Order.Moves.MOST_ATTEMPTS;
  if (!attempt) return order.status === "held" && !full ? "begin" : "done";
  const owing = order.open === "paying" && order.attemptId === attemptId;
  if (attempt.status === "pending") return order.status === "paying" && owing ? "ask" : "done";
  if (attempt.status === "approved") return order.status === "confirmed" && owing ? "capture" : "done";
  // closed by the gateway's own decline it is known there, and owes nothing; closed without an answer, an answer may still come
  const unanswered = attempt.method === "card" && attempt.paymentId === undefined;
  return attempt.status === "declined" && (owing || unanswered) ? "undo" : "done";
};

/** Why a transaction of an order's seats was refused; undefined where only the order itself, or a conflict, stood in the way. */
export const reasonOf = (refusals: Refusal[], order: Order.Order): "seat.lost" | "order.expired" | undefined => {
  if (failed(refusals, Order.Moves.ORDER)) return undefined;
  if (Order.Moves.lost(refusals, order).length > 0) return "seat.lost";
  // the basket has another open order, or none: this one lapsed, and its buyer went on
  return failed(refusals, Order.Moves.BASKET) ? "order.expired" : undefined;
};
