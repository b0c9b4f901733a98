/** What happens at the gateway before a charge is written: its name there, its payment window, and a payment that takes nothing. */
import { configured, GatewayRefused, type PaymentProvider } from "#core/gateway/index.ts";
import { invalid } from "#core/lib/errors.ts";
import { logger } from "#core/lib/logger.ts";
import { CURRENCY } from "./ledger.ts";
import { CardsOff, ChargeDeclined, type ChargeForm } from "./schema.ts";
import type { Charge } from "./wallet.table.ts";

/** What a charge is called at the gateway. */
export const referenceOf = (userId: string, chargeId: string) => `${userId}.wallet.${chargeId}`;

/** The gateway that takes new charges of this amount. 409 `wallet.cards_off`, 422 `request.invalid`. */
const gatewayFor = (amount: number): PaymentProvider => {
  const gateway = configured();
  if (!gateway) throw CardsOff();
  const message = gateway.refusal(amount, CURRENCY);
  if (message) throw invalid({ path: "amount", message });
  return gateway;
};

/** What the provider's payment window needs to be opened for a charge. 409 `wallet.cards_off` if it has none. */
export const form = (userId: string, chargeId: string, amount: number): ChargeForm => {
  const opened = gatewayFor(amount).window(referenceOf(userId, chargeId));
  if (!opened) throw CardsOff("No payment window is used here.");
  return { ...opened, amount };
};

/** Prepares a payment at the configured gateway. It takes nothing yet. Its id is written with the charge before the card is asked. */
export const prepare = async (
  userId: string,
  chargeId: string,
  amount: number,
  token: string,
): Promise<Pick<Charge, "provider" | "paymentId">> => {
  const gateway = gatewayFor(amount);
  const reference = referenceOf(userId, chargeId);
  const asked = { reference, amount, currency: CURRENCY, token, key: reference };
  const payment = await gateway.prepare(asked).catch((error) => {
    if (!GatewayRefused.is(error)) throw error;
    logger.error("wallet", { operation: "charge", chargeId, outcome: "refused", error });
    throw ChargeDeclined("The payment gateway does not take this payment; nothing was charged.");
  });
  if (payment.reference !== reference)
    throw ChargeDeclined("The card's token belongs to another charge; nothing was charged.");
  return { provider: gateway.name, paymentId: payment.paymentId };
};
