/** Stripe's webhooks. Their content is read only after their signature was found right. */
import type { Stripe } from "stripe";
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import { lazy } from "#core/lib/schemas.ts";
import { BadSignature } from "#core/payment/schema.ts";
import type { Received, WebhookSubject } from "./provider.ts";

/** What an event is about; null for one that is not about a payment of ours. The current and the previous secret are accepted. 401 `webhook.bad_signature`. */
export const stripeWebhook = async ({
  headers,
  raw,
  secret: path,
}: Received): Promise<WebhookSubject | null | undefined> => {
  if (path !== undefined) return undefined;
  const { default: Stripe } = await import("stripe");
  const signature = headers["stripe-signature"] ?? "";
  for (const secret of link("StripeWebhooks").secrets) {
    let event: Stripe.Event;
    try {
      event = Stripe.webhooks.constructEvent(raw, signature, secret);
    } catch {
      continue; // it was signed with another secret, or is forged
    }
    const { object } = event.data;
    const dispute = z.safeParse(Dispute, object).data;
    if (dispute) return { kind: "dispute", paymentId: dispute.payment_intent };
    const named = z.safeParse(StripeObject, object).data;
    const paymentId = named?.object === "refund" ? named.payment_intent : named?.id;
    return named && paymentId ? { kind: "gateway", paymentId, reference: named.metadata.reference } : null;
  }
  throw BadSignature();
};

/** A dispute (the buyer's bank takes money back), with its payment. */
const Dispute = lazy(() => z.object({ object: z.literal("dispute"), payment_intent: z.string() }));

/** An event about a payment of ours, or about its refund. */
const StripeObject = lazy(() =>
  z.object({
    object: z.enum(["payment_intent", "refund"]),
    id: z.string(),
    payment_intent: z.optional(z.nullable(z.string())),
    metadata: z.object({ reference: z.string().check(z.minLength(1), z.maxLength(300)) }),
  }),
);
