/** Giving a held order back before it is paid. */
import { failed, transact } from "#core/lib/dynamo.ts";
import { count } from "#core/lib/metrics.ts";
import * as GivingBack from "./giving-back.ts";
import { type Order, type OrderSeat, toOrder } from "./order.table.ts";
import { NotCancellable, OrderBusy } from "./schema.ts";
import { invalidateAfter } from "./sold-out-cache.ts";
import * as Transitions from "./transitions.ts";

/**
 * Releases a held order: deletes those of its seats that are still its own, and closes the basket if that is. Again and again is once.
 * 409 `order.not_cancellable` while it is being paid, or after; 503 `order.busy`.
 */
export const release = async (order: Order, now: number): Promise<void> => {
  if (order.status === "released") return;
  if (order.status !== "held") throw NotCancellable(`The order is ${order.status}.`);
  let own: OrderSeat[] = order.seats;
  let open = true;
  // a lapsed order's seats, or its basket, may be another's: each refusal says which, and leaves fewer to try
  for (let tries = 0; tries < 3; tries++) {
    const refusals = await invalidateAfter(order.eventId, () =>
      transact(GivingBack.release({ order, own, open, now })),
    );
    if (!refusals) {
      count("Released");
      return;
    }
    const item = refusals[Transitions.ORDER]?.item;
    if (item) return release(toOrder(item), now); // it moved on meanwhile: what it is now decides
    const first = open ? Transitions.SEATS : Transitions.BASKET;
    own = own.filter((_, index) => !failed(refusals, first + index));
    open &&= !failed(refusals, Transitions.BASKET);
  }
  throw OrderBusy();
};
