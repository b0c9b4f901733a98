import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { Currency, Instant, lazy, list, named } from "#core/lib/schemas.ts";

/** In KRW. Wider than what a charge may fill a wallet to, because a refund is always credited. */
const Balance = lazy(() => z.int().check(z.minimum(0)));

export const Wallet = named("Wallet", () => z.object({ balance: Balance, currency: Currency }));
export type Wallet = z.infer<typeof Wallet>;

export const Entry = named("WalletEntry", () =>
  z.object({
    entryId: z.string(),
    kind: z.enum(["charge", "payment", "refund"]),
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

export const Charge = named("WalletCharge", () =>
  z.strictObject({
    amount: z.int().check(z.minimum(1), z.maximum(10_000_000)),
    card: z.optional(z.strictObject({ token: z.string().check(z.minLength(1), z.maxLength(200)) })),
  }),
);
export type Charge = z.infer<typeof Charge>;
export const Charged = named("WalletCharged", () => z.object({ balance: Balance, entry: Entry }));
export type Charged = z.infer<typeof Charged>;

export const ChargeDeclined = define("wallet.charge_declined", 402, "The charge by card did not go through.");
export const CardsOff = define("wallet.cards_off", 409, "Points cannot be charged by card here.");
export const ChargePending = define(
  "wallet.charge_pending",
  503,
  "The payment gateway has not finished this charge yet. Send the same request with the same Idempotency-Key again.",
);
export const BalanceTooHigh = define("wallet.balance_too_high", 409, "The wallet cannot hold that much.");
