/** Payments: accepted at once, settled by the worker, and never without their order. */
import { post } from "./message.ts";
import * as Webhook from "./webhook.ts";

export { type Booked, explain, type Standing, standing } from "./book.ts";
export type { Outcome } from "./message.ts";
export { pay } from "./pay.ts";
export { outlook, reconcile } from "./reconcile.ts";
export { cancel, refundByOrganiser } from "./refund.ts";
export * from "./schema.ts";
export { settle } from "./settle.ts";
export { Webhook };

/** Has the worker send a card's money back: for the Orders stream, when an order has become `refunding`. */
export const requestRefund = ({ userId, orderId }: { userId: string; orderId: string }): Promise<void> =>
  post({ kind: "refund", userId, orderId });

/** Hands a verified webhook to the worker. */
export const heard = ({ paymentId, reference }: Webhook.Webhook): Promise<void> =>
  post({ kind: "gateway", paymentId, reference });
