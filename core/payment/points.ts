/** Paying by points: order, seats, basket, wallet and ledger in one transaction. */
import { contend, transact } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import { paid, type Refusal, refuse } from "./decided.ts";
import type { Outcome, PaymentMessage } from "./message.ts";

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

const decline = async (order: Order.Order, message: PaymentMessage, reason: Refusal): Promise<Outcome> => {
  await refuse(order, message, reason);
  return { outcome: reason, acceptedAt: message.acceptedAt };
};
