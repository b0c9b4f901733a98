/**
 * Stripe: a payment is a PaymentIntent, prepared unconfirmed, confirmed with a ConfirmationToken of the Payment Element, captured by
 * hand. Its SDK is loaded when a card is paid, and by nothing else.
 */
import type Stripe from "stripe";
import { link } from "#core/lib/config.ts";
import { count } from "#core/lib/metrics.ts";
import { type GatewayPayment, GatewayRefused, GatewaySilent, type PaymentProvider, UNVERIFIED } from "./provider.ts";
import { fromStripe, toStripe } from "./stripe-amount.ts";

/** ms for one call. The SDK repeats one whose connection broke; the rest of a settlement fits into the worker's 10 s. */
const gatewayTimeoutMs = 2_500;

let client: { secretKey: string; stripe: Promise<Stripe> } | undefined;

const connect = async (): Promise<Stripe> => {
  const { default: Sdk } = await import("stripe");
  const { secretKey, url } = link("Stripe");
  const at = url === undefined ? undefined : new URL(url);
  return new Sdk(secretKey, {
    timeout: gatewayTimeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
    ...(at && { protocol: "http" as const, host: at.hostname, port: at.port }),
  });
};

const sdk = (): Promise<Stripe> => {
  const { secretKey } = link("Stripe");
  if (client?.secretKey !== secretKey) client = { secretKey, stripe: connect() };
  return client.stripe;
};

/** Codes by which Stripe says that the state of what is there forbids the change. */
const FORBIDDEN = new Set([
  "payment_intent_unexpected_state",
  "charge_already_captured",
  "charge_already_refunded",
  "charge_expired_for_capture",
  "charge_disputed",
  "refund_disputed_payment",
  "amount_too_large",
]);

type Fault = { type?: string; code?: string; statusCode?: number; message?: string };

/** What a call of Stripe's failed with, as our providers say it: anything that is not known to be a refusal leaves the outcome open. */
const told = async <T>(call: (stripe: Stripe) => Promise<T>): Promise<T> => {
  try {
    return await call(await sdk());
  } catch (error) {
    const { type, code = "", statusCode, message = "" } = error as Fault;
    if (FORBIDDEN.has(code)) throw GatewayRefused(code);
    if (type === "StripeAuthenticationError" || type === "StripePermissionError") throw GatewayMisconfigured(message);
    if (type === "StripeCardError" || type === "StripeInvalidRequestError") throw error;
    throw GatewaySilent(`${type ?? (error as Error).name} ${statusCode ?? ""} ${code}`);
  }
};

/** Our keys are wrong: nothing is decided, and an operator is called. */
const GatewayMisconfigured = (message: string): Error => {
  count("GatewayMisconfigured");
  return GatewaySilent(`Stripe does not accept our key: ${message}`);
};

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

const view = (intent: Intent): GatewayPayment => {
  const { id, status, metadata, client_secret: clientSecret, last_payment_error: fault } = intent;
  const currency = intent.currency.toUpperCase();
  const charge = typeof intent.latest_charge === "object" ? intent.latest_charge : null;
  const refunded = status === "succeeded" ? (charge?.amount_refunded ?? 0) : 0;
  const declined = status === "requires_payment_method" && fault !== null;
  const url = intent.next_action?.redirect_to_url?.url;
  const given = {
    paymentId: id,
    reference: metadata.reference ?? "",
    amount: fromStripe(intent.amount, currency),
    currency,
    refunded: fromStripe(refunded, currency),
  };
  // it may be confirmed again until it is cancelled
  if (declined) return { ...given, status: "declined", open: true, reason: reasonOf(fault) };
  if (status === "requires_action")
    return {
      ...given,
      status: "action",
      action: url ? { type: "redirect", url } : { type: "stripe", clientSecret: clientSecret ?? "" },
    };
  if (refunded > 0) return { ...given, status: refunded < intent.amount ? "partially_refunded" : "refunded" };
  return { ...given, status: STATUS[status] ?? "pending" }; // one that is new there is not decided here
};

const reasonOf = ({
  code,
  decline_code,
}: Pick<Stripe.PaymentIntent.LastPaymentError, "code" | "decline_code">): string =>
  code === "payment_intent_authentication_failure" ? UNVERIFIED : (decline_code ?? code ?? "card_declined");

const EXPANDED = { expand: ["latest_charge"] };

const get = async (paymentId: string): Promise<GatewayPayment> =>
  view(await told((stripe) => stripe.paymentIntents.retrieve(paymentId, EXPANDED)));

/** Stripe's amount; what it cannot write was refused before anything was asked. */
const exact = (amount: number, currency: string): number => {
  const written = toStripe(amount, currency);
  if (written === undefined) throw GatewayRefused(`${amount} ${currency} cannot be written`);
  return written;
};

export const stripe: PaymentProvider = {
  name: "stripe",
  takes: (amount, currency) => toStripe(amount, currency) !== undefined,
  get,

  prepare: async ({ reference, amount, currency, key }) =>
    view(
      await told((stripe) =>
        stripe.paymentIntents.create(
          {
            amount: exact(amount, currency),
            currency: currency.toLowerCase(),
            capture_method: "manual",
            automatic_payment_methods: { enabled: true },
            metadata: { reference },
          },
          { idempotencyKey: key },
        ),
      ),
    ),

  // a declined card and a token that cannot be used are answers; the payment itself says the first, and the second is declined here
  authorise: async ({ paymentId, token, returnUrl, key }) => {
    try {
      const confirm = { confirmation_token: token, return_url: returnUrl, use_stripe_sdk: true, ...EXPANDED };
      return view(await told((stripe) => stripe.paymentIntents.confirm(paymentId, confirm, { idempotencyKey: key })));
    } catch (error) {
      const { type, code } = error as Fault;
      if (GatewayRefused.is(error) || type === "StripeCardError") return get(paymentId);
      if (type !== "StripeInvalidRequestError") throw error;
      const payment = await get(paymentId);
      return payment.status === "prepared"
        ? { ...payment, status: "declined", open: true, reason: code ?? "invalid_token" }
        : payment;
    }
  },

  capture: async ({ paymentId, key }) =>
    view(await told((stripe) => stripe.paymentIntents.capture(paymentId, EXPANDED, { idempotencyKey: key }))),

  void: async ({ paymentId, key }) =>
    view(await told((stripe) => stripe.paymentIntents.cancel(paymentId, EXPANDED, { idempotencyKey: key }))),

  // Stripe forgets a key after a day: a refund by this name that is there already is not made again
  refund: async ({ paymentId, amount, key }) => {
    const { currency } = await get(paymentId);
    const made = await told((stripe) => stripe.refunds.list({ payment_intent: paymentId, limit: 100 }));
    const known = made.data.find(
      ({ metadata, status }) => metadata?.refund === key && status !== "failed" && status !== "canceled",
    );
    if (!known)
      await told((stripe) =>
        stripe.refunds.create(
          { payment_intent: paymentId, amount: exact(amount, currency), metadata: { refund: key } },
          { idempotencyKey: `${key}:${made.data.length}` },
        ),
      );
    return get(paymentId);
  },

  find: async (reference) => {
    const query = `metadata['reference']:'${reference}'`;
    return (await told((stripe) => stripe.paymentIntents.search({ query, ...EXPANDED_LIST }))).data.map(view);
  },
};

const EXPANDED_LIST = { expand: ["data.latest_charge"] };
