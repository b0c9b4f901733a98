/** The payments in the words of the sandbox's ledger, so that one audit reads both. */

import { minorUnits } from "#core/lib/currency.ts";
import { stripeDigits } from "./currency.ts";
import type { Payment } from "./store.ts";
import { latest } from "./world.ts";

/** Stripe's amount in ISO 4217's minor units, as the audit's orders have it. */
const iso = (amount: number, currency: string): number =>
  amount * 10 ** (minorUnits(currency) - stripeDigits(currency.toLowerCase()));

const statusOf = ({ intent, refunds }: Payment, refunded: number) => {
  const { status, amount_received: received, last_payment_error: error } = intent;
  if (status === "requires_action" || status === "processing") return "pending";
  if (status === "requires_capture") return "authorised";
  if (status === "canceled") return "voided";
  if (status !== "succeeded") return error ? "declined" : "prepared";
  return refunds.length === 0 || refunded === 0 ? "captured" : refunded < received ? "partially_refunded" : "refunded";
};

export const entry = (payment: Payment) => {
  const { intent, refunds, disputes, history } = payment;
  const charge = latest(payment);
  const refunded = charge?.captured ? charge.amount_refunded : 0;
  const error = intent.last_payment_error;
  const currency = intent.currency.toUpperCase();
  return {
    paymentId: intent.id,
    reference: intent.metadata.reference ?? "",
    metadata: intent.metadata,
    status: statusOf(payment, refunded),
    amount: iso(intent.amount_received || intent.amount, currency),
    currency,
    refunded: iso(refunded, currency),
    ...(error && { reason: error.decline_code ?? error.code }),
    createdAt: new Date(intent.created * 1000).toISOString(),
    refunds: refunds.map(({ id, amount, status, metadata }) => ({
      id,
      amount: iso(amount, currency),
      status,
      metadata,
    })),
    disputes: disputes.map(({ id, amount, status }) => ({ id, amount: iso(amount, currency), status })),
    history,
  };
};
export type Entry = ReturnType<typeof entry>;
