/**
 * The payment providers that take real cards, as pure data for the deployment: links, secrets, and sources that the checkout may load.
 * The code of a provider is in core/gateway/. CONTRIBUTING.md has the steps to add one.
 */
import type { CardProvider } from "#core/lib/providers.ts";

/** The sources of a provider's form, its frames and its calls. */
export type GatewaySources = { script: readonly string[]; frame: readonly string[]; connect: readonly string[] };

export type Described = {
  /** The link of services that call the provider. It has our secret key there, which is the secret named `secretKey`. */
  link: string;
  secretKey: string;
  /** The secret that holds the browser's public key. */
  publicKey: string;
  /** The form of these two keys. What it captures is the key's mode, `test` or `live`. */
  keyForms: { secret: RegExp; public: RegExp };
  /** The link of the service that receives its webhooks: the current secret, and the previous one while it is rotated. */
  webhooks: { link: string; secrets: readonly [string, string]; form?: { is: RegExp; right: string } };
  sources: GatewaySources;
};

export const cardProviders = {
  stripe: {
    link: "Stripe",
    secretKey: "StripeKey",
    webhooks: { link: "StripeWebhooks", secrets: ["StripeWebhookSecret", "StripeWebhookSecretPrevious"] },
    publicKey: "StripePublishableKey",
    keyForms: { secret: /^(?:sk|rk)_(test|live)_/, public: /^pk_(test|live)_/ },
    // docs.stripe.com/security/guide#content-security-policy, 2026-11-27. Its sources for maps are left out: they are for addresses, which
    // we do not ask for
    sources: {
      script: ["https://js.stripe.com", "https://*.js.stripe.com"],
      frame: ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
      connect: ["https://api.stripe.com"],
    },
  },
  toss: {
    link: "Toss",
    secretKey: "TossSecretKey",
    publicKey: "TossClientKey",
    // keys of the payment widget (gsk, gck) open no payment window
    keyForms: { secret: /^(test|live)_sk_/, public: /^(test|live)_ck_/ },
    webhooks: {
      link: "TossWebhooks",
      secrets: ["TossWebhookPath", "TossWebhookPathPrevious"],
      // Toss signs nothing: its webhooks' path is all that keeps strangers out
      form: { is: /^[\w-]{32,}$/, right: "32 or more letters and digits" },
    },
    // its window and its calls use several hosts
    sources: {
      script: ["https://js.tosspayments.com"],
      frame: ["https://*.tosspayments.com"],
      connect: ["https://*.tosspayments.com"],
    },
  },
} as const satisfies Record<CardProvider, Described>;

export type CardProviderName = CardProvider;
export const cardProviderNames = Object.keys(cardProviders) as CardProviderName[];

type Any = (typeof cardProviders)[CardProviderName];
export type ProviderLink = Any["link"];
export type WebhookLink = Any["webhooks"]["link"];

const all = Object.values(cardProviders);
export const providerLinks: readonly ProviderLink[] = all.map(({ link }) => link);
export const webhookLinks: readonly WebhookLink[] = all.map(({ webhooks }) => webhooks.link);
/** All secrets of the providers, by the names that an operator sets. */
export const providerSecrets = all.flatMap(({ secretKey, webhooks, publicKey }) => [
  secretKey,
  ...webhooks.secrets,
  publicKey,
]);
export type ProviderSecret = (typeof providerSecrets)[number];

/** The setting under which the API publishes a provider's public key. */
export const publicKeySetting = (name: CardProviderName) => `${name}PublicKey` as const;
