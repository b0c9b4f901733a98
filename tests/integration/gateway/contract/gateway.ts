/** The three gateways in tests: an emulator, cards with known behaviour, a buyer's actions, a ledger, webhooks. */
import Stripe from "stripe";
import { fromOrderId, type ProviderName, toOrderId } from "#core/gateway/index.ts";
import type { CardOptions, ResourceOptions } from "#local/resources.ts";
import { startSandbox } from "#local/sandbox/server.ts";
import { type Delivery, signature } from "#local/sandbox/webhooks.ts";
import { freshSecrets } from "#local/secrets.ts";
import { type StripeOptions, startStripe } from "#local/stripe/server.ts";
import { startToss, type TossOptions } from "#local/toss/server.ts";
import type { PaymentFacts } from "#ops/audit/index.ts";

/** A card's behaviour; a word means the same at each gateway. */
export const behaviours = [
  ...(["approved", "declined", "unknown", "silentBefore", "silentAfter", "failingBefore", "failingAfter"] as const),
  ...(["laterApproved", "laterDeclined", "webhookEarly", "webhookTwice", "webhookForged"] as const),
  ...(["challenged", "challengedDeclined", "captureExpired", "refundPending", "refundFails"] as const),
  "refundFailsLater",
] as const;
export type Behaviour = (typeof behaviours)[number];

export type Entry = PaymentFacts & { currency: string; reason?: string };

/** The attempt that a card's token is for: the one of a payment with this `Idempotency-Key`. `amount`: the amount in the window. */
export type Attempt = { userId: string; orderId: string; attemptId: string; amount: number };

export type Wires = {
  /** Sends webhooks there; returns the status. */
  deliver: (delivery: Delivery) => Promise<number>;
  /** ms until an open payment is decided, or what has to happen first. */
  decide: number | ((reference: string) => Promise<unknown>);
  /** ms until a call without an answer ends. */
  hang: number;
  /** The time of a payment, epoch ms. */
  now?: (reference: string) => number;
};

export type Gateway = {
  name: ProviderName;
  url: string;
  /** The controls of a test. */
  play?: object;
  pay?: unknown;
  links: Pick<ResourceOptions, "gateway" | "secrets"> & CardOptions;
  cards: Partial<Record<Behaviour, string>>;
  /** The page's card data. */
  token: (card: string, attempt: Attempt) => Promise<string>;
  /** Of all users, or of one. */
  ledger: (owner?: string) => Entry[];
  /** The ledger's states that may still take money. */
  undecided: string[];
  /** The gateway's own codes of declined cards. */
  codes: Partial<Record<Behaviour, string>>;
  /** A confirmation captures at once: there is no authorisation alone. */
  takesAtOnce: boolean;
  /** Seconds after which an unconfirmed payment has expired, if nothing can cancel it before. */
  expiresAfter?: number;
  /** A webhook sent at `at` (epoch ms), with the secret and without; and our route's answer to each. */
  webhook: (body: string, at: number, forged?: boolean) => { provider: string; headers: Record<string, string> };
  heard: { genuine: number; forged: number };
  /** The buyer's action on the bank's page. */
  authenticate?: (paymentId: string, passed: boolean) => Promise<unknown>;
  stop: () => Promise<void>;
};

export const sandbox = async ({ deliver, decide, hang }: Wires) => {
  const secrets = freshSecrets();
  const key = "sandbox-key";
  const at = await startSandbox({
    key,
    delays: { hang, decide: typeof decide === "number" ? decide : ({ reference }) => decide(reference) },
    webhooks: { key: secrets.WebhookKey, retries: [], deliver },
  });
  return {
    name: "sandbox" as const,
    url: at.url,
    links: { gateway: { url: at.url, key }, secrets },
    cards: {
      approved: "tok_approve",
      declined: "tok_decline",
      unknown: "tok_nobody",
      silentBefore: "tok_timeout_before",
      silentAfter: "tok_timeout_after",
      laterApproved: "tok_async",
      laterDeclined: "tok_async_decline",
      webhookEarly: "tok_webhook_early",
      webhookTwice: "tok_webhook_twice",
      webhookForged: "tok_webhook_forged",
      captureExpired: "tok_capture_refused",
      refundFails: "tok_refund_refused",
    },
    token: async (card: string) => card,
    ledger: (owner = "") => at.ledger().filter(({ reference }) => reference.startsWith(owner)),
    undecided: ["pending", "authorised"],
    codes: { declined: "card_declined", unknown: "unknown_token" },
    takesAtOnce: false,
    webhook: (body: string, at: number, forged = false) => ({
      provider: "sandbox",
      headers: { "onsale-signature": signature(forged ? "not the shop's key" : secrets.WebhookKey, body, at) },
    }),
    heard: { genuine: 202, forged: 401 },
    stop: at.stop,
  } satisfies Gateway;
};

const STRIPE = {
  secretKey: "sk_test_shop",
  publishableKey: "pk_test_page",
  webhookSecrets: ["whsec_new", "whsec_old"],
};

