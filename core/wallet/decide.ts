/** What is to be done about a charge by card: decided from the charge, its payment at the gateway and the balance alone. */
import type { GatewayPayment } from "#core/gateway/index.ts";
import { CURRENCY } from "./ledger.ts";
import type { Charge } from "./wallet.table.ts";

/** The most that a wallet may hold after a charge, in KRW. A refund is credited also beyond it. */
export const maxBalance = 1_000_000_000;

/**
 * - `wait`: the gateway does not have the payment, or has not decided on it
 * - `authorise`: the payment is there, and the card is to be asked
 * - `capture`: it is authorised for exactly this charge, and the wallet has room for it
 * - `credit`: it is taken
 * - `giveUp`: it is not to be credited (`refusalOf` says why, where it is not the card); this is written before anything is given back
 * - `giveBack`: it was given up, and the gateway still has money of it
 * - `decline`: the gateway has nothing of it, or nothing any more
 * - `finish`: it was credited before it was taken, by an earlier release, and only the charge's last step is missing
 * - `none`: it is done or declined
 */
export type Step = "wait" | "authorise" | "capture" | "credit" | "giveUp" | "giveBack" | "decline" | "finish" | "none";

export const decide = (charge: Charge, payment: GatewayPayment | undefined, balance: number): Step => {
  if (charge.state === "done" || charge.state === "declined") return "none";
  if (!payment) return "wait";
  const { status } = payment;
  if (charge.state === "credited") return status === "authorised" ? "capture" : "finish";
  if ((status === "declined" && !payment.open) || status === "voided" || status === "refunded") return "decline";
  if (charge.state === "returning") return "giveBack";
  // declined, and yet to be let go of; or its buyer would have to do something, for which a charge has no page
  if (status === "declined" || status === "action") return "giveUp";
  if (status === "prepared" && !refusalOf(charge, payment, balance)) return "authorise";
  if (status === "pending") return "wait";
  if (refusalOf(charge, payment, balance)) return "giveUp";
  return status === "authorised" ? "capture" : "credit";
};

/** Why a payment is not credited: the gateway has another amount than the charge's, or the wallet cannot hold it. */
export const refusalOf = (charge: Charge, payment: GatewayPayment, balance: number): Charge["refusal"] => {
  const { amount, currency, refunded } = payment;
  if (amount !== charge.amount || currency !== CURRENCY || refunded > 0) return "mismatch";
  return balance + charge.amount > maxBalance ? "full" : undefined;
};
