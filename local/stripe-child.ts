/** Stripe's emulator beside `npm start`: its process, the keys that fit it, and the cards to try. */
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./engines/children.ts";
import type { ResourceOptions } from "./resources.ts";
import type { Secrets } from "./secrets.ts";

type Options = {
  dataDir: string;
  secrets: Secrets;
  /** Where the API hears webhooks. */
  publicUrl: string;
};

export type StripeChild = Child & { keys: NonNullable<ResourceOptions["stripe"]> };

export const startStripe = async ({ dataDir, secrets, publicUrl }: Options): Promise<StripeChild> => {
  const secretKey = `sk_test_${secrets.GatewayKey}`;
  const publishableKey = `pk_test_${secrets.GatewayKey.slice(0, 8)}`;
  const webhookSecret = `whsec_${secrets.WebhookKey}`;
  const child = await startChild({
    name: "Stripe's emulator",
    module: fileURLToPath(new URL("stripe/start.ts", import.meta.url)),
    args: ["--data", dataDir],
    env: {
      ONSALE_STRIPE_KEY: secretKey,
      ONSALE_STRIPE_PUBLISHABLE_KEY: publishableKey,
      ONSALE_STRIPE_WEBHOOK_SECRET: webhookSecret,
      ONSALE_STRIPE_WEBHOOK_URL: `${publicUrl}/v1/payments/webhooks/stripe`,
    },
  });
  const url = String(child.ready.url);
  return { ...child, keys: { url, secretKey, publishableKey, webhookSecrets: [webhookSecret] } };
};

/** A line of the start's table. */
export type Row = [string, string, string];

/** Where it answers, and those of Stripe's own test cards that a visitor tries first. */
export const stripeRows = ({ keys }: StripeChild): Row[] => [
  ["Payments", "Stripe's emulator", keys.url],
  [
    "Test cards",
    "any date and code",
    "4242 4242 4242 4242 is approved, 4000 0000 0000 9995 declined, 4000 0000 0000 3220 asks for 3-D Secure",
  ],
];
