/**
 * A payment provider's webhook. Its content is read only after its signature, or for Toss the secret in its path, was found right.
 * A webhook only makes the worker ask the gateway. It decides nothing.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Stripe } from "stripe";
import * as z from "zod/mini";
import { fromOrderId } from "#core/gateway/index.ts";
import { keysOf, link } from "#core/lib/config.ts";
import { invalid, Malformed } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { Amount, Currency, Instant, lazy } from "#core/lib/schemas.ts";
import { type Message, post } from "./message.ts";
import { BadSignature, UnknownProvider } from "./schema.ts";

type Received = { provider: string; headers: Record<string, string | undefined>; raw: Buffer; now: number };

/**
 * Sends the worker a message about the payment that a webhook names. Answers the status that the provider expects. 404
 * `webhook.unknown_provider`, 401 `webhook.bad_signature`; after a good signature 400 or 422 for a payload that is not valid.
 */
export const receive = async ({ provider, ...message }: Received): Promise<200 | 202> => {
  const asked = await named(provider, message);
  if (asked === undefined) throw UnknownProvider();
  if (asked) await post(asked);
  return provider.startsWith(tossPrefix) ? 200 : 202;
};

const tossPrefix = "toss.";

/** Null for an event that is not about a payment of ours; undefined for an unknown provider. */
const named = async (provider: string, message: Signed): Promise<Message | null | undefined> => {
  if (provider === "sandbox") return aboutPayment(verify(message));
  if (provider === "stripe") return stripe(message);
  if (!provider.startsWith(tossPrefix)) return undefined;
  const payment = toss(provider.slice(tossPrefix.length), message);
  return payment && aboutPayment(payment);
};

const aboutPayment = ({ paymentId, reference }: Pick<Webhook, "paymentId" | "reference">): Message => ({
  kind: "gateway",
  paymentId,
  reference,
});

type Signed = Omit<Received, "provider">;

/** The current and the previous secret are accepted. */
const stripe = async ({ headers, raw }: Signed): Promise<Message | null> => {
  const { default: Stripe } = await import("stripe");
  const signature = headers["stripe-signature"] ?? "";
  for (const secret of link("StripeWebhooks").secrets) {
    let event: Stripe.Event;
    try {
      event = Stripe.webhooks.constructEvent(raw, signature, secret);
    } catch {
      continue; // it was signed with another secret, or is forged
    }
    const { object } = event.data;
    const dispute = z.safeParse(Dispute, object).data;
    if (dispute) return { kind: "dispute", provider: "stripe", paymentId: dispute.payment_intent };
    const named = z.safeParse(StripeObject, object).data;
    const paymentId = named?.object === "refund" ? named.payment_intent : named?.id;
    return named && paymentId ? { kind: "gateway", paymentId, reference: named.metadata.reference } : null;
  }
  throw BadSignature();
};

/** A dispute (the buyer's bank takes money back), with its payment. */
const Dispute = lazy(() => z.object({ object: z.literal("dispute"), payment_intent: z.string() }));

/** An event about a payment of ours, or about its refund. */
const StripeObject = lazy(() =>
  z.object({
    object: z.enum(["payment_intent", "refund"]),
    id: z.string(),
    payment_intent: z.optional(z.nullable(z.string())),
    metadata: z.object({ reference: z.string().check(z.minLength(1), z.maxLength(300)) }),
  }),
);

/** Toss does not sign, so the path carries a secret. The current and the previous one are accepted. */
const toss = (secret: string, { raw }: Signed): Pick<Webhook, "paymentId" | "reference"> | null | undefined => {
  const given = Buffer.from(Ids.sha256(secret));
  const known = link("TossWebhooks").secrets.map((one) => timingSafeEqual(given, Buffer.from(Ids.sha256(one))));
  if (!known.includes(true)) return undefined;
  const event = z.safeParse(TossEvent, jsonOf(raw)).data?.data;
  const reference = event && fromOrderId(event.orderId);
  return event && reference ? { paymentId: event.paymentKey, reference } : null;
};

const TossEvent = lazy(() =>
  z.object({
    data: z.object({
      paymentKey: z.string().check(z.minLength(1), z.maxLength(200)),
      orderId: z.string().check(z.maxLength(64)),
    }),
  }),
);

/** ms between the signature's time and ours, either way. A replay that comes later is refused. */
const signatureToleranceMs = 5 * 60_000;

/** Not strict: a provider may send more fields later. */
export const Webhook = lazy(() =>
  z.object({
    type: z.enum(["payment.authorised", "payment.declined"]),
    paymentId: z.string().check(z.minLength(1), z.maxLength(100)),
    /** As we named the payment: `<userId>.<orderId>.<attemptId>`. */
    reference: z.string().check(z.minLength(1), z.maxLength(300)),
    status: z.string().check(z.maxLength(40)),
    amount: Amount,
    currency: Currency,
    createdAt: Instant,
  }),
);
export type Webhook = z.infer<typeof Webhook>;

/**
 * The payload of a webhook whose `Onsale-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>` is right at `now` (epoch ms).
 * 401 `webhook.bad_signature`; after a good signature 400 or 422 for a payload that is not valid.
 */
export const verify = ({ headers, raw, now }: Signed): Webhook => {
  const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(headers["onsale-signature"] ?? "") ?? [];
  if (!t || !v1 || Math.abs(now - Number(t) * 1000) > signatureToleranceMs) throw BadSignature();
  const isBy = (key: string) =>
    timingSafeEqual(Buffer.from(v1, "hex"), createHmac("sha256", key).update(`${t}.`).update(raw).digest());
  if (!keysOf("WebhookKey").some(isBy)) throw BadSignature();
  return parse(raw);
};

const jsonOf = (raw: Buffer): unknown => {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    throw Malformed();
  }
};

const parse = (raw: Buffer): Webhook => {
  const result = z.safeParse(Webhook, jsonOf(raw));
  if (result.success) return result.data;
  throw invalid(...result.error.issues.map(({ path, message }) => ({ path: path.join("."), message })));
};
