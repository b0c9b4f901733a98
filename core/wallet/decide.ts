/**
 * Decides the next step of a charge by card, only from the charge, its gateway's answer, the balance and the time. So its request, its
 * owner's page, the worker and a webhook come to the same end, in whatever order they run.
 */
import { answerWindowMs, type GatewayPayment, UNVERIFIED } from "#core/gateway/index.ts";
import { CURRENCY } from "./ledger.ts";
import type { Charge, Payback } from "./wallet.table.ts";

/** The most that a wallet may hold after a charge, in KRW. A refund is credited also beyond it. */
export const maxBalance = 1_000_000_000;

/**
 * The charge's payment as it was seen last. `unmoved`: the gateway did not make the last change, and the payment is as it was.
 * `silent`: the gateway does not answer, or answers about another payment.
 */
export type Known = (GatewayPayment & { unmoved?: true }) | "silent";

/**
 * - `wait`: the gateway does not answer, has not decided, or waits for the buyer
 * - `authorise`: the payment is prepared, and the card is to be asked
 * - `show`: the buyer has something to do, and the charge does not say so yet
 * - `close`: its time is over, or its buyer gives up. A payment that the gateway has not decided is to be voided there first
 * - `capture`: it is authorised for exactly this charge, and the wallet can hold it
 * - `credit`: it is taken
 * - `giveUp`: it is not to be credited (`reasonOf` says why); this is written before anything is given back
 * - `giveBack`: it was given up, and the gateway still has money of it
 * - `decline`: the gateway has no money of it, or none any more
 * - `finish`: an earlier release credited it before it was taken, and only the charge's last step is missing
 * - `payBack`: its refund is written, and the gateway is to be asked for it
 * - `paidBack`: the card has the refund
 * - `keep`: the gateway refuses the refund, so the points are credited again
 * - `none`: it is over
 */
export type Step =
  | "wait"
  | "authorise"
  | "show"
  | "close"
  | "capture"
  | "credit"
  | "giveUp"
  | "giveBack"
  | "decline"
  | "finish"
  | "payBack"
  | "paidBack"
  | "keep"
  | "none";

/** `now` in epoch ms. `cancel`: the buyer does not want to do what the bank asked. */
export type Look = { balance: number; now: number; cancel?: boolean | undefined };

export const decide = (charge: Charge, known: Known, look: Look): Step => {
  const { state } = charge;
  if (state === "done") return "none";
  if (state === "paying_back") return charge.payback ? paying(charge.payback, known) : "wait";
  const late = look.cancel === true || look.now - (charge.since ?? 0) > answerWindowMs;
  if (known !== "silent" && known.unmoved && neverAsked(charge, known)) return "decline";
  if (known === "silent" || known.unmoved) return state === "pending" && late ? "giveUp" : "wait";
  const { status } = known;
  if (state === "declined") return accepted.has(status) ? "giveBack" : "none"; // it was approved after the end
  if (state === "credited") return status === "authorised" ? "capture" : "finish";
  if (isOver(known)) return "decline";
  if (state === "returning") return "giveBack";
  if (status === "declined") return "giveUp"; // it may be tried again there until it is voided
  if (status === "pending") return late ? "close" : "wait";
  if (refusalOf(charge, known, look.balance)) return "giveUp";
  if (status === "prepared") return late ? "giveUp" : "authorise";
  if (status === "action" && late) return "close";
  if (status === "action") return charge.action ? "wait" : "show";
  return status === "authorised" ? "capture" : "credit";
};

/** A refund of a charge. What the gateway has refunded beyond `base` is this refund, because one is made at a time. */
const paying = ({ amount, base }: Payback, known: Known): Step => {
  if (known === "silent") return "wait";
  const { refunded, returning = 0, unmoved } = known;
  if (refunded >= base + amount) return "paidBack";
  if (refunded + returning >= base + amount) return "wait";
  return unmoved ? "keep" : "payBack";
};

/** A payment of another amount. It was never confirmed, so nothing of it can be taken any more. At a gateway that cannot void it, it expires. */
const neverAsked = ({ state, refusal }: Charge, { status }: GatewayPayment): boolean =>
  state === "returning" && refusal === "mismatch" && status === "prepared";

/** The statuses in which the card was approved. */
const accepted = new Set<GatewayPayment["status"]>(["authorised", "captured", "partially_refunded"]);

const isOver = ({ status, open = false }: GatewayPayment): boolean =>
  (status === "declined" && !open) || status === "voided" || status === "refunded";

/** Why a payment is not to be credited: its amount differs from the charge's, or the wallet cannot hold it. */
const refusalOf = (charge: Charge, payment: GatewayPayment, balance: number): "mismatch" | "full" | undefined => {
  const { amount, currency, refunded } = payment;
  if (amount !== charge.amount || currency !== CURRENCY || refunded > 0) return "mismatch";
  return balance + charge.amount > maxBalance ? "full" : undefined;
};

/** Why a closed or declined charge is not credited. */
export const reasonOf = (charge: Charge, known: Known, balance: number): NonNullable<Charge["refusal"]> => {
  if (known === "silent" || known.unmoved) return "unconfirmed";
  if (known.status === "declined") return known.reason === UNVERIFIED ? "unverified" : "declined";
  // If the buyer had something to do, the reason is known: they did not do it in time.
  const unanswered = charge.action ? "unverified" : "unconfirmed";
  return isOver(known) ? unanswered : (refusalOf(charge, known, balance) ?? unanswered);
};
