/** Payments: accepted at once, settled by the worker, and never without their order. */
import { post } from "./message.ts";

export { classify, type LedgerEntry, type Standing, settleEntry } from "./gateway-ledger.ts";
export type { Outcome } from "./message.ts";
export { methods, refusal } from "./methods.ts";
export { form, pay } from "./pay.ts";
export { plan, reconcile } from "./reconcile.ts";
export { cancel, refundByOrganiser } from "./refund.ts";
export { returned } from "./return.ts";
export * from "./schema.ts";
export { settle } from "./settle.ts";
export { receive } from "./webhook.ts";

/** Has the worker send a card's money back: for the Orders stream, when an order has become `refunding`. */
export const requestRefund = ({ userId, orderId }: { userId: string; orderId: string }): Promise<void> =>
  post({ kind: "refund", userId, orderId });
