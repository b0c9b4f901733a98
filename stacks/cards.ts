/** Stripe's and Toss's keys and secrets. Keys that would charge nobody, or real cards by mistake, are refused before anything is made. */
import { given } from "./secrets.ts";
import { production, settings } from "./settings.ts";

/** A mode of its own for each stage: so no two keys are of different modes. */
const check = (name: Parameters<typeof given>[0], form: RegExp): void => {
  const value = given(name);
  if (value === undefined) return;
  const mode = form.exec(value)?.[1];
  if (!mode) throw new Error(`The secret ${name} is not a key of its kind.`);
  if (production && mode === "test") throw new Error(`${name} is a test key, which charges nobody: set a live one.`);
  if (!production && mode === "live")
    throw new Error(`${name} is a live key, which charges real cards: set a test one.`);
};

check("StripeKey", /^(?:sk|rk)_(test|live)_/);
check("StripePublishableKey", /^pk_(test|live)_/);
// keys of the payment widget (gsk, gck) open no payment window
check("TossSecretKey", /^(test|live)_sk_/);
check("TossClientKey", /^(test|live)_ck_/);
if (production && settings.payments === "sandbox")
  throw new Error("The sandbox charges nobody: set ONSALE_PAYMENTS to stripe, toss or none in production.");
const needed = {
  stripe: ["StripeKey", "StripePublishableKey", "StripeWebhookSecret"],
  toss: ["TossSecretKey", "TossClientKey", "TossWebhookPath"],
} as const;
if (settings.payments === "stripe" || settings.payments === "toss")
  for (const name of needed[settings.payments])
    if (!given(name)) throw new Error(`ONSALE_PAYMENTS is ${settings.payments}: set the secret ${name}.`);

// Toss signs nothing: its webhooks' path is all that keeps strangers out
for (const name of ["TossWebhookPath", "TossWebhookPathPrevious"] as const)
  if (!/^[\w-]{32,}$/.test(given(name) ?? "0".repeat(32)))
    throw new Error(`The secret ${name} has 32 or more letters and digits.`);

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
