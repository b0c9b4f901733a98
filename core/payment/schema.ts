import * as z from "zod/mini";
import { Action, CardForm, CardToken } from "#core/gateway/schema.ts";
import { define } from "#core/lib/errors.ts";
import { Amount, lazy, named } from "#core/lib/schemas.ts";

export const Pay = named("Pay", () =>
  z.discriminatedUnion("method", [
    z.strictObject({ method: z.literal("points") }),
    z.strictObject({
      method: z.literal("card"),
      card: z.strictObject({ token: CardToken }),
    }),
  ]),
);
export type Pay = z.infer<typeof Pay>;

/**
 * Why an attempt was declined:
 * - `wallet.insufficient`, `card.declined`
 * - `card.too_many_declined`: the account's cards were declined too often in the last minutes, so this card was not asked
 * - `seat.lost`: another buyer has a seat of the order; `order.expired`: its buyer has a newer order
 * - `payment.unconfirmed`: the gateway has not answered, so it is unknown whether the card was charged; a charge is returned
 * - `payment.mismatch`: the gateway named another payment or amount; what it took for this one is returned
 * - `card.unverified`: the bank's check of the buyer (3-D Secure) was not passed, or not in time; nothing was charged
 * - `payment.capture_failed`: the order was confirmed, but the gateway did not take the money; its tickets are void.
 *   If one was checked in before, the order stays confirmed and the attempt approved, with this reason
 */
export const declineReasons = [
  "wallet.insufficient",
  "card.declined",
  "card.unverified",
  "card.too_many_declined",
  "seat.lost",
  "order.expired",
  "payment.unconfirmed",
  "payment.mismatch",
  "payment.capture_failed",
] as const;
export type DeclineReason = (typeof declineReasons)[number];

export const PaymentView = lazy(() =>
  z.object({
    /** The attempt of the request. The answer to a payment names it too, so a page does not show an older attempt's outcome. */
    attemptId: z.string(),
    method: z.enum(["points", "card"]),
    status: z.enum(["pending", "approved", "declined", "refunded"]),
    reason: z.optional(z.enum(declineReasons)),
    /** With `card.declined`: the gateway's own code, such as `insufficient_funds`. */
    code: z.optional(z.string()),
    /**
     * - `failed`: the card's bank sent the refund back after it was done; the money is still to come
     * - `otherwise`: the organiser has returned the money by other means than the card
     */
    refund: z.optional(z.enum(["failed", "otherwise"])),
    /** The buyer's bank holds the money back or has taken it. There is no refund until the dispute is over. */
    disputed: z.optional(z.boolean()),
    /** While it is pending: what the buyer's browser has to do. Only the order's owner sees it. */
    action: z.optional(Action),
  }),
);
export type PaymentView = z.infer<typeof PaymentView>;

/** The payment methods of the pages. `card` is null if cards are off. */
export const PaymentMethods = named("PaymentMethods", () =>
  z.object({
    points: z.object({
      currency: z.string(),
      /** Charging a wallet costs nothing here. */
      free: z.boolean(),
    }),
    card: z.nullable(CardForm),
  }),
);
export type PaymentMethods = z.infer<typeof PaymentMethods>;

/** What a provider's own payment window needs to be opened for an order. */
export const PaymentForm = named("PaymentForm", () =>
  z.object({
    /** The reference of the attempt that the payment with the same `Idempotency-Key` makes. */
    reference: z.string(),
    amount: Amount,
    clientKey: z.string(),
  }),
);
export type PaymentForm = z.infer<typeof PaymentForm>;

export const Return = named("PaymentReturn", () => z.strictObject({ cancel: z.optional(z.boolean()) }));
export type Return = z.infer<typeof Return>;

/** The options of an organiser's refund. */
export const OrganiserRefund = named("OrganiserRefund", () =>
  z.strictObject({
    /** Refunds the order although one of its tickets was checked in. */
    force: z.optional(z.boolean()),
    /** The order is `refunding`, and its money was returned by other means than the gateway: the refund ends. */
    returnedOtherwise: z.optional(z.boolean()),
  }),
);
export type OrganiserRefund = z.infer<typeof OrganiserRefund>;

export const BadSignature = define(
  "webhook.bad_signature",
  401,
  "The signature does not match the body, or is too old.",
);
export const UnknownProvider = define("webhook.unknown_provider", 404, "No such payment provider is configured.");
