/**
 * Paying by card: the order is written as paying before the gateway is asked; then authorise, settle as with points, capture.
 * `decide` says what comes next, and `execute` does that one step. A crash at any of them is resumed by the next run.
 */
import { GatewayRefused, GatewaySilent, holdsMoney, lookUp, provider, type Seen, undo } from "#core/gateway/index.ts";
import { failed, type TransactItem, transact } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import { decide, type Known, type Step } from "./decide.ts";
import { type Outcome, type PaymentMessage, referenceOf } from "./message.ts";
import { paid, reasonOf, refuse } from "./points.ts";
import type { DeclineReason } from "./schema.ts";

/** Steps of one run: a whole payment has seven, and each can find that the order has moved. */
const maxSteps = 20;
/** Seats in demand are in conflict often; the message has waited its turn and is not sent back lightly. */
const conflictRetries = 7;

export type Case = {
  order: Order.Order;
  attemptId: string;
  known?: Known;
  /** The buyer's own message, where that is what came: the only one that may begin an attempt. */
  message?: PaymentMessage;
  now: number;
};

/** Settles one attempt by card, from wherever it is. The outcome's `again` asks for the message to come again. */
export const settleCard = async (message: PaymentMessage, now: number): Promise<Outcome> => {
  const { userId, orderId, attemptId, acceptedAt } = message;
  const order = await Order.find({ userId, orderId });
  if (!order || acceptedAt > order.payBy) return { outcome: "dropped" };
  return advance({ order, attemptId, message, now });
};

/** Brings order and gateway together as far as the gateway lets it. Any number of times is once. 503 `order.busy`. */
export const advance = async (given: Case): Promise<Outcome> => {
  let at: Case | Outcome = given;
  for (let steps = 0; steps < maxSteps; steps++) {
    const { order, attemptId, known, now }: Case = at;
    const step = decide(order, attemptId, known, now);
    at = await execute(step, at);
    if ("outcome" in at) return at;
  }
  throw Order.OrderBusy();
};

/** One step; answers the case as it is after it, or the outcome if there is no further one. */
const execute = async (step: Step, at: Case): Promise<Case | Outcome> => {
  switch (step.do) {
    case "begin":
      return begin(at);
    case "ask":
      return { ...at, known: await ask(at) };
    case "confirm":
      return confirm(at, step.payment);
    case "decline":
      await close(at, step);
      // another order's payment is no longer looked at
      return lookAgain(at, typeof at.known === "object" ? step.payment : at.known);
    case "capture":
      return { ...at, known: await answer(() => capture(at, step.payment)) };
    case "undo":
      return undone(at, await answer(() => giveBack(step.payment)));
    case "revoke":
      return revoke(at);
    case "refunded":
      return refunded(at);
    case "settle":
      return (await write(Order.Moves.settled(at))) ? done(at, step.outcome) : lookAgain(at, at.known);
    case "wait":
      return { outcome: step.outcome, again: step.again };
    case "end":
      return { outcome: step.outcome };
  }
};

const done = ({ order, attemptId }: Case, outcome: string): Outcome => ({
  outcome,
  acceptedAt: order.attempts[attemptId]?.acceptedAt,
});

/** The order as it is now, and what is known of the gateway still. */
const lookAgain = async (at: Case, known: Known): Promise<Case | Outcome> => {
  const order = await Order.find(at.order);
  return order ? { ...at, order, known } : { outcome: "dropped" };
};

const attemptOf = ({ order, attemptId }: Case): Order.Attempt => {
  const attempt = order.attempts[attemptId];
  if (!attempt) throw new Error(`Order ${order.orderId} has no attempt ${attemptId}`);
  return attempt;
};

/** False where the order has moved on: the caller reads it again. */
const write = async (item: TransactItem): Promise<boolean> => {
  const refusals = await transact([item], conflictRetries);
  if (refusals && !failed(refusals, Order.Moves.ORDER)) throw Order.OrderBusy();
  return !refusals;
};

/** held → paying; or the reason why the order cannot be paid any more. */
const begin = async (at: Case): Promise<Case | Outcome> => {
  const { order, attemptId, message, now } = at;
  if (!message) return { outcome: "unknown" };
  const { hash, acceptedAt } = message;
  const attempt = { method: "card", hash, status: "pending", acceptedAt, since: now } as const;
  const refusals = await transact(Order.Moves.startPaying({ order, attemptId, attempt, now }), conflictRetries);
  const reason = refusals && reasonOf(refusals, order);
  if (!reason) return lookAgain(at, at.known);
  await refuse(order, message, reason);
  return { outcome: reason, acceptedAt };
};

/** What the gateway says. A gateway that does not answer is a result, not an error. */
const answer = async (call: () => Promise<Known>): Promise<Known> => {
  try {
    return await call();
  } catch (error) {
    if (GatewaySilent.is(error)) return "silent";
    throw error;
  }
};

