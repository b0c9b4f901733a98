/** The card does not pay: the attempt is closed for good. What the gateway holds for it is released after that. */
import type { Seen } from "#core/gateway/index.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import type { Begun } from "./case.ts";
import type { DeclineReason } from "./schema.ts";
import { write, writeEnd } from "./write.ts";

type Closing = { reason: DeclineReason; payment?: Seen; owes: boolean };

/** paying → held: closes the attempt, and keeps the order until its earlier time. */
export const close = async (at: Begun, { reason, payment, owes }: Closing): Promise<void> => {
  const { order, attemptId } = at;
  const { token: _token, action: _action, ...kept } = at.attempt;
  const code = reason === "card.declined" ? payment?.reason : undefined;
  const attempt: Order.Attempt = { ...kept, status: "declined", reason, code };
  if (reason === "payment.mismatch")
    logger.error("payment", {
      operation: "settle",
      orderId: order.orderId,
      outcome: "the gateway names another payment",
    });
  const step = { order, attemptId, attempt, owes };
  // A failed check by the bank says as much about a card as a refusal.
  const isDeclined = reason === "card.declined" || reason === "card.unverified";
  const declined = isDeclined ? { userId: order.userId, from: attempt.from, now: at.now } : undefined;
  const refusals = await Order.invalidateAfter(order.eventId, () =>
    writeEnd(Order.Transitions.decline(step), declined),
  );
  // If another order has the seats or the basket already, only this order is written.
  const written =
    refusals && Order.Refusals.reasonOf(refusals, order)
      ? await write(Order.Transitions.close(step), declined)
      : !refusals;
  if (written) count(reason === "seat.lost" ? "SeatLost" : "Declined");
};
