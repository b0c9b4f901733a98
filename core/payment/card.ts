/**
 * Paying by card: the order is written as paying before the gateway is asked; then authorise, settle as with points, capture. A crash
 * at any step is resumed from what the order says, and every step at the gateway has a key of its own.
 */
import { type GatewayPayment, GatewayRefused, provider } from "#core/gateway/index.ts";
import { failed, type TransactItem, transact } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import { next, type Outcome, reasonOf } from "./attempt.ts";
import { type PaymentMessage, referenceOf } from "./message.ts";
import { paid, refuse } from "./points.ts";
import type { DeclineReason } from "./schema.ts";
import { undo } from "./undo.ts";

/** How often it starts again because the order moved between the look and the write. */
const TRIES = 5;
const CONFLICTS = 7;

/** Settles one attempt by card, from wherever it stands. Throws while the outcome is unknown: the message comes again. */
export const settleCard = async (message: PaymentMessage, now: number): Promise<Outcome> => {
  const { userId, orderId, attemptId, acceptedAt, token = "" } = message;
  for (let tries = 0; tries < TRIES; tries++) {
    const order = await Order.find({ userId, orderId });
    if (!order || acceptedAt > order.payBy) return { outcome: "dropped" };
    switch (next(order, attemptId)) {
      case "begin": {
        const refused = await begin(order, message, now);
        if (refused) return refused;
        continue;
      }
      case "ask": {
        const reference = referenceOf(order, attemptId);
        const { total: amount, currency } = order;
        const key = `${orderId}:${attemptId}`;
        const payment = await provider().authorise({ reference, amount, currency, token, key });
        return conclude({ order, attemptId, payment, now });
      }
      case "done":
        return { outcome: "dropped" };
      default:
        return close(order, attemptId, now);
    }
  }
  throw Order.OrderBusy();
};

/** held → paying. Answers an outcome where the order cannot be paid any more; undefined where it is to be looked at again. */
const begin = async (order: Order.Order, message: PaymentMessage, now: number): Promise<Outcome | undefined> => {
  const { attemptId, hash, acceptedAt } = message;
  const attempt = { method: "card", hash, status: "pending", acceptedAt, since: now } as const;
  const refusals = await transact(Order.Moves.startPaying({ order, attemptId, attempt, now }), CONFLICTS);
  const reason = refusals && reasonOf(refusals, order);
  if (!reason) return undefined;
  await refuse(order, message, reason);
  return { outcome: reason, acceptedAt };
};

/** Finishes at the gateway what the order has decided already: takes the money, or lets go of it. */
export const close = async (order: Order.Order, attemptId: string, now: number): Promise<Outcome> => {
  const payment = await lookUp(order, attemptId);
  if (payment) return conclude({ order, attemptId, payment, now });
  await write([Order.Moves.settled({ order, attemptId })]); // it was never asked: there is nothing to undo
  return { outcome: "closed" };
};

/** The attempt's payment at the gateway, if there is one. */
export const lookUp = async (order: Order.Order, attemptId: string): Promise<GatewayPayment | undefined> => {
  const paymentId = order.attempts[attemptId]?.paymentId;
  if (paymentId !== undefined) return provider().get(paymentId);
  const found = await provider().find(referenceOf(order, attemptId));
  return found.find(({ status }) => status !== "declined") ?? found[0];
};

type Case = { order: Order.Order; attemptId: string; payment: GatewayPayment; now: number };

/** Brings order and gateway together, whoever told of the payment: the worker's own call, a webhook, the reconciliation. */
export const conclude = async ({ payment, attemptId, now, ...given }: Case): Promise<Outcome> => {
  let order: Order.Order | undefined = given.order;
  const paymentId = order.attempts[attemptId]?.paymentId;
  if (paymentId !== undefined && paymentId !== payment.paymentId) return giveBackDouble(payment);
  for (let tries = 0; order && tries < TRIES; tries++) {
    const known = { order, attemptId, payment, now };
    const step = next(order, attemptId);
    if (step === "capture") return capture(known);
    if (step === "undo") return giveBack(known);
    if (step !== "ask") return { outcome: "dropped" };
    if (payment.status === "pending") return { outcome: "pending" }; // a webhook, or the reconciliation, tells the rest
    const reason = refusalOf(order, payment);
    await (reason ? decline(known, reason) : confirm(known));
    order = await Order.find(order);
  }
  throw Order.OrderBusy();
};

