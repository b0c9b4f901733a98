/** Giving a held order back before it is paid. */
import { failed, transact } from "#core/lib/dynamo.ts";
import { count } from "#core/lib/metrics.ts";
import * as GivingBack from "./giving-back.ts";
import { type Order, type OrderSeat, toOrder } from "./order.table.ts";
import { BASKET, ORDER, SEATS } from "./refusals.ts";
import { NotCancellable, OrderBusy } from "./schema.ts";
import { invalidateAfter } from "./sold-out-cache.ts";

/** Tries of the transaction. Each leaves out the items that another order has by then. */
const maxAttempts = 3;

/**
 * Releases a held order: deletes the seats that still belong to it, and closes the basket if this is its open order. Repeating it
 * changes nothing more. 409 `order.not_cancellable` while it is being paid, or after; 503 `order.busy`. `eventCancelled`: why.
 */
export const release = async (order: Order, now: number, eventCancelled?: true): Promise<void> => {
  if (order.status === "released") return;
  if (order.status !== "held") throw NotCancellable(`The order is ${order.status}.`);
  let own: OrderSeat[] = order.seats;
  let open = true;
  // Another order may have the seats or the basket of a lapsed order. Each refusal says which, and the next try leaves them out.
  for (let tries = 0; tries < maxAttempts; tries++) {
    const refusals = await invalidateAfter(order.eventId, () =>
      transact(GivingBack.release({ order, own, open, eventCancelled, now })),
    );
    if (!refusals) {
      count("Released");
      return;
    }
    const item = refusals[ORDER]?.item;
    if (item) return release(toOrder(item), now, eventCancelled); // it changed meanwhile: its new status decides
    const first = open ? SEATS : BASKET;
    own = own.filter((_, index) => !failed(refusals, first + index));
    open &&= !failed(refusals, BASKET);
  }
  throw OrderBusy();
};
