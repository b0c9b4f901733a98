/**
 * Reads why a transaction of an order was refused. Every such transaction has its items in one order, so that a refusal can be read by
 * position: the order (`ORDER`), its basket (`BASKET`), its seats (from `SEATS`), and after them a check for each ticket.
 */
import { failed, type Refusal } from "#core/lib/dynamo.ts";
import type { Order, OrderSeat } from "./order.table.ts";

export const ORDER = 0;
export const BASKET = 1;
export const SEATS = 2;

/** The seats of an order that another order has taken over. */
export const lost = (refusals: Refusal[], order: Order): OrderSeat[] =>
  order.seats.filter((_, index) => failed(refusals, SEATS + index));

/** Why a transaction of an order's seats was refused; undefined if only the order itself or a conflict was the reason. */
export const reasonOf = (refusals: Refusal[], order: Order): "seat.lost" | "order.expired" | undefined => {
  if (failed(refusals, ORDER)) return undefined;
  // The basket has another open order, or none. So this order lapsed, and its buyer continued, perhaps with the same seats.
  if (failed(refusals, BASKET)) return "order.expired";
  return lost(refusals, order).length > 0 ? "seat.lost" : undefined;
};

/** Whether the transaction was refused because a ticket of the order was checked in. */
export const checkedIn = (refusals: Refusal[], { seats }: Order): boolean =>
  seats.some((_, index) => failed(refusals, SEATS + seats.length + index));
