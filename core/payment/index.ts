/** Payments. A payment is accepted at once, and a worker settles it together with its order. */
import { post } from "./message.ts";

export { classify, type LedgerEntry, type Standing, settleEntry } from "./gateway-ledger.ts";
export type { Outcome } from "./message.ts";
export { methods, refusal } from "./methods.ts";
export { form, pay } from "./pay.ts";
export { plan, reconcile } from "./reconcile.ts";
export { cancel, type Ending, endWithEvent, refundByOrganiser } from "./refund.ts";
export { returned } from "./return.ts";
export * from "./schema.ts";
export { settle } from "./settle.ts";
export { receive } from "./webhook.ts";

/** Sends the worker a message to refund a card. The Orders stream calls it when an order has become `refunding`. */
export const requestRefund = ({ userId, orderId }: { userId: string; orderId: string }): Promise<void> =>
  post({ kind: "refund", userId, orderId });
