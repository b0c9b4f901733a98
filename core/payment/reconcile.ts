/** Payments that the gateway never answered: the one thing that needs a clock. */
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import type { Outcome } from "./attempt.ts";
import { abandon, close, conclude, lookUp } from "./card.ts";
import { referenceOf } from "./message.ts";
import { refundCard } from "./refund.ts";
import { undo } from "./undo.ts";

/** ms during which an attempt is the worker's alone. */
const WORKING = 90_000;
/** ms after which an attempt that the gateway does not know, or cannot decide, is closed: all the worker's tries are over then. */
const WINDOW = 10 * 60_000;
/** Orders looked at at the same time. */
const AT_ONCE = 10;

/**
 * Brings every order that waits for the gateway as far as the gateway lets it. Several runs at once are harmless. An order that
 * fails is logged, left for the next run, and holds up no other. Ends early at `until` (epoch ms); answers how many moved.
 */
export const reconcile = async ({ now, until }: { now: number; until: () => boolean }): Promise<number> => {
  let moved = 0;
  for (const open of ["refunding", "paying"] as const) {
    for await (const keys of Order.open(open)) {
      for (let at = 0; at < keys.length && !until(); at += AT_ONCE) {
        const outcomes = await Promise.all(keys.slice(at, at + AT_ONCE).map((key) => attempt(key, now)));
        moved += outcomes.filter(Boolean).length;
      }
      if (until()) break;
    }
  }
  return moved;
};

const attempt = async (key: { userId: string; orderId: string }, now: number): Promise<boolean> => {
  try {
    const order = await Order.find(key);
    const result = order && (await bring(order, now));
    if (!result) return false;
    count("Reconciled");
    logger.info("reconcile", { operation: "reconcile", orderId: key.orderId, outcome: result.outcome });
    return true;
  } catch (error) {
    logger.error("reconcile", {
      operation: "reconcile",
      orderId: key.orderId,
      outcome: "failed",
      error: error as Error,
    });
    return false;
  }
};

/** Undefined where it is too early to do anything. */
const bring = async (order: Order.Order, now: number): Promise<Outcome | undefined> => {
  const { attemptId = "" } = order;
  if (order.status === "refunding") return refundCard(order);
  const age = now - (order.attempts[attemptId]?.since ?? 0);
  if (order.open !== "paying" || age < WORKING) return undefined;
  return order.status === "paying" ? ask(order, attemptId, age, now) : close(order, attemptId, now);
};

const ask = async (order: Order.Order, attemptId: string, age: number, now: number): Promise<Outcome | undefined> => {
  const payment = await lookUp(order, attemptId);
  const undecided = !payment || payment.status === "pending";
  if (!undecided) return conclude({ order, attemptId, payment, now });
  if (age <= WINDOW) return undefined;
  const voided = payment && (await undo(payment, `${referenceOf(order, attemptId)}:undo`));
  if (voided && voided.status !== "pending") return conclude({ order, attemptId, payment: voided, now });
  await abandon(order, attemptId, now); // should the gateway say yes after all, its webhook finds the attempt closed, and it is undone
  return { outcome: "abandoned" };
};
