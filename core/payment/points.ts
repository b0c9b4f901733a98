/** Paying by points: order, seats, basket, wallet and ledger in one transaction. */
import * as Declines from "#core/declines/index.ts";
import { contend, failed, transact } from "#core/lib/dynamo.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import type { Outcome, PaymentMessage } from "./message.ts";

type Reason =
  | "wallet.insufficient"
  | "card.declined"
  | "card.too_many_declined"
  | "payment.mismatch"
  | "seat.lost"
  | "order.expired";

/** Settles one attempt by points: everything or nothing. Throws if nothing could be decided, and the message comes again. */
export const settlePoints = (message: PaymentMessage, now: number): Promise<Outcome> =>
  contend(() => attempt(message, now), Order.OrderBusy);

/** Undefined if the order or the wallet changed between the read and the write, or if a conflict proves nothing. */
const attempt = async (message: PaymentMessage, now: number): Promise<Outcome | undefined> => {
  const { userId, orderId, attemptId, acceptedAt } = message;
  const [order, { balance }] = await Promise.all([Order.find({ userId, orderId }), Wallet.read({ userId })]);
  if (!order || acceptedAt > order.payBy || !Order.Transitions.mayTry(order, attemptId)) return { outcome: "dropped" };
  if (balance < order.total) return decline(order, message, "wallet.insufficient");
  const points = { method: "points", hash: message.hash, status: "approved" } as const;
  const items = [
    ...Order.Transitions.confirm({ order, attemptId, attempt: points }),
    ...(order.total > 0
      ? Wallet.move({ userId, kind: "payment", amount: -order.total, from: balance, orderId, now })
      : []),
  ];
  const refusals = await transact(items);
  if (!refusals) return paid(order, acceptedAt);
  const reason = Order.Refusals.reasonOf(refusals, order);
  return reason && decline(order, message, reason);
};

export const paid = (order: Order.Order, acceptedAt: number | undefined): Outcome => {
  count("Paid");
  count("Revenue", order.total);
  return { outcome: "confirmed", acceptedAt };
};

/** Writes the reason on the order, which stays payable until `payBy`. If the order has changed meanwhile, nothing is written. */
const decline = async (order: Order.Order, message: PaymentMessage, reason: Reason): Promise<Outcome> => {
  await refuse(order, message, reason);
  return { outcome: reason, acceptedAt: message.acceptedAt };
};

export const refuse = async (order: Order.Order, message: PaymentMessage, reason: Reason): Promise<void> => {
  const { attemptId, method, hash, provider } = message;
  // The provider is kept: the gateway may still send messages about the payment that was prepared.
  const attempt = { method, hash, status: "declined", reason, provider } as const;
  const refusals = await transact([Order.Transitions.refuse({ order, attemptId, attempt })]);
  if (!refusals) {
    count(reason === "seat.lost" ? "SeatLost" : "Declined");
    if (reason === "card.declined") await Declines.declined(message, message.acceptedAt);
  } else if (!failed(refusals, Order.Refusals.ORDER)) throw Order.OrderBusy();
};