/** Why a payment does not pay the order; undefined where the gateway holds, or took, exactly what the order costs. */
const refusalOf = (order: Order.Order, { status, amount, currency }: GatewayPayment): DeclineReason | undefined => {
  if (status === "declined") return "card.declined";
  if (status !== "authorised" && status !== "captured") return "payment.unconfirmed"; // voided before it was heard of
  if (amount === order.total && currency === order.currency) return undefined;
  logger.error("payment", { operation: "settle", orderId: order.orderId, outcome: "amount differs" });
  return "payment.mismatch";
};

const attemptOf = ({ order, attemptId }: Case): Order.Attempt => {
  const attempt = order.attempts[attemptId];
  if (!attempt) throw new Error(`Order ${order.orderId} has no attempt ${attemptId}`);
  return attempt;
};

const confirm = async (known: Case): Promise<void> => {
  const { order, attemptId, payment } = known;
  const attempt: Order.Attempt = { ...attemptOf(known), status: "approved", paymentId: payment.paymentId };
  const refusals = await transact(Order.Moves.confirm({ order, attemptId, attempt }), CONFLICTS);
  if (!refusals) paid(order, attempt.acceptedAt);
  const reason = refusals && reasonOf(refusals, order);
  if (reason) await decline(known, reason);
};

/** Closes the attempt for good, and gives the order its time back. What the gateway holds for it is let go of after. */
const decline = async (known: Case, reason: DeclineReason): Promise<void> => {
  const { order, attemptId, payment, now } = known;
  const attempt: Order.Attempt = { ...attemptOf(known), status: "declined", reason, paymentId: payment.paymentId };
  const owed = payment.status === "authorised" || payment.status === "captured";
  await closeAttempt({ order, attemptId, attempt, now, undo: owed });
};

/** As `decline`, for an attempt that the gateway does not know: should it come to know it, that is undone. */
export const abandon = async (order: Order.Order, attemptId: string, now: number): Promise<void> => {
  const before = order.attempts[attemptId];
  if (!before) return;
  const attempt: Order.Attempt = { ...before, status: "declined", reason: "payment.unconfirmed" };
  await closeAttempt({ order, attemptId, attempt, now, undo: false });
};

const closeAttempt = async (step: Parameters<typeof Order.Moves.decline>[0]): Promise<void> => {
  const refusals = await Order.giving(step.order.eventId, () => transact(Order.Moves.decline(step), CONFLICTS));
  // seats or basket are another's already: then the order alone
  const written = refusals && reasonOf(refusals, step.order) ? await write([Order.Moves.close(step)]) : !refusals;
  if (written) count(step.attempt.reason === "seat.lost" ? "SeatLost" : "Declined");
};

/** False where the order has moved on: whoever asks looks again. */
const write = async (items: TransactItem[]): Promise<boolean> => {
  const refusals = await transact(items, CONFLICTS);
  if (refusals && !failed(refusals, Order.Moves.ORDER)) throw Order.OrderBusy();
  return !refusals;
};

const capture = async (known: Case): Promise<Outcome> => {
  const { order, attemptId, payment } = known;
  if (payment.status !== "captured") await take(known);
  await write([Order.Moves.settled({ order, attemptId })]);
  return { outcome: "confirmed", acceptedAt: attemptOf(known).acceptedAt };
};

/** Refused is right only where the order is being refunded meanwhile, or where it was taken before. */
const take = async ({ order, attemptId, payment: { paymentId } }: Case): Promise<void> => {
  try {
    await provider().capture({ paymentId, key: `${referenceOf(order, attemptId)}:capture` });
  } catch (error) {
    if (!GatewayRefused.is(error)) throw error;
    const [payment, current] = await Promise.all([provider().get(paymentId), Order.find(order)]);
    if (payment.status !== "captured" && current?.status === "confirmed") throw error;
  }
};

const giveBack = async ({ order, attemptId, payment }: Case): Promise<Outcome> => {
  await undo(payment, `${referenceOf(order, attemptId)}:undo`);
  await write([Order.Moves.settled({ order, attemptId })]);
  return { outcome: "undone" };
};

/** A second payment of one attempt, which our key should have prevented: it pays nothing. */
const giveBackDouble = async (payment: GatewayPayment): Promise<Outcome> => {
  await undo(payment, `${payment.paymentId}:undo`);
  return { outcome: "double undone" };
};
