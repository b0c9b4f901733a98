/** A card's money that cannot be taken, has gone back, or is owed again: what becomes of the order. */
import { transact } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import type { Begun, Done } from "./case.ts";
import { conflictRetries, write } from "./write.ts";

/** confirmed → released. If a ticket was checked in, the order stays confirmed: the money is lost, and the reason is written on the order. */
export const revoke = async (at: Begun): Promise<Done> => {
  const { order, attemptId, known, now } = at;
  const reason = "payment.capture_failed";
  const attempt: Order.Attempt = { ...at.attempt, status: "declined", reason };
  const moves = Order.GivingBack.revoke({ order, attemptId, attempt, now });
  const refusals = await Order.invalidateAfter(order.eventId, () => transact(moves, conflictRetries));
  if (!refusals) {
    count("CaptureFailed");
    return { outcome: "revoked" };
  }
  if (!Order.Refusals.checkedIn(refusals, order)) return { known, orderChanged: true };
  const unpaid: Order.Attempt = { ...at.attempt, reason };
  if (!(await write(Order.Transitions.settled({ order, attemptId, attempt: unpaid }))))
    return { known, orderChanged: true };
  count("CaptureFailed");
  return { outcome: "not paid, checked in" };
};

/** refunding → refunded. */
export const refunded = async (at: Begun): Promise<Done> => {
  if (!(await write(Order.GivingBack.refunded(at)))) return { known: at.known, orderChanged: true };
  count("Refunded");
  return { outcome: "refunded" };
};

/** refunded → refunding. The buyer was informed that the money came back, so an operator is alerted at once. */
export const reopen = async (at: Begun): Promise<Done> => {
  if (await write(Order.GivingBack.reopen(at))) {
    count("RefundRefused");
    const { orderId } = at.order;
    logger.error("payment", { operation: "refund", orderId, outcome: "failed after it was done" });
  }
  return { known: at.known, orderChanged: true };
};
