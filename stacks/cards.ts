/** Stripe's and Toss's keys and secrets; stacks/installation.ts has checked them. */
import { given } from "./secrets.ts";

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

/** Public: a browser turns a card into a token with it. */
export const stripePublishableKey = given("StripePublishableKey");

/** Public: a browser opens the payment window with it. */
export const tossClientKey = given("TossClientKey");
