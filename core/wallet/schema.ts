import * as z from "zod/mini";
import { Action, CardToken } from "#core/gateway/schema.ts";
import { define } from "#core/lib/errors.ts";
import { Amount, Currency, Instant, lazy, list, named } from "#core/lib/schemas.ts";

/** In KRW. Larger than the limit of charges, because a refund is always credited. */
const Balance = lazy(() => z.int().check(z.minimum(0)));

export const Wallet = named("Wallet", () => z.object({ balance: Balance, currency: Currency }));
export type Wallet = z.infer<typeof Wallet>;

export const Entry = named("WalletEntry", () =>
  z.object({
    entryId: z.string(),
    /** `payback`: to the card that charged it, positive if its gateway refused it; `forfeit`: given up with the account. */
    kind: z.enum(["charge", "payment", "refund", "payback", "forfeit"]),
    /** Signed: a payment is negative. */
    amount: z.int(),
    /** After this entry. */
    balance: Balance,
    orderId: z.optional(z.string()),
    createdAt: Instant,
  }),
);
export type Entry = z.infer<typeof Entry>;
export const Entries = named("WalletEntries", () => list(Entry));

/** The most that one charge may bring, in KRW. */
export const maxChargeAmount = 10_000_000;

/** In KRW. */
const ChargeAmount = lazy(() => z.int().check(z.minimum(1), z.maximum(maxChargeAmount)));

export const Charge = named("WalletCharge", () =>
  z.strictObject({
    amount: ChargeAmount,
    card: z.optional(z.strictObject({ token: CardToken })),
  }),
);
export type Charge = z.infer<typeof Charge>;
export const Charged = named("WalletCharged", () => z.object({ balance: Balance, entry: Entry }));
export type Charged = z.infer<typeof Charged>;

export const Window = named("WalletWindow", () => z.strictObject({ amount: ChargeAmount }));

/** What a provider's own payment window needs to be opened for a charge. */
export const ChargeForm = named("WalletChargeForm", () =>
  z.object({
    /** Of the charge that a request with the same `Idempotency-Key` makes. */
    reference: z.string(),
    amount: Amount,
    clientKey: z.string(),
  }),
);
export type ChargeForm = z.infer<typeof ChargeForm>;

/**
 * Why a charge was declined:
 * - `card.declined`, with the gateway's own `code`; `card.unverified`: the bank's check of the buyer (3-D Secure) was not passed, or not
 *   in time. Nothing was charged
 * - `payment.unconfirmed`: the gateway has not answered in time; a charge is returned
 * - `payment.mismatch`: the gateway named another amount; what it took is returned
 * - `wallet.balance_too_high`: the wallet was filled meanwhile; what was taken was returned
 */
export const chargeReasons = [
  "card.declined",
  "card.unverified",
  "payment.unconfirmed",
  "payment.mismatch",
  "wallet.balance_too_high",
] as const;

/** A charge as its owner sees it. */
export const ChargeView = named("WalletChargeState", () =>
  z.object({
    chargeId: z.string(),
    status: z.enum(["pending", "done", "declined"]),
    amount: z.int(),
    /** While it is pending: what the buyer's browser has to do. */
    action: z.optional(Action),
    reason: z.optional(z.enum(chargeReasons)),
    /** With `card.declined`: the gateway's own code, such as `insufficient_funds`. */
    code: z.optional(z.string()),
    /** Once it is done. */
    entry: z.optional(Entry),
    balance: z.optional(Balance),
  }),
);
export type ChargeView = z.infer<typeof ChargeView>;

export const Return = named("WalletReturn", () => z.strictObject({ cancel: z.optional(z.boolean()) }));

export const Payback = named("WalletPayback", () =>
  z.object({
    /** On its way to the cards that charged it. */
    amount: Balance,
    /** What is left: it was not charged by card, or its card's gateway takes no refund of it. */
    balance: Balance,
  }),
);
export type Payback = z.infer<typeof Payback>;

export const ChargeNotFound = define("wallet.charge_not_found", 404, "You have no such charge.");
export const ChargeDeclined = define("wallet.charge_declined", 402, "The charge by card did not go through.");
export const CardsOff = define("wallet.cards_off", 409, "Points cannot be charged by card here.");
export const ChargePending = define(
  "wallet.charge_pending",
  503,
  "The payment gateway does not answer, and nothing was charged. Send the same request with the same Idempotency-Key again.",
);
export const BalanceTooHigh = define("wallet.balance_too_high", 409, "The wallet cannot hold that much.");
