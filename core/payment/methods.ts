/** The ways to pay an order here. */
import { configured } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import * as Wallet from "#core/wallet/index.ts";
import type { PaymentMethods } from "./schema.ts";

/** The payment methods that a page offers. Everything in it is public. A provider is offered only if the pages have its form. */
export const methods = (): PaymentMethods => ({
  points: { currency: Wallet.CURRENCY, free: link("Settings").freeCharges },
  card: configured()?.form() ?? null,
});

/** Why cards cannot be charged this amount (minor units). Also undefined if cards are off, because there is no gateway to ask. */
export const refusal = (amount: number, currency: string): string | undefined =>
  configured()?.refusal(amount, currency);
