import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { lazy, named } from "#core/lib/schemas.ts";

export const Pay = named("Pay", () =>
  z.discriminatedUnion("method", [
    z.strictObject({ method: z.literal("points") }),
    z.strictObject({
      method: z.literal("card"),
      card: z.strictObject({ token: z.string().check(z.regex(/^[!-~]{1,200}$/, "is not a card token")) }),
    }),
  ]),
);
export type Pay = z.infer<typeof Pay>;

export const PaymentView = lazy(() =>
  z.object({
    /** Of the request that this is the outcome of: the answer to a payment names it, so that its outcome is told from an older one's. */
    attemptId: z.string(),
    method: z.enum(["points", "card"]),
    status: z.enum(["pending", "approved", "declined", "refunded"]),
    /**
     * Why it was declined: `wallet.insufficient`, `card.declined`, `seat.lost`, `order.expired` (its buyer has a newer order),
     * `payment.unconfirmed` (the gateway never answered), `payment.mismatch` (it answered with another amount).
     */
    reason: z.optional(z.string()),
  }),
);
export type PaymentView = z.infer<typeof PaymentView>;

export const BadSignature = define("webhook.bad_signature", 401, "The signature does not fit the body, or is too old.");
export const UnknownProvider = define("webhook.unknown_provider", 404, "No such payment provider is configured.");
