/** Cancelling: releasing what is held, refunding what is confirmed. */
import * as Catalog from "#core/catalog/index.ts";
import { contend, type TransactItem, transact } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Log from "#core/log/index.ts";
import * as Order from "#core/order/index.ts";
import * as Wallet from "#core/wallet/index.ts";
import { advance } from "./card.ts";

/**
 * A buyer gives an order back. A held order is released, and the answer is undefined; else the answer is the order, refunded or
 * refunding. Repeating it changes nothing more. 404 `order.not_found`; 409 `order.not_cancellable` while the order is being paid, after
 * the event's `cancelUntil` and its window of a postponement, and if a ticket was checked in; 503 `order.busy`.
 */
export const cancel = async (args: {
  userId: string;
  orderId: string;
  now: number;
}): Promise<Order.Order | undefined> => {
  const order = await Order.get(args);
  if (order.status === "held" || order.status === "released") {
    await Order.release(order, args.now);
    return undefined;
  }
  if (order.status === "confirmed") {
    const event = await Catalog.event(order.eventId, args.now);
    if (args.now > Catalog.returnsUntil(event)) throw Order.NotCancellable("The time to cancel this order has passed.");
  }
  return refund(order, args.now);
};

/**
 * An organiser (`by`, a user id) refunds a confirmed order at any time, and the event's log gets an entry; errors as `cancel`. Without
 * `userId` the order's mail must have gone out. With `force` also if a ticket was checked in: they are then written on the order. With
 * `returnedOtherwise` they end a refund that the gateway does not make: 409 `order.not_cancellable` unless the order is `refunding`.
 */
export const refundByOrganiser = async (args: {
  orderId: string;
  userId?: string | undefined;
  force?: boolean | undefined;
  returnedOtherwise?: boolean | undefined;
  by: string;
  now: number;
}): Promise<Order.AdminOrder> => {
  const { orderId, by, now } = args;
  const userId = args.userId ?? (await Order.ownerOf(orderId));
  const order = await Order.get({ userId, orderId });
  const how = args.returnedOtherwise ? "returnedOtherwise" : args.force ? "forced" : undefined;
  const changes = how && { [how]: { to: true } };
  const entry = Log.entry({ of: order.eventId, by, action: "order.refunded", subject: orderId, changes, now });
  const why = args.force ? { forced: { by, at: now } } : {};
  const ended = args.returnedOtherwise ? endRefund(order, by, now, entry) : refund(order, now, why, [entry]);
  return Order.adminView(await ended, now);
};

/** refunding → refunded, because an organiser says so. Repeating it changes nothing more. If the gateway was first, it has returned the money as well. */
const endRefund = (given: Order.Order, by: string, now: number, entry: TransactItem): Promise<Order.Order> => {
  let order = given;
  return contend(async () => {
    const { orderId, status, attemptId = "" } = order;
    if (order.attempts[attemptId]?.returnedOtherwise) return order;
    if (status === "refunded")
      throw Order.NotCancellable("The order is refunded: the gateway or the wallet has the money back.");
    if (status !== "refunding") throw Order.NotCancellable(`The order is ${status}: no refund of it is under way.`);
    const refusals = await transact([
      Order.GivingBack.refunded({ order, attemptId, otherwise: { by, at: now } }),
      entry,
    ]);
    if (!refusals) {
      count("Refunded");
      logger.info("refund", { operation: "refund", orderId, outcome: "returned otherwise", by });
    }
    order = await Order.get(order);
    return refusals ? undefined : order;
  }, Order.OrderBusy);
};

/** - `left`: it may end later, by another pass; - `disputed`: not before the dispute is over; - `over`: it had ended before */
export type Ending = "released" | "refunding" | "refunded" | "left" | "disputed" | "over";

/**
 * The event is cancelled: a held order is released, and a confirmed one is refunded, also if its tickets were used. An order that is being
 * paid is left until that is decided. `by` cancelled the event (a user id). Repeating it changes nothing more.
 */
export const endWithEvent = async (args: {
  userId: string;
  orderId: string;
  by: string;
  now: number;
}): Promise<Ending> => {
  const { by, now } = args;
  const order = await Order.find(args);
  const disputed = order?.attempts[order.attemptId ?? ""]?.disputed;
  try {
    if (order?.status === "held") {
      await Order.release(order, now, true);
      return "released";
    }
    if (order?.status === "paying") return "left";
    if (order?.status !== "confirmed") return "over";
    if (disputed) return "disputed";
    const { status } = await refund(order, now, { forced: { by, at: now }, eventCancelled: true });
    return status === "refunding" ? "refunding" : "refunded";
  } catch (error) {
    // It changed after it was read: it was paid, say. The next pass finds it as it is then.
    if (Order.NotCancellable.is(error) || Order.OrderBusy.is(error)) return "left";
    throw error;
  }
};

/**
 * Points go back with the seats, in one transaction; a card's money follows from the Orders stream (see `refundCard`). Errors as `cancel`.
 * `entries` of a log come last in the transaction, because its refusals are read by position.
 */
export const refund = (
  given: Order.Order,
  now: number,
  why: Pick<Order.Order, "forced" | "eventCancelled"> = {},
  entries: TransactItem[] = [],
): Promise<Order.Order> => {
  const { forced } = why;
  let order = given;
  return contend(async () => {
    if (order.status === "refunding" || order.status === "refunded") return order;
    const { attemptId = "" } = order;
    const before = order.attempts[attemptId];
    if (order.status !== "confirmed" || !before) throw Order.NotCancellable(`The order is ${order.status}.`);
    if (before.disputed) {
      const detail = "The buyer's bank disputes this payment. It can be refunded once the dispute is won or withdrawn.";
      throw Order.NotCancellable(detail, { extra: { disputed: true } });
    }
    const byCard = before.method === "card";
    const attempt: Order.Attempt = byCard ? withRefund(order, before, now) : { ...before, status: "refunded" };
    const points = byCard || order.total === 0 ? [] : await pointsBack(order, now);
    const moves = [...Order.GivingBack.refund({ order, attemptId, attempt, now, ...why }), ...points, ...entries];
    const refusals = await Order.invalidateAfter(order.eventId, () => transact(moves));
    if (!refusals) {
      if (!byCard) count("Refunded");
      const status = byCard ? "refunding" : "refunded";
      return { ...order, status, attempts: { ...order.attempts, [attemptId]: attempt } };
    }
    if (!forced && Order.Refusals.checkedIn(refusals, order))
      throw Order.NotCancellable("A ticket of this order was checked in.", { extra: { checkedIn: true } });
    order = await Order.get(order);
    return undefined;
  }, Order.OrderBusy);
};

/** The attempt with the refund of what is left of the order among its refunds. */
const withRefund = ({ total }: Order.Order, attempt: Order.Attempt, now: number): Order.Attempt => {
  const { refunds = [] } = attempt;
  const amount = refunds.reduce((left, refund) => left - refund.amount, total);
  return { ...attempt, refunds: [...refunds, { id: Ids.make("rf", now), amount }] };
};

const pointsBack = async ({ userId, orderId, total }: Order.Order, now: number) => {
  const { balance } = await Wallet.read({ userId });
  return Wallet.move({ userId, kind: "refund", amount: total, from: balance, orderId, now });
};

/** Brings the refund of a card's money as far as the gateway allows. */
export const refundCard = async ({ userId, orderId, now }: { userId: string; orderId: string; now: number }) => {
  const order = await Order.find({ userId, orderId });
  if (order?.status !== "refunding" || order.attemptId === undefined) return { outcome: "dropped" };
  return advance({ order, attemptId: order.attemptId, now });
};
