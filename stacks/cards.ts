/** Stripe's keys and secrets. Keys that would charge nobody, or real cards by mistake, are refused before anything is made. */
import { given } from "./secrets.ts";
import { production, settings } from "./settings.ts";

/** A mode of its own for each stage: so no two keys are of different modes. */
const check = (name: "StripeKey" | "StripePublishableKey", kind: string): void => {
  const value = given(name);
  if (value === undefined) return;
  const mode = new RegExp(`^(?:${kind})_(test|live)_`).exec(value)?.[1];
  if (!mode) throw new Error(`The secret ${name} is not a key of Stripe's of its kind.`);
  if (production && mode === "test") throw new Error(`${name} is a test key, which charges nobody: set a live one.`);
  if (!production && mode === "live")
    throw new Error(`${name} is a live key, which charges real cards: set a test one.`);
};

check("StripeKey", "sk|rk");
check("StripePublishableKey", "pk");
if (production && settings.payments === "sandbox")
  throw new Error("The sandbox charges nobody: set ONSALE_PAYMENTS to stripe or none in production.");
if (settings.payments === "stripe")
  for (const name of ["StripeKey", "StripePublishableKey", "StripeWebhookSecret"] as const)
    if (!given(name)) throw new Error(`ONSALE_PAYMENTS is stripe: set the secret ${name}.`);

/** The current secret and, while it is rotated, the one before it. */
const webhookSecrets = (["StripeWebhookSecret", "StripeWebhookSecretPrevious"] as const)
  .filter((name) => given(name))
  .map((name) => new sst.Secret(name).value);

export const stripe = new sst.Linkable("Stripe", {
  properties: { secretKey: new sst.Secret("StripeKey", "none").value },
});

export const stripeWebhooks = new sst.Linkable("StripeWebhooks", { properties: { secrets: webhookSecrets } });

/** Public: a browser turns a card into a token with it. */
export const stripePublishableKey = given("StripePublishableKey");
