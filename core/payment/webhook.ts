/** A payment provider's webhook. It only makes the worker ask the gateway. It decides nothing. */
import { provider, providers } from "#core/gateway/index.ts";
import { post } from "./message.ts";
import { UnknownProvider } from "./schema.ts";

type Received = { provider: string; headers: Record<string, string | undefined>; raw: Buffer; now: number };

/**
 * Sends the worker a message about the payment that a webhook names. `provider` is the provider's name; if its webhooks are not signed, a
 * dot and a secret follow. Answers the status that the provider expects. 404 `webhook.unknown_provider`, 401 `webhook.bad_signature`;
 * after a good signature 400 or 422 for a payload that is not valid.
 */
export const receive = async ({ provider: path, ...message }: Received): Promise<200 | 202> => {
  const dot = path.indexOf(".");
  const [named, secret] = dot < 0 ? [path, undefined] : [path.slice(0, dot), path.slice(dot + 1)];
  const name = providers.find((one) => one === named);
  if (!name) throw UnknownProvider();
  const gateway = provider(name);
  const subject = await gateway.webhook({ ...message, secret });
  if (subject === undefined) throw UnknownProvider();
  if (subject) await post({ ...subject, provider: name });
  return gateway.webhookStatus;
};
