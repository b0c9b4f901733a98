/** A payment as Stripe has it (a PaymentIntent), in our words. */
import type Stripe from "stripe";
import { type GatewayPayment, UNVERIFIED } from "./provider.ts";
import { fromStripe } from "./stripe-amount.ts";

const STATUS: Record<string, GatewayPayment["status"]> = {
  requires_payment_method: "prepared",
  requires_confirmation: "prepared",
  requires_action: "action",
  processing: "pending",
  requires_capture: "authorised",
  succeeded: "captured",
  canceled: "voided",
};

type Intent = Stripe.PaymentIntent;

const sum = (refunds: Stripe.Refund[], ...of: string[]): number =>
  refunds.filter(({ status }) => of.includes(status ?? "")).reduce((total, { amount }) => total + amount, 0);

/** `refunds`: the payment's refunds that are known. */
export const view = (intent: Intent, refunds: Stripe.Refund[] = []): GatewayPayment => {
  const { id, status, metadata, client_secret: clientSecret, last_payment_error: fault } = intent;
  const currency = intent.currency.toUpperCase();
  const refunded = sum(refunds, "succeeded");
  const declined = status === "requires_payment_method" && fault !== null;
  const url = intent.next_action?.redirect_to_url?.url;
  const given = {
    paymentId: id,
    reference: metadata.reference ?? "",
    amount: fromStripe(intent.amount, currency),
    currency,
    refunded: fromStripe(refunded, currency),
    returning: fromStripe(sum(refunds, "pending", "requires_action"), currency),
  };
  // It may be confirmed again until it is cancelled.
  if (declined) return { ...given, status: "declined", open: true, reason: reasonOf(fault) };
  if (status === "requires_action")
    return {
      ...given,
      status: "action",
      action: url ? { type: "redirect", url } : { type: "stripe", clientSecret: clientSecret ?? "" },
    };
  if (refunded > 0) return { ...given, status: refunded < intent.amount ? "partially_refunded" : "refunded" };
  return { ...given, status: STATUS[status] ?? "pending" }; // an unknown status is not decided yet
};

const reasonOf = ({
  code,
  decline_code,
}: Pick<Stripe.PaymentIntent.LastPaymentError, "code" | "decline_code">): string =>
  code === "payment_intent_authentication_failure" ? UNVERIFIED : (decline_code ?? code ?? "card_declined");
