/** The emulated payment gateways of `npm start`: each is a process, with its keys and its test cards. */
import { fileURLToPath } from "node:url";
import { type ProviderName, providers } from "#core/lib/providers.ts";
import { startChild } from "#local/engines/children.ts";
import type { CardOptions, ResourceOptions } from "#local/resources.ts";
import type { Secrets } from "#local/secrets.ts";

/** The providers of payments by card on this machine. */
export const payments = providers;
export type Payments = ProviderName;

type Options = {
  dataDir: string;
  secrets: Secrets;
  /** The address of the API, for webhooks. */
  publicUrl: string;
  /** How long each call takes, ms. */
  answerMs: number;
};

/** A line of the start's table. */
export type Row = [string, string, string];

/** For each gateway: the options of its process, the API's links to it, and its lines in the start's table. */
const described = {
  sandbox: ({ GatewayKey, WebhookKey }: Secrets) => ({
    options: { key: GatewayKey },
    path: "sandbox",
    webhooks: { key: WebhookKey },
    links: (url: string) => ({ gateway: { url, key: GatewayKey } }),
    rows: (url: string): Row[] => [["Payments", "sandbox", url]],
  }),
  stripe: ({ GatewayKey, WebhookKey }: Secrets) => {
    const key = `sk_test_${GatewayKey}`;
    const publishableKey = `pk_test_${GatewayKey.slice(0, 8)}`;
    const secret = `whsec_${WebhookKey}`;
    return {
      options: { key, publishableKey },
      path: "stripe",
      webhooks: { secret },
      links: (url: string) => ({ stripe: { url, secretKey: key, publishableKey, webhookSecrets: [secret] } }),
      rows: (url: string): Row[] => [
        ["Payments", "Stripe's emulator", url],
        [
          "Test cards",
          "any date and code",
          "4242 4242 4242 4242 is approved, 4000 0000 0000 9995 declined, 4000 0000 0000 3220 asks for 3-D Secure",
        ],
      ],
    };
  },
  toss: ({ GatewayKey, WebhookKey }: Secrets) => {
    const keys = { secretKey: `test_sk_${GatewayKey}`, clientKey: `test_ck_${GatewayKey.slice(0, 8)}` };
    return {
      options: keys,
      path: `toss.${WebhookKey}`,
      webhooks: {},
      links: (url: string) => ({ toss: { url, ...keys, webhookSecrets: [WebhookKey] } }),
      rows: (url: string): Row[] => [
        ["Payments", "Toss's emulator", url],
        ["Test cards", "in its window", "approve is approved, insufficient declined when the order is paid"],
      ],
    };
  },
};

export const startGateway = async (name: Payments, { dataDir, secrets, publicUrl, answerMs }: Options) => {
  const { options, path, webhooks, links, rows } = described[name](secrets);
  const hooks = { ...webhooks, url: `${publicUrl}/v1/payments/webhooks/${path}` };
  const child = await startChild({
    name: `The emulator of ${name}`,
    module: fileURLToPath(new URL("start.ts", import.meta.url)),
    args: [name],
    env: { ONSALE_GATEWAY: JSON.stringify({ ...options, dataDir, webhooks: hooks, delays: { answer: answerMs } }) },
  });
  const url = String(child.ready.url);
  return { ...child, url, links: links(url) as Pick<ResourceOptions, "gateway"> & CardOptions, rows: rows(url) };
};
