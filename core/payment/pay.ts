/** A buyer pays: the order is checked, and one message is sent. Nothing else is written, so a crash cannot leave one without the other. */
import * as Declines from "#core/declines/index.ts";
import { configured } from "#core/gateway/index.ts";
import { IdempotencyMismatch } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import { post, referenceOf } from "./message.ts";
import type { Pay, PaymentForm } from "./schema.ts";

/** Characters of its request's hash that an attempt keeps. They are enough to tell two requests apart. */
const hashLength = 22;

/**
 * Accepts a payment of a held order until `payBy`. The amount is the order's. Answers the order as it will be until the worker has
 * decided, or the order as it is if this key was decided already. 404 `order.not_found`, 409 `order.expired`, `order.not_payable`,
 * 422 `request.idempotency_mismatch` once the attempt is recorded, 429 `card.too_many_declined`.
 */
export const pay = async (args: {
  userId: string;
  orderId: string;
  pay: Pay;
  viewer: string;
  idempotency: { key: string; hash: string };
  now: number;
}): Promise<Order.Order> => {
  const { userId, orderId, pay, idempotency, now } = args;
  const order = await Order.get({ userId, orderId });
  const attemptId = attemptOf(orderId, idempotency);
  const hash = idempotency.hash.slice(0, hashLength);
  const before = order.attempts[attemptId];
  if (before && before.hash !== hash) throw IdempotencyMismatch();
  if (before) return order;
  payable(order, pay, now);
  const card =
    pay.method === "card"
      ? { token: pay.card.token, provider: configured()?.name, from: Declines.fromOf(args.viewer) }
      : undefined;
  if (card) await Declines.check({ userId, from: card.from }, now);
  await post({ kind: "payment", userId, orderId, attemptId, hash, method: pay.method, ...card, acceptedAt: now });
  count("PaymentAccepted");
  return { ...order, attemptId, attempts: { [attemptId]: { method: pay.method, hash, status: "pending" } } };
};

/**
 * What the provider's payment window needs before it is opened. Nothing is written. The payment from the window has to be sent with
 * the same key. 404 `order.not_found`, 409 `order.expired`, `order.not_payable` (also if the provider has no such window), 429
 * `card.too_many_declined`.
 */
export const form = async (args: {
  userId: string;
  orderId: string;
  viewer: string;
  idempotency: { key: string };
  now: number;
}): Promise<PaymentForm> => {
  const { userId, orderId, idempotency, now } = args;
  const order = await Order.get({ userId, orderId });
  const attemptId = attemptOf(orderId, idempotency);
  const opened = configured()?.window(referenceOf(order, attemptId));
  if (!opened) throw Order.NotPayable("No payment window is used here.");
  payable(order, { method: "card" }, now);
  if (order.attempts[attemptId]) throw Order.NotPayable("This key was used to pay before: send a new key.");
  await Declines.check({ userId, from: Declines.fromOf(args.viewer) }, now);
  return { ...opened, amount: order.total };
};

/** The attempt that a request with this key makes. */
const attemptOf = (orderId: string, { key }: { key: string }): string => Ids.derive(orderId, key);

const payable = (order: Order.Order, { method }: Pick<Pay, "method">, now: number): void => {
  const status = Order.statusAt(order, now);
  if (status === "expired" || (status === "held" && now > order.payBy)) throw Order.OrderExpired();
  if (status !== "held") throw Order.NotPayable(`The order is ${status}.`);
  const { total, currency } = order;
  // An order that costs nothing is confirmed like a payment by points, and no points move.
  if (method === "card" && total === 0) throw Order.NotPayable("This order costs nothing: send the method points.");
  if (method === "points" && total > 0 && currency !== Wallet.CURRENCY)
    throw Order.NotPayable(`Points pay orders in ${Wallet.CURRENCY} only; this order is in ${currency}.`);
  if (method === "card") {
    const gateway = configured();
    if (!gateway) throw Order.NotPayable("Cards are not accepted here.");
    const refusal = gateway.refusal(total, currency);
    if (refusal) throw Order.NotPayable(`This order cannot be paid by card here: its total ${refusal}.`);
  }
  if (Object.keys(order.attempts).length >= Order.Transitions.maxAttempts)
    throw Order.NotPayable("This order has too many payment attempts: release it and begin again.");
};
