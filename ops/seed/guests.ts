/** Sells a sale out by real orders: held, paid with points, settled by the worker. */
import * as Ids from "#core/lib/ids.ts";
import * as Order from "#core/order/index.ts";
import * as Payment from "#core/payment/index.ts";

const QUANTITY = 8;

/** A guest buys eight seats, unless this guest has bought before. Refunded orders stay refunded. */
export const buy = async (userId: string, eventId: string, now: number): Promise<void> => {
  const order = (await latest(userId, eventId)) ?? (await hold(userId, eventId, now));
  const status = Order.statusAt(order, now);
  const due = status === "expired" || status === "released" ? await hold(userId, eventId, now) : order;
  if (Order.statusAt(due, now) !== "held" || now > due.payBy) return;
  const idempotency = { key: `seed-${due.orderId}`, hash: Ids.sha256(due.orderId) };
  await Payment.pay({ userId, orderId: due.orderId, pay: { method: "points" }, viewer: "seed", idempotency, now });
};

const latest = async (userId: string, eventId: string): Promise<Order.Order | undefined> => {
  const { items } = await Order.list({ userId, limit: 100 });
  return items.find((order) => order.eventId === eventId);
};

const hold = (userId: string, eventId: string, now: number): Promise<Order.Order> => {
  const key = Ids.make("req", now);
  const order = { eventId, pick: { quantity: QUANTITY } };
  return Order.hold({ userId, order, admission: undefined, idempotency: { key, hash: Ids.sha256(key) }, now });
};
