/**
 * Decides the next step of an attempt by card, only from the order, the gateway's answer and the time. So the worker, a webhook, the
 * reconciliation and a dry run come to the same end, however often and in whatever order they run.
 */
import { answerWindowMs, holdsMoney, isRefundRefused, type Seen, UNVERIFIED } from "#core/gateway/index.ts";
import * as Order from "#core/order/index.ts";
import { referenceOf } from "./message.ts";
import type { DeclineReason } from "./schema.ts";

/** The attempt at the gateway: `undefined` if it was not asked yet, `silent` if it does not answer, `none` if it has no such payment. */
export type Known = Seen | "none" | "silent" | undefined;

/**
 * - `begin`: the order is to be written as paying, before the gateway is asked
 * - `ask`: the gateway is asked what it knows
 * - `authorise`: the card is to be asked
 * - `show`: the buyer has something to do, and the order does not say so yet
 * - `confirm`: the order is paid
 * - `decline`: the attempt is closed for good; `owes` if the gateway's state of it is not final
 * - `capture`: the money of a confirmed order is to be taken
 * - `revoke`: it cannot be taken any more, so the confirmed order is not paid
 * - `undo`: the gateway is to release the payment, or to return it
 * - `refunded`: the money of a cancelled order went back
 * - `reopen`: the bank sent it back to the gateway after that, and it is owed again
 * - `settle`: the gateway's state is final and right, the debt ends
 * - `wait`: the attempt is to be looked at again; `again`: the message comes again, because it is sooner than the reconciliation or nothing else looks
 * - `end`: nothing is left to do
 */
export type Step =
  | { do: "begin" | "ask" | "revoke" | "refunded" | "reopen" }
  | { do: "authorise" | "show" | "confirm" | "capture"; payment: Seen }
  | { do: "undo"; payment: Seen; refund?: Order.Refund | undefined }
  | { do: "decline"; reason: DeclineReason; payment?: Seen; owes: boolean }
  | { do: "settle" | "end"; outcome: string }
  | { do: "wait"; outcome: Waiting; again: boolean };

/** What an attempt waits for: the gateway's decision (`pending`) or answer (`silent`), a refund on its way (`returning`), or a person because the gateway refuses (`refused`). */
export type Waiting = "pending" | "silent" | "returning" | "refused";

const wait = (outcome: Waiting, again: boolean): Step => ({ do: "wait", outcome, again });
/** After an undo that has not ended yet. */
const unreturned = (payment: Seen, again: boolean): Step =>
  payment.returning ? wait("returning", false) : wait("refused", again && isRefundRefused(payment));
const unconfirmed = (owes: boolean): Step => ({ do: "decline", reason: "payment.unconfirmed", owes });
const dropped: Step = { do: "end", outcome: "dropped" };

/** The next step of an order's attempt at `now` (epoch ms). `cancel`: the buyer does not want to do what the bank asked. */
export const decide = (order: Order.Order, attemptId: string, known: Known, now: number, cancel = false): Step => {
  const attempt = order.attempts[attemptId];
  if (!attempt) return Order.Transitions.mayTry(order, attemptId) ? { do: "begin" } : dropped;
  if (attempt.method !== "card") return dropped;
  const answered = typeof known === "object" ? known : undefined;
  const foreign = answered !== undefined && answered.reference !== referenceOf(order, attemptId);
  if (answered && !foreign && attempt.paymentId !== undefined && answered.paymentId !== attempt.paymentId)
    return double(answered);
  const shown = order.attemptId === attemptId;
  const late = cancel || now - (attempt.since ?? 0) > answerWindowMs;
  // A payment of another order says nothing about ours, and must not be changed here.
  const ours = foreign ? "silent" : known;
  if (attempt.status === "declined") return closed(order, attemptId, ours);
  if (!shown) return dropped;
  if (order.status === "paying") return paying(order, attemptId, known, late);
  if (order.status === "refunding") return refunding(ours, attempt.refunds?.at(-1));
  if (order.status === "refunded") return refunded(ours, attempt);
  if (order.status === "confirmed" && order.owed?.[attemptId] !== undefined) return confirmed(ours, late);
  return dropped;
};