export const stripe = async ({ deliver, decide, hang }: Wires) => {
  // the SDK waits half a second before it repeats a call whose connection broke
  Object.assign(Stripe.prototype, { getInitialNetworkRetryDelay: () => 0.01 });
  /** `disturb`: the fault of calls that a test sets. */
  const play: Pick<StripeOptions, "disturb"> = {};
  const at = await startStripe({
    key: STRIPE.secretKey,
    publishableKey: STRIPE.publishableKey,
    delays: { hang, decide: typeof decide === "number" ? decide : (id) => decide(referenceOf(id)), search: 0 },
    disturb: (...call) => play.disturb?.(...call),
    webhooks: { secret: "whsec_new", retries: [], deliver },
  });
  /** Of a payment, or of a refund of it. */
  const referenceOf = (id: string): string =>
    at.ledger().find(({ paymentId, refunds }) => paymentId === id || refunds.some((refund) => refund.id === id))
      ?.reference ?? "";
  const ask = async (path: string, body: Record<string, string>) => {
    const headers = { authorization: `Bearer ${STRIPE.secretKey}` };
    const response = await fetch(at.url + path, { method: "POST", headers, body: new URLSearchParams(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text) as { id: string };
  };
  return {
    name: "stripe" as const,
    links: { stripe: { url: at.url, ...STRIPE } },
    url: at.url,
    play,
    cards: {
      approved: "visa",
      declined: "chargeDeclinedInsufficientFunds",
      unknown: "",
      silentBefore: "timeout_before",
      silentAfter: "timeout_after",
      failingBefore: "error_before",
      failingAfter: "error_after",
      laterApproved: "processing",
      laterDeclined: "processing_declined",
      webhookEarly: "webhook_early",
      challenged: "threeDSecure2Required",
      challengedDeclined: "threeDSecureRequiredChargeDeclined",
      captureExpired: "capture_expired",
      refundPending: "pendingRefund",
      refundFails: "refund_failed",
      refundFailsLater: "refundFail",
    },
    /** Stripe's names of test PaymentMethods, without `pm_card_`. */
    token: async (card: string) =>
      card
        ? (await ask("/v1/test_helpers/confirmation_tokens", { payment_method: `pm_card_${card}` })).id
        : "ctoken_nobody",
    ledger: at.ledger,
    undecided: ["pending", "authorised", "declined"], // a declined payment may be confirmed again
    codes: { declined: "insufficient_funds", unknown: "resource_missing", challengedDeclined: "generic_decline" },
    takesAtOnce: false,
    webhook: (body: string, at: number, forged = false) => ({
      provider: "stripe",
      headers: { "stripe-signature": signature(forged ? "whsec_of_somebody_else" : "whsec_new", body, at) },
    }),
    heard: { genuine: 202, forged: 401 },
    authenticate: (paymentId: string, passed: boolean) =>
      ask(`/test/payment_intents/${paymentId}/authenticate`, { outcome: passed ? "complete" : "fail" }),
    stop: at.stop,
  } satisfies Gateway;
};

const TOSS = { secretKey: "test_sk_shop", clientKey: "test_ck_page" };
/** Of the webhooks' path. */
const PATH = "a-path-that-nobody-can-guess-0123456789";

export const toss = async ({ deliver, hang, now }: Wires) => {
  const play: Pick<TossOptions, "disturb"> = {};
  const at = await startToss({
    ...TOSS,
    delays: { hang },
    ...(now && { now: (orderId) => now(fromOrderId(orderId ?? "") ?? "") }),
    disturb: (...call) => play.disturb?.(...call),
    webhooks: { retries: [], deliver },
  });
  return {
    name: "toss" as const,
    links: { toss: { url: at.url, ...TOSS, webhookSecrets: [PATH] } },
    url: at.url,
    play,
    /** 3-D Secure is finished before the window returns. */
    cards: {
      approved: "approve",
      declined: "insufficient",
      unknown: "",
      silentBefore: "timeout_before",
      silentAfter: "timeout_after",
      failingBefore: "provider_error",
      webhookEarly: "webhook_early",
      webhookTwice: "webhook_twice",
      refundFails: "refund_refused",
    },
    /** Opens the window for the attempt and pays in it. */
    token: async (card: string, { userId, orderId, attemptId, amount }: Attempt) =>
      card ? at.pay({ orderId: toOrderId(`${userId}.${orderId}.${attemptId}`), amount }, card) : "nobodys",
    ledger: at.ledger,
    /** The buyer's action in a window. */
    pay: at.pay,
    undecided: [],
    codes: { declined: "REJECT_CARD_PAYMENT" },
    takesAtOnce: true,
    expiresAfter: 31 * 60,
    webhook: (_body: string, _at: number, forged = false) => ({
      provider: forged ? "toss.somebody-elses-guess" : `toss.${PATH}`,
      headers: {},
    }),
    heard: { genuine: 200, forged: 404 },
    stop: at.stop,
  } satisfies Gateway;
};

/** Each gateway, by its provider's name. */
export const gateways = { sandbox, stripe, toss } satisfies Record<ProviderName, (wires: Wires) => Promise<Gateway>>;
