/** A payment provider's webhook: nothing of it is read before its signature is known to be right. */
import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import { invalid, Malformed } from "#core/lib/errors.ts";
import { Amount, Currency, Instant, lazy } from "#core/lib/schemas.ts";
import { BadSignature } from "./schema.ts";

/** How far the signature's time may be from ours, either way: what is replayed later is refused. */
const TOLERANCE = 5 * 60_000;

/** Not strict: a provider may tell more tomorrow. */
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
 * 401 `webhook.bad_signature`; after a good signature 400 or 422 for what is no payload of ours.
 */
export const verify = (args: { headers: Record<string, string | undefined>; raw: Buffer; now: number }): Webhook => {
  const { headers, raw, now } = args;
  const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(headers["onsale-signature"] ?? "") ?? [];
  if (!t || !v1 || Math.abs(now - Number(t) * 1000) > TOLERANCE) throw BadSignature();
  const expected = createHmac("sha256", link("WebhookKey").value).update(`${t}.`).update(raw).digest();
  if (!timingSafeEqual(Buffer.from(v1, "hex"), expected)) throw BadSignature();
  return parse(raw);
};

const parse = (raw: Buffer): Webhook => {
  let body: unknown;
  try {
    body = JSON.parse(raw.toString("utf8"));
  } catch {
    throw Malformed();
  }
  const result = z.safeParse(Webhook, body);
  if (result.success) return result.data;
  throw invalid(...result.error.issues.map(({ path, message }) => ({ path: path.join("."), message })));
};
