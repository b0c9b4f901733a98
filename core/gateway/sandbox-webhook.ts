/** The sandbox's webhooks. Their content is read only after their signature was found right. */
import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { keysOf } from "#core/lib/config.ts";
import { invalid } from "#core/lib/errors.ts";
import { Amount, Currency, Instant, lazy } from "#core/lib/schemas.ts";
import { BadSignature } from "#core/payment/schema.ts";
import { jsonOf } from "./json.ts";
import type { Received, WebhookSubject } from "./provider.ts";

/** What a webhook is about. Errors as `verify`. */
export const sandboxWebhook = async (received: Received): Promise<WebhookSubject | undefined> => {
  if (received.secret !== undefined) return undefined;
  const { paymentId, reference } = verify(received);
  return { kind: "gateway", paymentId, reference };
};

/** ms between the signature's time and ours, either way. A replay that comes later is refused. */
const signatureToleranceMs = 5 * 60_000;

/** Not strict: a provider may send more fields later. */
export const Webhook = lazy(() =>
  z.object({
    type: z.enum(["payment.authorised", "payment.declined"]),
    paymentId: z.string().check(z.minLength(1), z.maxLength(100)),
    /** As we named the payment: `<userId>.<orderId>.<attemptId>`. */
    reference: z.string().check(z.minLength(1), z.maxLength(300)),
    status: z.string().check(z.maxLength(40)),
    amount: Amount,
    currency: Currency,
    createdAt: Instant,
  }),
);
export type Webhook = z.infer<typeof Webhook>;

/**
 * The payload of a webhook whose `Onsale-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>` is right at `now` (epoch ms).
 * 401 `webhook.bad_signature`; after a good signature 400 or 422 for a payload that is not valid.
 */
export const verify = ({ headers, raw, now }: Omit<Received, "secret">): Webhook => {
  const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(headers["onsale-signature"] ?? "") ?? [];
  if (!t || !v1 || Math.abs(now - Number(t) * 1000) > signatureToleranceMs) throw BadSignature();
  const isBy = (key: string) =>
    timingSafeEqual(Buffer.from(v1, "hex"), createHmac("sha256", key).update(`${t}.`).update(raw).digest());
  if (!keysOf("WebhookKey").some(isBy)) throw BadSignature();
  return parse(raw);
};

const parse = (raw: Buffer): Webhook => {
  const result = z.safeParse(Webhook, jsonOf(raw));
  if (result.success) return result.data;
  throw invalid(...result.error.issues.map(({ path, message }) => ({ path: path.join("."), message })));
};
