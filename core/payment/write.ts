/** Writing one step of an attempt by card. */
import { failed, type TransactItem, transact } from "#core/lib/dynamo.ts";
import * as Order from "#core/order/index.ts";

/** Tries of a transaction that conflicts. Popular seats conflict often, and a message that is sent back waits in the queue again. */
export const conflictRetries = 7;

/** Writes the order alone. False if the order has changed: the caller reads it again. 503 `order.busy`. */
export const write = async (item: TransactItem): Promise<boolean> => {
  const refusals = await transact([item], conflictRetries);
  if (refusals && !failed(refusals, Order.Refusals.ORDER)) throw Order.OrderBusy();
  return !refusals;
};
