/** The ways to pay an order here. */
import { configured } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import * as Wallet from "#core/wallet/index.ts";
import type { PaymentMethods } from "./schema.ts";

/** The payment methods that a page offers. Everything in it is public. */
export const methods = (): PaymentMethods => {
  const {
    payments,
    freeCharges: free,
    stripePublishableKey: publishableKey = "",
    tossClientKey: clientKey = "",
  } = link("Settings");
  const points = { currency: Wallet.CURRENCY, free };
  // A provider is offered only if the pages have its form.
  const forms: Partial<Record<typeof payments, PaymentMethods["card"]>> = {
    sandbox: { provider: "sandbox" },
    stripe: { provider: "stripe", publishableKey },
    toss: { provider: "toss", clientKey },
  };
  return { points, card: forms[payments] ?? null };
};

/** Why cards cannot be charged this amount (minor units). Also undefined if cards are off, because there is no gateway to ask. */
export const refusal = (amount: number, currency: string): string | undefined =>
  configured()?.refusal(amount, currency);
