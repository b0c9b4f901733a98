/** What points and cards write and count in the same way, once it is decided whether an attempt pays. */
import { failed } from "#core/lib/dynamo.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import type { Outcome, PaymentMessage } from "./message.ts";
import type { DeclineReason } from "./schema.ts";
import { writeEnd } from "./write.ts";

/** The order is confirmed. */
export const paid = (order: Order.Order, acceptedAt: number | undefined): Outcome => {
  count("Paid");
  count("Revenue", order.total);
  return { outcome: "confirmed", acceptedAt };
};

/** Why an attempt is refused before its card is asked, or its points are taken. */
export type Refusal = Exclude<DeclineReason, "card.unverified" | "payment.unconfirmed" | "payment.capture_failed">;

/** Writes the reason on the order, which stays payable until `payBy`. If the order has changed meanwhile, nothing is written. 503 `order.busy`. */
export const refuse = async (order: Order.Order, message: PaymentMessage, reason: Refusal): Promise<void> => {
  const { attemptId, method, hash, provider } = message;
  // The provider is kept: the gateway may still send messages about the payment that was prepared.
  const attempt = { method, hash, status: "declined", reason, provider } as const;
  const declined = reason === "card.declined" ? { ...message, now: message.acceptedAt } : undefined;
  const refusals = await writeEnd([Order.Transitions.refuse({ order, attemptId, attempt })], declined);
  if (!refusals) {
    count(reason === "seat.lost" ? "SeatLost" : "Declined");
  } else if (!failed(refusals, Order.Refusals.ORDER)) throw Order.OrderBusy();
};
