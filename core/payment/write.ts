/** Writing one step of an attempt. */
import * as Declines from "#core/declines/index.ts";
import { failed, type TransactItem, transact } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";

/** Tries of a transaction that conflicts. Popular seats conflict often, and a message that is sent back waits in the queue again. */
export const conflictRetries = 7;

/** A card that was declined, and when. */
export type Declined = Declines.Payer & { now: number };

/** Writes the end of an attempt, the order first, and counts its declined card with it: once, whatever crashes or comes twice. */
export const writeEnd = async (items: TransactItem[], declined: Declined | undefined) => {
  if (!declined) return transact(items, conflictRetries);
  for (;;) {
    const counted = await Declines.counting(declined.userId, declined.now);
    const refusals = await transact([...items, counted], conflictRetries);
    if (!refusals) await Declines.declinedAt(declined.from, declined.now);
    // The items come first, so this is the count alone: another card began a new window, and this one counts in it.
    if (refusals?.findIndex((_, index) => failed(refusals, index)) !== items.length) return refusals;
  }
};

/** Writes the order alone. False if the order has changed: the caller reads it again. 503 `order.busy`. */
export const write = async (item: TransactItem, declined?: Declined): Promise<boolean> => {
  const refusals = await writeEnd([item], declined);
  if (refusals && !failed(refusals, Order.Refusals.ORDER)) throw Order.OrderBusy();
  return !refusals;
};
