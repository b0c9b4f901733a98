/**
 * The payment providers that take real cards, as what is deployed has to know them: links, secrets, and what the checkout may load.
 * Pure data; the code of a provider is in core/gateway/. CONTRIBUTING.md has the steps to add one.
 */
import type { ProviderName } from "#core/gateway/schema.ts";

/** Where a provider's form, its frames and its calls come from. */
export type GatewaySources = { script: readonly string[]; frame: readonly string[]; connect: readonly string[] };

type CardProvider = {
  /** What the services that ask it are linked to: our secret key there, which is the secret of this name. */
  link: string;
  secretKey: string;
  /** What the service that hears its webhooks is linked to: the current secret, and the one before it while it is rotated. */
  webhooks: { link: string; secrets: readonly string[] };
  /** The secret of the key that a browser may have, and the setting that the API tells it by. */
  publicKey: { secret: string; setting: string };
  sources: GatewaySources;
};

export const cardProviders = {
  stripe: {
    link: "Stripe",
    secretKey: "StripeKey",
    webhooks: { link: "StripeWebhooks", secrets: ["StripeWebhookSecret", "StripeWebhookSecretPrevious"] },
    publicKey: { secret: "StripePublishableKey", setting: "stripePublishableKey" },
    // docs.stripe.com/security/guide#content-security-policy, 2026-11-27; its maps are for addresses, which we do not ask for
    sources: {
      script: ["https://js.stripe.com", "https://*.js.stripe.com"],
      frame: ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
      connect: ["https://api.stripe.com"],
    },
  },
  toss: {
    link: "Toss",
    secretKey: "TossSecretKey",
    webhooks: { link: "TossWebhooks", secrets: ["TossWebhookPath", "TossWebhookPathPrevious"] },
    publicKey: { secret: "TossClientKey", setting: "tossClientKey" },
    // its window and its calls have several hosts
    sources: {
      script: ["https://js.tosspayments.com"],
      frame: ["https://*.tosspayments.com"],
      connect: ["https://*.tosspayments.com"],
    },
  },
} as const satisfies Record<Exclude<ProviderName, "sandbox">, CardProvider>;

export type CardProviderName = keyof typeof cardProviders;
export const cardProviderNames = Object.keys(cardProviders) as CardProviderName[];

type Any = (typeof cardProviders)[CardProviderName];
export type ProviderLink = Any["link"];
export type WebhookLink = Any["webhooks"]["link"];

const all = Object.values(cardProviders);
export const providerLinks: readonly ProviderLink[] = all.map(({ link }) => link);
export const webhookLinks: readonly WebhookLink[] = all.map(({ webhooks }) => webhooks.link);
/** Every secret of a provider, by the name that an operator sets. */
export const providerSecrets = all.flatMap(({ secretKey, webhooks, publicKey }) => [
  secretKey,
  ...webhooks.secrets,
  publicKey.secret,
]);
export type ProviderSecret = (typeof providerSecrets)[number];