/** The attempt's payment. With the buyer's message it is made, or found by its key if it was made before. */
export const ask = async ({ order, attemptId, message }: Case): Promise<Known> => {
  const reference = referenceOf(order, attemptId);
  const { status, paymentId } = order.attempts[attemptId] ?? {};
  return answer(async () => {
    if (status === "pending" && message) {
      const { total: amount, currency, orderId } = order;
      const key = `${orderId}:${attemptId}`;
      return provider().authorise({ reference, amount, currency, token: message.token ?? "", key });
    }
    return paymentId === undefined ? ((await lookUp(reference)) ?? "none") : provider().get(paymentId);
  });
};

const confirm = async (at: Case, payment: Seen): Promise<Case | Outcome> => {
  const { order, attemptId } = at;
  const { paymentId } = payment;
  const attempt: Order.Attempt = { ...attemptOf(at), status: "approved", paymentId };
  const refusals = await transact(Order.Moves.confirm({ order, attemptId, attempt }), conflictRetries);
  if (!refusals) paid(order, attempt.acceptedAt);
  const reason = refusals && reasonOf(refusals, order);
  if (reason) await close(at, { reason, payment, owes: true });
  return lookAgain(at, at.known);
};

type Closing = { reason: DeclineReason; payment?: Seen; owes: boolean };

/** Closes the attempt for good, and gives the order its time back. What the gateway holds for it is let go of after. */
const close = async (at: Case, { reason, payment, owes }: Closing): Promise<void> => {
  const { order, attemptId } = at;
  const paymentId = payment?.paymentId;
  const attempt: Order.Attempt = { ...attemptOf(at), status: "declined", reason, ...(paymentId && { paymentId }) };
  if (reason === "payment.mismatch")
    logger.error("payment", {
      operation: "settle",
      orderId: order.orderId,
      outcome: "the gateway names another payment",
    });
  const step = { order, attemptId, attempt, owes };
  const refusals = await Order.giving(order.eventId, () => transact(Order.Moves.decline(step), conflictRetries));
  // seats or basket are another's already: then the order alone
  const written = refusals && reasonOf(refusals, order) ? await write(Order.Moves.close(step)) : !refusals;
  if (written) count(reason === "seat.lost" ? "SeatLost" : "Declined");
};

const capture = async ({ order, attemptId }: Case, { paymentId }: Seen): Promise<Seen> => {
  try {
    return await provider().capture({ paymentId, key: `${referenceOf(order, attemptId)}:capture` });
  } catch (error) {
    if (!GatewayRefused.is(error)) throw error;
    const payment = await provider().get(paymentId);
    return payment.status === "authorised" ? { ...payment, refused: "capture" } : payment; // it was taken, or let go of, meanwhile
  }
};

const giveBack = async (payment: Seen): Promise<Seen> => {
  const after = await undo(provider(), payment);
  if (after.refused) count("RefundRefused");
  return after;
};

/** What comes after an undo. Where no debt remembers the payment, only the message that named it can come again. */
const undone = (at: Case, known: Known): Case | Outcome => {
  const { order, attemptId } = at;
  const isOwed = order.owed?.[attemptId] !== undefined;
  if (known === "silent" && !isOwed) return { outcome: "silent", again: true };
  const isOver = typeof known === "object" && !holdsMoney(known);
  // an attempt that never got an answer may have another payment there: that is asked before its debt ends
  return { ...at, known: isOver && order.attempts[attemptId]?.paymentId === undefined ? undefined : known };
};

/** confirmed → released. A ticket that has let somebody in stays valid: then the money is lost, and the order says so. */
const revoke = async (at: Case): Promise<Case | Outcome> => {
  const { order, attemptId, now } = at;
  const reason = "payment.capture_failed";
  const attempt: Order.Attempt = { ...attemptOf(at), status: "declined", reason };
  const moves = Order.GivingBack.revoke({ order, attemptId, attempt, now });
  const refusals = await Order.giving(order.eventId, () => transact(moves, conflictRetries));
  if (!refusals) {
    count("CaptureFailed");
    return { outcome: "revoked" };
  }
  if (!Order.GivingBack.checkedIn(refusals, order)) return lookAgain(at, at.known);
  const unpaid: Order.Attempt = { ...attemptOf(at), reason };
  if (!(await write(Order.Moves.settled({ order, attemptId, attempt: unpaid })))) return lookAgain(at, at.known);
  count("CaptureFailed");
  return { outcome: "not paid, checked in" };
};

const refunded = async (at: Case): Promise<Case | Outcome> => {
  const { order, attemptId } = at;
  const attempt: Order.Attempt = { ...attemptOf(at), status: "refunded" };
  if (!(await write(Order.GivingBack.refunded({ order, attemptId, attempt })))) return lookAgain(at, at.known);
  count("Refunded");
  return { outcome: "refunded" };
};
