/** Objects as they are on the wire. The SDK's types hold their shapes: a field that its API version adds or drops does not compile. */
import { randomBytes } from "node:crypto";
import type Stripe from "stripe";

export const apiVersion: Stripe.LatestApiVersion = "2026-10-28.endive";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const random = (length: number) => Array.from(randomBytes(length), (byte) => letters[byte % 62]).join("");
export const newId = (prefix: string) => `${prefix}_${random(24)}`;
export const seconds = (ms: number) => Math.floor(ms / 1000);

const noAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
const billing = { address: noAddress, email: null, name: null, phone: null, tax_id: null };
const checks = { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" };
const visa = { brand: "visa", country: "US", exp_month: 12, exp_year: 2034, funding: "credit", regulated_status: null };

export const intent = (
  now: number,
  given: Pick<Stripe.PaymentIntent, "amount" | "currency" | "capture_method" | "metadata" | "description"> &
    Pick<Stripe.PaymentIntent, "automatic_payment_methods" | "payment_method_types" | "payment_method" | "status">,
): Stripe.PaymentIntent => {
  const id = newId("pi");
  return {
    id,
    object: "payment_intent",
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    canceled_at: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${random(25)}`,
    confirmation_method: "automatic",
    created: seconds(now),
    customer: null,
    customer_account: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    next_action: null,
    on_behalf_of: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_data: null,
    transfer_group: null,
    ...given,
  };
};

/** Uncaptured authorisations of cards live for seven days. */
export const authorisationMs = 7 * 24 * 3_600_000;

export const charge = (
  now: number,
  { id, amount, currency, metadata, description, payment_method }: Stripe.PaymentIntent,
  card: { number: string; challenged: boolean },
  failure?: { code: string; decline_code?: string; message: string },
): Stripe.Charge => ({
  id: newId("ch"),
  object: "charge",
  amount,
  amount_captured: 0,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: billing,
  calculated_statement_descriptor: "ONSALE",
  captured: false,
  created: seconds(now),
  currency,
  customer: null,
  description,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: failure?.code ?? null,
  failure_message: failure?.message ?? null,
  fraud_details: {},
  livemode: false,
  metadata,
  on_behalf_of: null,
  outcome: {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: failure ? "declined_by_network" : "approved_by_network",
    reason: failure?.decline_code ?? null,
    risk_level: "normal",
    seller_message: failure ? "The bank did not approve it." : "Payment complete.",
    type: failure ? "issuer_declined" : "authorized",
  },
  paid: !failure,
  payment_intent: id,
  payment_method: payment_method as string,
  payment_method_details: {
    type: "card",
    card: {
      ...visa,
      amount_authorized: failure ? null : amount,
      authorization_code: null,
      ...(!failure && { capture_before: seconds(now + authorisationMs) }),
      checks,
      electronic_commerce_indicator: null,
      installments: null,
      last4: card.number.slice(-4),
      mandate: null,
      network: "visa",
      network_transaction_id: null,
      three_d_secure: card.challenged
        ? {
            authentication_flow: "challenge",
            electronic_commerce_indicator: "05",
            exemption_indicator: null,
            result: "authenticated",
            result_reason: null,
            transaction_id: null,
            version: "2.2.0",
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
  },
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: failure ? "failed" : "succeeded",
  transfer_data: null,
  transfer_group: null,
});

export const refund = (
  now: number,
  { id, currency, payment_intent, payment_method }: Stripe.Charge,
  given: Pick<Stripe.Refund, "amount" | "metadata" | "reason" | "status">,
): Stripe.Refund => ({
  id: newId("re"),
  object: "refund",
  balance_transaction: null,
  charge: id,
  created: seconds(now),
  currency,
  customer: null,
  customer_account: null,
  destination_details: {
    type: "card",
    card: { reference_status: "pending", reference_type: "acquirer_reference_number", type: "refund" },
  },
  payment_intent,
  payment_method,
  ...(given.status === "pending" && { pending_reason: "processing" as const }),
  receipt_number: null,
  source_transfer_reversal: null,
  transfer_reversal: null,
  ...given,
});

export const dispute = (now: number, charge: Stripe.Charge, amount: number, reason: string): Stripe.Dispute => ({
  id: newId("du"),
  object: "dispute",
  amount,
  balance_transactions: [],
  charge: charge.id,
  created: seconds(now),
  currency: charge.currency,
  enhanced_eligibility_types: [],
  evidence: { enhanced_evidence: {} } as Stripe.Dispute.Evidence,
  evidence_details: {
    due_by: seconds(now + authorisationMs),
    enhanced_eligibility: {},
    has_evidence: false,
    past_due: false,
    submission_count: 0,
    submission_method: "not_submitted",
  },
  intended_submission_method: null,
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: charge.payment_intent,
  payment_method_details: {
    type: "card",
    card: { brand: "visa", case_type: "chargeback", network: "visa", network_reason_code: "10.4" },
  },
  reason,
  status: "needs_response",
});

/** Twelve hours. */
const tokenMs = 12 * 3_600_000;

export const token = (now: number, number: string, returnUrl: string | null): Stripe.ConfirmationToken => ({
  id: newId("ctoken"),
  object: "confirmation_token",
  created: seconds(now),
  expires_at: seconds(now + tokenMs),
  livemode: false,
  mandate_data: null,
  metadata: null,
  payment_intent: null,
  payment_method_options: null,
  payment_method_preview: {
    type: "card",
    allow_redisplay: "unspecified",
    billing_details: billing,
    customer: null,
    customer_account: null,
    card: {
      ...visa,
      checks,
      display_brand: "visa",
      generated_from: null,
      last4: number.slice(-4),
      networks: { available: ["visa"], preferred: null },
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  },
  return_url: returnUrl,
  setup_future_usage: null,
  setup_intent: null,
  shipping: null,
  use_stripe_sdk: true,
});

export const event = (now: number, type: Stripe.Event.Type, object: object) => ({
  id: newId("evt"),
  object: "event" as const,
  api_version: apiVersion,
  created: seconds(now),
  data: { object },
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
});
export type Event = ReturnType<typeof event>;
