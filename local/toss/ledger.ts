/** The payments in the words of the sandbox's ledger, so that one audit reads them all. */
import { fromOrderId } from "#core/gateway/toss-reference.ts";
import type { Kept } from "./payments.ts";

const words = {
  READY: "prepared",
  IN_PROGRESS: "prepared",
  DONE: "captured",
  PARTIAL_CANCELED: "partially_refunded",
  CANCELED: "refunded",
  ABORTED: "declined",
  EXPIRED: "voided",
} as const;

export const entry = ({ payment, openedAt, history }: Kept) => ({
  paymentId: payment.paymentKey,
  reference: fromOrderId(payment.orderId) ?? payment.orderId,
  status: words[payment.status],
  amount: payment.totalAmount,
  currency: payment.currency,
  refunded: payment.totalAmount - payment.balanceAmount,
  ...(payment.failure && { reason: payment.failure.code }),
  createdAt: new Date(openedAt).toISOString(),
  refunds: (payment.cancels ?? []).map(({ cancelAmount: amount, cancelReason: reason }) => ({ amount, reason })),
  history: history.map((step) => ({ ...step, status: words[step.status as keyof typeof words] })),
});
export type Entry = ReturnType<typeof entry>;
