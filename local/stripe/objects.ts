/**
 * Objects as they are on the wire. The SDK's types hold their shapes: a field that an API version adds or retypes does not compile.
 * Over 200 lines: it is one flat list of objects, in the order in which a payment makes them.
 */
import { randomBytes } from "node:crypto";
import type Stripe from "stripe";

export const apiVersion: Stripe.LatestApiVersion = "2026-10-28.endive";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const random = (length: number) => Array.from(randomBytes(length), (byte) => letters[byte % 62]).join("");
export const newId = (prefix: string) => `${prefix}_${random(24)}`;
export const seconds = (ms: number) => Math.floor(ms / 1000);

type Words<T extends string> = T extends `${infer First} ${infer Rest}` ? First | Words<Rest> : T;
/** The fields that this emulator never fills; one that may not be null does not compile. */
const nulls = <const T extends string[]>(...lines: T) =>
  Object.fromEntries(lines.flatMap((line) => line.split(" ").map((name) => [name, null]))) as Record<
    Words<T[number]>,
    null
  >;

const noAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
const billing = { address: noAddress, email: null, name: null, phone: null, tax_id: null };
const checks = { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" };
const visa = { brand: "visa", country: "US", exp_month: 12, exp_year: 2034, funding: "credit", regulated_status: null };

export const intent = (
  now: number,
  given: Pick<Stripe.PaymentIntent, "amount" | "currency" | "capture_method" | "metadata" | "description"> &
    Pick<
      Stripe.PaymentIntent,
      | "automatic_payment_methods"
      | "allowed_payment_method_types"
      | "payment_method_types"
      | "payment_method"
      | "status"
    >,
): Stripe.PaymentIntent => {
  const id = newId("pi");
  return {
    id,
    object: "payment_intent",
    ...nulls(
      "application application_fee_amount canceled_at cancellation_reason customer customer_account",
      "excluded_payment_method_types last_payment_error latest_charge managed_payments next_action",
      "on_behalf_of payment_method_configuration_details payment_record processing receipt_email review",
      "setup_future_usage shipping source statement_descriptor statement_descriptor_suffix transfer_data",
      "transfer_group",
    ),
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    client_secret: `${id}_secret_${random(25)}`,
    confirmation_method: "automatic",
    created: seconds(now),
    livemode: false,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: "automatic" },
    },
    ...given,
  };
};

const challenged = {
  ...nulls("exemption_indicator result_reason transaction_id"),
  ...{
    authentication_flow: "challenge",
    electronic_commerce_indicator: "05",
    result: "authenticated",
    version: "2.2.0",
  },
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
  ...nulls(
    "application application_fee application_fee_amount balance_transaction customer",
    "failure_balance_transaction on_behalf_of receipt_email receipt_number receipt_url review shipping",
    "source source_transfer statement_descriptor statement_descriptor_suffix transfer_data transfer_group",
  ),
  amount,
  amount_captured: 0,
  amount_refunded: 0,
  billing_details: billing,
  calculated_statement_descriptor: "ONSALE",
  captured: false,
  created: seconds(now),
  currency,
  description,
  disputed: false,
  failure_code: failure?.code ?? null,
  failure_message: failure?.message ?? null,
  fraud_details: {},
  livemode: false,
  metadata,
  outcome: {
    ...nulls("advice_code network_advice_code network_decline_code"),
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
      ...nulls("authorization_code electronic_commerce_indicator installments mandate network_transaction_id"),
      ...nulls("transaction_link_id wallet"),
      ...(!failure && { capture_before: seconds(now + authorisationMs) }),
      checks,
      last4: card.number.slice(-4),
      network: "visa",
      three_d_secure: card.challenged ? challenged : null,
    },
  },
  refunded: false,
  status: failure ? "failed" : "succeeded",
});

export const refund = (
  now: number,
  { id, currency, payment_intent, payment_method }: Stripe.Charge,
  given: Pick<Stripe.Refund, "amount" | "metadata" | "reason" | "status">,
): Stripe.Refund => ({
  id: newId("re"),
  object: "refund",
  ...nulls(
    "balance_transaction customer customer_account receipt_number source_transfer_reversal",
    "transfer_reversal",
  ),
  charge: id,
  created: seconds(now),
  currency,
  destination_details: {
    type: "card",
    card: { reference_status: "pending", reference_type: "acquirer_reference_number", type: "refund" },
  },
  payment_intent,
  payment_method,
  ...(given.status === "pending" && { pending_reason: "processing" as const }),
  ...given,
});

export const dispute = (now: number, charge: Stripe.Charge, status: Stripe.Dispute.Status): Stripe.Dispute => ({
  id: newId("du"),
  object: "dispute",
  amount: charge.amount_captured,
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
  is_charge_refundable: status.startsWith("warning_"),
  livemode: false,
  metadata: {},
  payment_intent: charge.payment_intent,
  payment_method_details: {
    type: "card",
    card: { brand: "visa", case_type: "chargeback", network: "visa", network_reason_code: "10.4" },
  },
  reason: "fraudulent",
  status,
});

/** Twelve hours. */
const tokenMs = 12 * 3_600_000;

export const token = (now: number, number: string, returnUrl: string | null): Stripe.ConfirmationToken => ({
  id: newId("ctoken"),
  object: "confirmation_token",
  ...nulls("mandate_data metadata payment_intent payment_method_options setup_future_usage setup_intent shipping"),
  created: seconds(now),
  expires_at: seconds(now + tokenMs),
  livemode: false,
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
