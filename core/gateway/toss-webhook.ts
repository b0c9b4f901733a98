/** Toss's webhooks. Their content is read only after the secret in their path was found right. */
import { timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import * as Ids from "#core/lib/ids.ts";
import { lazy } from "#core/lib/schemas.ts";
import { jsonOf } from "./json.ts";
import type { Received, WebhookSubject } from "./provider.ts";
import { fromOrderId } from "./toss-reference.ts";

/** Toss does not sign, so the path carries a secret. The current and the previous one are accepted. */
export const tossWebhook = async ({ secret, raw }: Received): Promise<WebhookSubject | null | undefined> => {
  if (secret === undefined) return undefined;
  const given = Buffer.from(Ids.sha256(secret));
  const known = link("TossWebhooks").secrets.map((one) => timingSafeEqual(given, Buffer.from(Ids.sha256(one))));
  if (!known.includes(true)) return undefined;
  const event = z.safeParse(TossEvent, jsonOf(raw)).data?.data;
  const reference = event && fromOrderId(event.orderId);
  return event && reference ? { kind: "gateway", paymentId: event.paymentKey, reference } : null;
};

const TossEvent = lazy(() =>
  z.object({
    data: z.object({
      paymentKey: z.string().check(z.minLength(1), z.maxLength(200)),
      orderId: z.string().check(z.maxLength(64)),
    }),
  }),
);
