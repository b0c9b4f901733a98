/** The facts about an order that was not paid: its last payment, its money and its seats. */
import type { Order } from "../../../client/shapes.ts";
import { w } from "../i18n/index.ts";
import type { Came } from "./attempt.ts";
import { groupOf } from "./decline-codes.ts";
import { isUnseen } from "./pay.ts";

/** Why the last payment failed; undefined if there was none or it succeeded. It is about that payment only. */
export const declined = ({ payment }: Order) => {
  if (payment?.status !== "declined") return undefined;
  const group = payment.reason === "card.declined" ? groupOf(payment.code) : undefined;
  return group ? w.checkout.codes[group] : (w.checkout.reasons[payment.reason ?? ""] ?? w.checkout.failed);
};

/** Why the gateway's window returned no payment: nothing was charged. Its own text came in the address, so it is not shown. */
export const cameBack = (came: Came) => {
  if (came.as !== "declined") return w.checkout.window[came.as];
  const group = groupOf(came.code);
  return group ? w.checkout.codes[group] : w.checkout.reasons["card.declined"];
};

/** The buyer has something to do for the payment before it goes on. */
export const waitsForBuyer = ({ payment }: Order): boolean =>
  payment?.status === "pending" && payment.action !== undefined;

/** The order was confirmed, but its money could not be taken: its tickets are void. */
export const isVoided = ({ status, payment }: Order): boolean =>
  status === "released" && payment?.reason === "payment.capture_failed";

/** What is known about the money of an order that can no longer be paid. */
const money = (order: Order): string => {
  if (isUnseen(order)) return w.checkout.undecided;
  return declined(order)?.fact ?? w.checkout.nothingSent;
};

/** Reasons after which no other payment can pay the order. */
const FINAL = new Set(["seat.lost", "order.expired", "payment.capture_failed"]);
const isFinal = (order: Order): boolean => declined(order) !== undefined && FINAL.has(order.payment?.reason ?? "");

/** Whether a held order can still be paid at `now` (epoch ms). */
export const isPayable = (order: Order, now: number): boolean =>
  order.status === "held" && now < Date.parse(order.payBy) && !isFinal(order);

/** For an order that cannot be paid any more: `held` past its time to pay, `expired` or `released`. */
export const ended = (order: Order): { title: string; text: string } => {
  const reason = declined(order);
  if (reason && isFinal(order)) return { title: reason.title, text: `${reason.fact} ${reason.next}` };
  if (order.status === "held")
    return { title: w.checkout.over, text: reason ? `${reason.fact} ${w.checkout.lapsing}` : w.checkout.lapsing };
  if (order.status === "released")
    return { title: w.order.status.released, text: `${w.checkout.released} ${money(order)}` };
  return { title: w.checkout.over, text: `${w.checkout.overText} ${money(order)}` };
};
