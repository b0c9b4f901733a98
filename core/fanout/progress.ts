/**
 * How far the orders of a cancelled event are. It is derived: the orders that are left from the seats that are taken, the others from the
 * index of orders that gave their seats back. So there is no count that could differ from the orders.
 */
import * as Catalog from "#core/catalog/index.ts";
import { iso } from "#core/lib/clock.ts";
import { memo } from "#core/lib/memo.ts";
import * as Order from "#core/order/index.ts";
import { type Cancellation, CancellationNotFound } from "./schema.ts";

/** ms that the numbers are kept. Counting reads all orders of the event. */
const progressMaxAgeMs = 2_000;
const kept = memo<Cancellation>(50);

/** Orders of which `failed` says why. */
const maxFailed = 100;

/** At most two seconds old. 404 `event.not_found`, `cancellation.not_found`. */
export const progress = async (eventId: string, now: number): Promise<Cancellation> => {
  const event = await Catalog.find(eventId);
  if (!event || event.draft) throw Catalog.EventNotFound();
  const { cancelled } = event;
  if (!cancelled) throw CancellationNotFound();
  return kept.get(`${eventId} ${cancelled.run} ${cancelled.finished}`, { now, maxAge: progressMaxAgeMs }, () =>
    count(eventId, cancelled, now),
  );
};

const count = async (eventId: string, cancelled: Catalog.Cancelled, now: number): Promise<Cancellation> => {
  // The seats first: an order that ends between the two reads is in both, and counts as ended.
  const { traces } = await Order.pass(eventId, now);
  const counts = { released: 0, refunded: 0, refunding: 0 };
  const failed: Cancellation["failed"] = [];
  const ended = new Set<string>();
  for await (const order of Order.ended(eventId)) {
    ended.add(order.orderId);
    if (!order.eventCancelled) continue;
    counts[order.status as keyof typeof counts]++;
    if (Order.isRefundDelayed(order, now)) failed.push({ orderId: order.orderId, reason: "refund_delayed" });
  }
  const left = traces.filter(({ orderId }) => !ended.has(orderId));
  // The first pass has not read all orders yet. After it, few are left.
  if (cancelled.pass) failed.push(...(await disputed(left)));
  const { released, refunded, refunding } = counts;
  return {
    cancelledAt: iso(cancelled.at),
    ...(cancelled.reason && { reason: cancelled.reason }),
    orders: released + refunded + refunding + left.length,
    ...counts,
    left: left.length,
    failed: failed.slice(0, maxFailed),
    done: cancelled.finished === true && refunding === 0,
  };
};

const disputed = async (left: Order.Trace[]): Promise<Cancellation["failed"]> => {
  const orders = await Order.many(left.filter(({ state }) => state === "sold").slice(0, maxFailed));
  return orders
    .filter(({ attempts, attemptId = "" }) => attempts[attemptId]?.disputed)
    .map(({ orderId }) => ({ orderId, reason: "disputed" as const }));
};
