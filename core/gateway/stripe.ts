/**
 * Stripe: a payment is a PaymentIntent. It is made unconfirmed, confirmed with a ConfirmationToken of the Payment Element, and captured
 * manually. The SDK is loaded only when a card is paid.
 */
import type Stripe from "stripe";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import {
  GatewayMisconfigured,
  type GatewayPayment,
  GatewayRefused,
  GatewaySilent,
  type PaymentProvider,
} from "./provider.ts";
import { stripeRefusal, toStripe } from "./stripe-amount.ts";
import { view } from "./stripe-payment.ts";
import { stripeWebhook } from "./stripe-webhook.ts";

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

type Fault = { type?: string; code?: string; statusCode?: number; message?: string };

/**
 * Calls Stripe, and turns its errors into ours. A change is refused only if Stripe says so itself, with its own code. After any other
 * error the outcome is unknown.
 */
const ask = async <T>(call: (stripe: Stripe) => Promise<T>, refused = GatewayRefused): Promise<T> => {
  try {
    return await call(await sdk());
  } catch (error) {
    const { type, code = "", statusCode, message = "" } = error as Fault;
    if (type === "StripeAuthenticationError" || type === "StripePermissionError")
      throw GatewayMisconfigured("stripe", message);
    if (type === "StripeCardError" || type === "StripeInvalidRequestError") throw refused(code || "invalid_request");
    throw GatewaySilent(`${type ?? (error as Error).name} ${statusCode ?? ""} ${code}`);
  }
};

const EXPANDED = { expand: ["latest_charge"] };

const refundsOf = async (paymentId: string): Promise<Stripe.Refund[]> =>
  (await ask((stripe) => stripe.refunds.list({ payment_intent: paymentId, limit: 100 }), GatewaySilent)).data;

/** The statuses of a dispute in which Stripe refuses refunds. */
const blocking = new Set<string>(["needs_response", "under_review", "lost"] satisfies Stripe.Dispute.Status[]);

/** A charge counts its pending refunds as refunded. So its refunds are read: they say what went back. */
const get = async (paymentId: string): Promise<GatewayPayment> => {
  const intent = await ask((stripe) => stripe.paymentIntents.retrieve(paymentId, EXPANDED), GatewaySilent);
  const { status, latest_charge: charge } = intent;
  const returned = status === "succeeded" && typeof charge === "object" && charge && charge.amount_refunded > 0;
  return view(intent, returned ? await refundsOf(paymentId) : []);
};

/** The amount as Stripe writes it. `refusal` has refused other amounts before. */
const exact = (amount: number, currency: string): number => {
  const written = toStripe(amount, currency);
  if (written === undefined) throw GatewayRefused(`${amount} ${currency} cannot be written`);
  return written;
};

/** Stripe repeats its first answer to a key for a day, also an error. So a later try has another key. */
const ofMinute = (key: string): string => `${key}:${Math.floor(now() / 60_000)}`;

export const stripe: PaymentProvider = {
  name: "stripe",
  refusal: stripeRefusal,
  form: () => ({ provider: "stripe", publishableKey: link("Settings").stripePublicKey ?? "" }),
  window: () => undefined,
  webhook: stripeWebhook,
  webhookStatus: 202,
  get,

  prepare: async ({ reference, amount, currency, key }) =>
    view(
      await ask((stripe) =>
        stripe.paymentIntents.create(
          {
            amount: exact(amount, currency),
            currency: currency.toLowerCase(),
            capture_method: "manual",
            automatic_payment_methods: { enabled: true },
            metadata: { reference },
          },
          { idempotencyKey: ofMinute(key) },
        ),
      ),
    ),

  // A declined card and a token that cannot be used are answers. The payment itself says the first. The second is declined here.
  authorise: async ({ paymentId, token, returnUrl, key }) => {
    try {
      const confirm = { confirmation_token: token, return_url: returnUrl, use_stripe_sdk: true, ...EXPANDED };
      return view(await ask((stripe) => stripe.paymentIntents.confirm(paymentId, confirm, { idempotencyKey: key })));
    } catch (error) {
      if (!GatewayRefused.is(error)) throw error;
      const payment = await get(paymentId);
      if (payment.status !== "prepared") return payment;
      return { ...payment, status: "declined", open: true, reason: (error as Error).message };
    }
  },

  // The payment's state lets each of these happen once, without a key.
  capture: async ({ paymentId }) => view(await ask((stripe) => stripe.paymentIntents.capture(paymentId, EXPANDED))),
  void: async ({ paymentId }) => view(await ask((stripe) => stripe.paymentIntents.cancel(paymentId, EXPANDED))),

  // A refund with this name that exists already is not made again. One that the card's bank has sent back is not made again either: a
  // person looks at it. Of two at the same time the key makes one.
  refund: async ({ paymentId, amount, key }) => {
    const [intent, made] = await Promise.all([
      ask((stripe) => stripe.paymentIntents.retrieve(paymentId), GatewaySilent),
      refundsOf(paymentId),
    ]);
    const known = made.filter(({ metadata }) => metadata?.refund === key);
    if (known.some(({ status }) => status === "failed")) throw GatewayRefused("refund_failed");
    if (known.length > 0) return view(intent, made);
    const refund = {
      payment_intent: paymentId,
      amount: exact(amount, intent.currency.toUpperCase()),
      metadata: { refund: key, reference: intent.metadata.reference ?? "" },
    };
    return view(intent, [
      ...made,
      await ask((stripe) => stripe.refunds.create(refund, { idempotencyKey: ofMinute(key) })),
    ]);
  },

  disputed: async (paymentId) => {
    const all = await ask((stripe) => stripe.disputes.list({ payment_intent: paymentId, limit: 100 }), GatewaySilent);
    return all.data.some(({ status }) => blocking.has(status));
  },

  find: async (reference) => {
    const query = `metadata['reference']:'${reference}'`;
    return (await ask((stripe) => stripe.paymentIntents.search({ query }), GatewaySilent)).data.map((found) =>
      view(found),
    );
  },
};
