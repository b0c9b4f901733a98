/**
 * Paying by card: the order is written as paying before the gateway is asked; then authorise, settle as with points, capture.
 * `decide` says what comes next, and `execute` does that one step. After a crash at any step, the next run continues.
 */
import * as Declines from "#core/declines/index.ts";
import {
  GatewayRefused,
  GatewaySilent,
  isRefundRefused,
  type PaymentProvider,
  provider,
  type Seen,
  undo,
} from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { failed, type TransactItem, transact } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import { decide, type Known, type Step } from "./decide.ts";
import { type Outcome, type PaymentMessage, referenceOf } from "./message.ts";
import { paid, refuse } from "./points.ts";
import type { DeclineReason } from "./schema.ts";

/** Steps of one run. A whole payment has seven steps, and at each the order may have changed. */
const maxSteps = 20;
/** Tries of a transaction that conflicts. Popular seats conflict often, and a message that is sent back waits in the queue again. */
const conflictRetries = 7;

export type Case = {
  order: Order.Order;
  attemptId: string;
  known?: Known;
  /** The buyer's own message, if this run is for it. Only this message may begin an attempt. */
  message?: PaymentMessage;
  /** The buyer gives up what they had to do. */
  cancel?: boolean;
  now: number;
};

/** Settles one attempt by card, from the step that it has reached. With the outcome's `again` the message has to come again. */
export const settleCard = async (message: PaymentMessage, now: number): Promise<Outcome> => {
  const { userId, orderId, attemptId, acceptedAt } = message;
  const order = await Order.find({ userId, orderId });
  if (!order || acceptedAt > order.payBy) return { outcome: "dropped" };
  return advance({ order, attemptId, message, now });
};

/** Brings order and gateway to the same state, as far as the gateway allows. Repeating it changes nothing more. 503 `order.busy`. */
export const advance = async (given: Case): Promise<Outcome> => {
  let at: Case | Outcome = given;
  for (let steps = 0; steps < maxSteps; steps++) {
    const { order, attemptId, known, now, cancel }: Case = at;
    const step = decide(order, attemptId, known, now, cancel);
    const before: Case = at;
    at = await execute(step, before);
    if ("outcome" in at) return { ...at, ...facts(before) };
  }
  throw Order.OrderBusy();
};

