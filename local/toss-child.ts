/** Toss's emulator beside `npm start`: its process, the keys that fit it, and the cards to try. */
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./engines/children.ts";
import type { ResourceOptions } from "./resources.ts";
import type { Secrets } from "./secrets.ts";
import type { Row } from "./stripe-child.ts";

type Options = {
  dataDir: string;
  secrets: Secrets;
  /** Where the API hears webhooks. */
  publicUrl: string;
};

export type TossChild = Child & { keys: NonNullable<ResourceOptions["toss"]> };

export const startToss = async ({ dataDir, secrets, publicUrl }: Options): Promise<TossChild> => {
  const secretKey = `test_sk_${secrets.GatewayKey}`;
  const clientKey = `test_ck_${secrets.GatewayKey.slice(0, 8)}`;
  const child = await startChild({
    name: "Toss's emulator",
    module: fileURLToPath(new URL("toss/start.ts", import.meta.url)),
    args: ["--data", dataDir],
    env: {
      ONSALE_TOSS_KEY: secretKey,
      ONSALE_TOSS_CLIENT_KEY: clientKey,
      ONSALE_TOSS_WEBHOOK_URL: `${publicUrl}/v1/payments/webhooks/toss.${secrets.WebhookKey}`,
    },
  });
  const url = String(child.ready.url);
  return { ...child, keys: { url, secretKey, clientKey, webhookSecrets: [secrets.WebhookKey] } };
};

/** Where it answers, and the cards of its window that a visitor tries first. */
export const tossRows = ({ keys }: TossChild): Row[] => [
  ["Payments", "Toss's emulator", keys.url],
  ["Test cards", "in its window", "approve is approved, insufficient declined when the order is paid"],
];
