/** Stripe's and Toss's keys and secrets; stacks/installation.ts has checked them. */
import { given } from "./secrets.ts";
import { production } from "./settings.ts";

/** The current secret and, while it is rotated, the one before it. */
const current = (...names: Parameters<typeof given>[0][]) =>
  names.filter((name) => given(name)).map((name) => new sst.Secret(name).value);

export const stripe = new sst.Linkable("Stripe", {
  properties: { secretKey: new sst.Secret("StripeKey", "none").value },
});

export const stripeWebhooks = new sst.Linkable("StripeWebhooks", {
  properties: { secrets: current("StripeWebhookSecret", "StripeWebhookSecretPrevious") },
});

export const toss = new sst.Linkable("Toss", {
  properties: { secretKey: new sst.Secret("TossSecretKey", "none").value },
});

export const tossWebhooks = new sst.Linkable("TossWebhooks", {
  properties: { secrets: current("TossWebhookPath", "TossWebhookPathPrevious") },
});

/**
 * There once a provider's key was set. Pulumi refuses to delete it in production, so that a deployment without the key ends before it
 * changes anything: what that provider has taken could not be refunded any more. docs/payments.md says how to let go of a provider.
 */
const inUse = (provider: "Stripe" | "Toss") =>
  new aws.ssm.Parameter(
    `${provider}InUse`,
    { name: `/onsale/${$app.stage}/${provider}InUse`, type: "String", value: "Its payments can be refunded." },
    { protect: production, retainOnDelete: production },
  );
if (given("StripeKey")) inUse("Stripe");
if (given("TossSecretKey")) inUse("Toss");

/** Public: a browser turns a card into a token with it. */
export const stripePublishableKey = given("StripePublishableKey");

/** Public: a browser opens the payment window with it. */
export const tossClientKey = given("TossClientKey");