/** Does one step. Answers the case after it, or the outcome if it was the last step. */
const execute = async (step: Step, at: Case): Promise<Case | Outcome> => {
  switch (step.do) {
    case "begin":
      return begin(at);
    case "ask":
      return { ...at, known: await ask(at) };
    case "authorise":
      return { ...at, known: await answer(() => authorise(at, step.payment)) };
    case "show":
      return show(at, step.payment);
    case "confirm":
      return confirm(at, step.payment);
    case "decline":
      await close(at, step);
      // A payment of another order is not looked at any longer.
      return lookAgain(at, typeof at.known === "object" ? step.payment : at.known);
    case "capture":
      return { ...at, known: await answer(() => capture(at, step.payment)) };
    case "undo":
      return undone(at, await answer(() => giveBack(at, step)));
    case "revoke":
      return revoke(at);
    case "refunded":
      return refunded(at);
    case "reopen":
      return reopen(at);
    case "settle":
      return (await write(Order.Transitions.settled(at))) ? done(at, step.outcome) : lookAgain(at, at.known);
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

/** Facts of an outcome for the log: the gateway, and its reason for a decline. */
const facts = ({ order, attemptId }: Case): Pick<Outcome, "provider" | "code"> => {
  const { provider, code } = order.attempts[attemptId] ?? {};
  return { provider, code };
};

/** The case with the order as it is now. `known` of the gateway is kept. */
const lookAgain = async (at: Case, known: Known): Promise<Case | Outcome> => {
  const order = await Order.find(at.order);
  return order ? { ...at, order, known } : { outcome: "dropped" };
};

const attemptOf = ({ order, attemptId }: Case): Order.Attempt => {
  const attempt = order.attempts[attemptId];
  if (!attempt) throw new Error(`Order ${order.orderId} has no attempt ${attemptId}`);
  return attempt;
};

/** False if the order has changed: the caller reads it again. */
const write = async (item: TransactItem): Promise<boolean> => {
  const refusals = await transact([item], conflictRetries);
  if (refusals && !failed(refusals, Order.Refusals.ORDER)) throw Order.OrderBusy();
  return !refusals;
};

/** The gateway at which the attempt was begun. */
const gatewayOf = (at: Case): PaymentProvider => provider(attemptOf(at).provider);

/**
 * held → paying; or the reason why the order cannot be paid any more. The payment is prepared at the gateway first, and takes nothing
 * yet. So its id is on the order before anything that takes money.
 */
const begin = async (at: Case): Promise<Case | Outcome> => {
  const { order, attemptId, message, now } = at;
  if (!message) return { outcome: "unknown" };
  const { hash, acceptedAt, token = "" } = message;
  const gateway = provider(message.provider);
  const reference = referenceOf(order, attemptId);
  const { total: amount, currency } = order;
  const refused = async (reason: Parameters<typeof refuse>[2]): Promise<Outcome> => {
    await refuse(order, message, reason);
    return { outcome: reason, acceptedAt };
  };
  if (!(await Declines.mayAsk({ userId: order.userId, from: message.from }, now)))
    return refused("card.too_many_declined");
  const known = await answer(() => prepare({ gateway, reference, amount, currency, token }));
  if (known === "none") return refused("card.declined");
  if (typeof known !== "object") return { outcome: "silent", again: true };
  // The token stands for the payment of another attempt. This attempt must never use it.
  if (known.reference !== reference) return refused("payment.mismatch");
  const attempt: Order.Attempt = {
    method: "card",
    hash,
    status: "pending",
    acceptedAt,
    since: now,
    provider: gateway.name,
    paymentId: known.paymentId,
    token,
    from: message.from,
  };
  const refusals = await transact(Order.Transitions.startPaying({ order, attemptId, attempt, now }), conflictRetries);
  const reason = refusals && Order.Refusals.reasonOf(refusals, order);
  const outcome = reason && (await refused(reason));
  const next = await lookAgain(at, known);
  const begun = "order" in next ? next.order.attempts[attemptId] : undefined;
  // A declined attempt is closed for good, and nobody can begin it any more, so its payment is undone. An attempt that is on no order
  // can be begun by another worker meanwhile. Its payment is left, because it takes nothing.
  if (refusals && begun?.status === "declined") await answer(() => undo(gateway, known));
  return outcome ?? next;
};

type Prepared = { gateway: PaymentProvider; reference: string; amount: number; currency: string; token: string };

/** `none` if the gateway refuses such a payment. */
const prepare = async ({ gateway, ...payment }: Prepared): Promise<Known> => {
  try {
    return await gateway.prepare({ ...payment, key: payment.reference });
  } catch (error) {
    if (!GatewayRefused.is(error)) throw error;
    logger.error("payment", {
      operation: "prepare",
      reference: payment.reference,
      outcome: "refused",
      error: error as Error,
    });
    return "none";
  }
};

/** The gateway's answer. If it does not answer, that is a result and not an error. */
const answer = async (call: () => Promise<Known>): Promise<Known> => {
  try {
    return await call();
  } catch (error) {
    if (GatewaySilent.is(error)) return "silent";
    throw error;
  }
};

/** The attempt's payment as the gateway has it. */
export const ask = (at: Case): Promise<Known> => {
  const { paymentId } = attemptOf(at);
  return answer(async () => (paymentId === undefined ? "none" : gatewayOf(at).get(paymentId)));
};

const authorise = async (at: Case, { paymentId, reference, amount }: Seen): Promise<Seen> => {
  const { order, attemptId, now } = at;
  const returnUrl = `${link("Settings").publicUrl}/orders/${order.orderId}/pay`;
  // Each run authorises with a key of its own, because a gateway repeats its first answer to a key, also an error.
  const key = `${referenceOf(order, attemptId)}:authorise:${now}`;
  const token = attemptOf(at).token ?? "";
  const payment = await gatewayOf(at).authorise({ paymentId, reference, amount, token, returnUrl, key });
  if (payment.status === "prepared") throw GatewaySilent("the card was not asked");
  return payment;
};

/** The buyer has something to do. It is written on the order, and only its owner sees it. */
const show = async (at: Case, { action }: Seen): Promise<Case | Outcome> => {
  const { order, attemptId } = at;
  const attempt: Order.Attempt = { ...attemptOf(at), action };
  if (!(await write(Order.Transitions.asked({ order, attemptId, attempt })))) return lookAgain(at, at.known);
  return { outcome: "pending" };
};

const confirm = async (at: Case, payment: Seen): Promise<Case | Outcome> => {
  const { order, attemptId } = at;
  const { paymentId } = payment;
  const { token: _token, action: _action, ...kept } = attemptOf(at);
  const attempt: Order.Attempt = { ...kept, status: "approved", paymentId };
  const refusals = await transact(Order.Transitions.confirm({ order, attemptId, attempt }), conflictRetries);
  if (!refusals) paid(order, attempt.acceptedAt);
  const reason = refusals && Order.Refusals.reasonOf(refusals, order);
  if (reason) await close(at, { reason, payment, owes: true });
  return lookAgain(at, at.known);
};

type Closing = { reason: DeclineReason; payment?: Seen; owes: boolean };

/** Closes the attempt for good, and keeps the order until its earlier time. What the gateway holds for the attempt is released after that. */
const close = async (at: Case, { reason, payment, owes }: Closing): Promise<void> => {
  const { order, attemptId } = at;
  const { token: _token, action: _action, ...kept } = attemptOf(at);
  const code = reason === "card.declined" ? payment?.reason : undefined;
  const attempt: Order.Attempt = { ...kept, status: "declined", reason, code };
  if (reason === "payment.mismatch")
    logger.error("payment", {
      operation: "settle",
      orderId: order.orderId,
      outcome: "the gateway names another payment",
    });
  const step = { order, attemptId, attempt, owes };
  const refusals = await Order.invalidateAfter(order.eventId, () =>
    transact(Order.Transitions.decline(step), conflictRetries),
  );
  // If another order has the seats or the basket already, only this order is written.
  const written =
    refusals && Order.Refusals.reasonOf(refusals, order) ? await write(Order.Transitions.close(step)) : !refusals;
  if (written) count(reason === "seat.lost" ? "SeatLost" : "Declined");
  // Only the run that wrote it counts it. A failed check by the bank says as much about a card as a refusal.
  if (written && (reason === "card.declined" || reason === "card.unverified"))
    await Declines.declined({ userId: order.userId, from: attempt.from }, at.now);
};

const capture = async (at: Case, { paymentId }: Seen): Promise<Seen> => {
  const { order, attemptId } = at;
  const gateway = gatewayOf(at);
  try {
    return await gateway.capture({ paymentId, key: `${referenceOf(order, attemptId)}:capture` });
  } catch (error) {
    if (!GatewayRefused.is(error)) throw error;
    const payment = await gateway.get(paymentId);
    return payment.status === "authorised" ? { ...payment, refused: "capture" } : payment; // it was taken or released meanwhile
  }
};

const giveBack = async (at: Case, { payment, refund }: Extract<Step, { do: "undo" }>): Promise<Seen> => {
  const after = await undo(gatewayOf(at), payment, refund);
  if (isRefundRefused(after)) count("RefundRefused");
  return after;
};

/** The case after an undo. If the order has no debt for the payment, only the message that named it can bring it again. */
const undone = (at: Case, known: Known): Case | Outcome =>
  known === "silent" && at.order.owed?.[at.attemptId] === undefined
    ? { outcome: "silent", again: true }
    : { ...at, known };

/** confirmed → released. If a ticket was checked in, the order stays confirmed: the money is lost, and the reason is written on the order. */
const revoke = async (at: Case): Promise<Case | Outcome> => {
  const { order, attemptId, now } = at;
  const reason = "payment.capture_failed";
  const attempt: Order.Attempt = { ...attemptOf(at), status: "declined", reason };
  const moves = Order.GivingBack.revoke({ order, attemptId, attempt, now });
  const refusals = await Order.invalidateAfter(order.eventId, () => transact(moves, conflictRetries));
  if (!refusals) {
    count("CaptureFailed");
    return { outcome: "revoked" };
  }
  if (!Order.Refusals.checkedIn(refusals, order)) return lookAgain(at, at.known);
  const unpaid: Order.Attempt = { ...attemptOf(at), reason };
  if (!(await write(Order.Transitions.settled({ order, attemptId, attempt: unpaid })))) return lookAgain(at, at.known);
  count("CaptureFailed");
  return { outcome: "not paid, checked in" };
};

const refunded = async (at: Case): Promise<Case | Outcome> => {
  if (!(await write(Order.GivingBack.refunded(at)))) return lookAgain(at, at.known);
  count("Refunded");
  return { outcome: "refunded" };
};

/** refunded → refunding. The buyer was informed that the money came back, so an operator is alerted at once. */
const reopen = async (at: Case): Promise<Case | Outcome> => {
  if (await write(Order.GivingBack.reopen(at))) {
    count("RefundRefused");
    const { orderId } = at.order;
    logger.error("payment", { operation: "refund", orderId, outcome: "failed after it was done" });
  }
  return lookAgain(at, at.known);
};