/** It is not decided yet whether the card pays. */
const paying = (order: Order.Order, attemptId: string, known: Known, late: boolean): Step => {
  if (known === undefined) return { do: "ask" };
  if (known === "silent") return late ? unconfirmed(true) : wait("silent", true);
  if (known === "none") return late ? unconfirmed(false) : wait("pending", false);
  const { status, amount, currency, reference, refunded } = known;
  // We do not undo a payment of another order. The state under our own reference is still unknown, so the debt stays.
  if (reference !== referenceOf(order, attemptId)) return { do: "decline", reason: "payment.mismatch", owes: true };
  const decline = (reason: DeclineReason): Step => ({
    do: "decline",
    reason,
    payment: known,
    owes: holdsMoney(known),
  });
  const exact = amount === order.total && currency === order.currency && refunded === 0;
  const { action, token } = order.attempts[attemptId] ?? {};
  // If the buyer had something to do, the reason is known: they did not do it in time.
  const unanswered: DeclineReason = action ? "card.unverified" : "payment.unconfirmed";
  if (status === "prepared" || status === "action" || status === "pending") {
    // The card was not asked, or is being asked at this moment. The order is closed first, so that an approval that comes now is undone
    // and confirms nothing. A payment that the gateway is working on is cancelled there first: it may still be approved.
    if (late && (status === "prepared" || known.refused)) return decline(unanswered);
    if (late) return { do: "undo", payment: known };
    if (!exact) return decline("payment.mismatch");
    if (status === "prepared" && token !== undefined) return { do: "authorise", payment: known };
    if (status === "action" && !action) return { do: "show", payment: known };
    return wait("pending", false);
  }
  if (status === "declined") return decline(known.reason === UNVERIFIED ? "card.unverified" : "card.declined");
  if (!holdsMoney(known)) return decline(unanswered); // it was released before we saw it
  return exact ? { do: "confirm", payment: known } : decline("payment.mismatch");
};

/** The buyer has the tickets, and the money is still to be taken. */
const confirmed = (known: Known, late: boolean): Step => {
  if (known === undefined) return { do: "ask" };
  if (known === "silent" || known === "none") return wait("silent", true);
  if (!holdsMoney(known)) return { do: "revoke" };
  const { status, refused } = known;
  if (status === "captured" || status === "partially_refunded") return { do: "settle", outcome: "confirmed" };
  // It is not authorised any more, or this run saw an older state. The debt stays, and the reconciliation asks again.
  if (status !== "authorised") return wait("pending", false);
  if (!refused) return { do: "capture", payment: known };
  return late && refused === "capture" ? { do: "undo", payment: known } : wait("refused", false);
};

/** The order was cancelled. Its refund ends only if the payment is voided, refunded or was never taken. Refunds of earlier releases had no name, and have no `refund`. */
const refunding = (known: Known, refund: Order.Refund | undefined): Step => {
  if (known === undefined) return { do: "ask" };
  if (known === "silent") return wait("silent", false);
  if (known === "none" || !holdsMoney(known)) return { do: "refunded" };
  return known.refused ? unreturned(known, false) : { do: "undo", payment: known, refund };
};

/** The money was returned, but the card's bank may send a refund back days later. */
const refunded = (known: Known, { returnedOtherwise }: Order.Attempt): Step =>
  typeof known === "object" && holdsMoney(known) && !returnedOtherwise ? { do: "reopen" } : dropped;

/** The attempt is closed for good, and what the gateway holds for it goes back. An attempt that was closed without an answer may still get one. */
const closed = (order: Order.Order, attemptId: string, known: Known): Step => {
  const owed = order.owed?.[attemptId] !== undefined;
  const over = (outcome: string): Step => ({ do: owed ? "settle" : "end", outcome });
  const unanswered = order.attempts[attemptId]?.paymentId === undefined;
  if (known === undefined) return owed || unanswered ? { do: "ask" } : dropped;
  if (known === "silent") return wait("silent", !owed);
  if (known === "none") return over("closed");
  if (!holdsMoney(known)) return over("undone");
  return known.refused ? unreturned(known, !owed) : { do: "undo", payment: known };
};

/** A second payment of one attempt. The attempt's key should have prevented it. It pays nothing, and is undone. */
const double = (payment: Seen): Step => {
  if (!holdsMoney(payment)) return { do: "end", outcome: "double undone" };
  return payment.refused ? unreturned(payment, true) : { do: "undo", payment };
};
