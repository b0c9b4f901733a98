/** The type of an invariant, and the snapshot's facts by the keys that invariants need. */
import type { EntryFacts, OrderFacts, PaymentFacts, SeatFacts, Snapshot } from "./snapshot.ts";

export type Finding = {
  /** The number of things checked. */
  looked: number;
  /** The number of things that cannot be judged yet, because something about them is in progress. */
  open?: number;
  violations: string[];
  /** Why nothing could be checked. */
  unseen?: string;
};

export type Invariant = { name: string; check: (facts: Facts) => Finding };

export type Facts = Snapshot & {
  order: Map<string, OrderFacts>;
  seat: Map<string, SeatFacts>;
  /** Ledger entries and payments by their order. */
  entriesOf: Map<string, EntryFacts[]>;
  paymentsOf: Map<string, PaymentFacts[]>;
};

export const group = <T>(items: readonly T[], by: (item: T) => string | undefined): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = by(item);
    if (key === undefined) continue;
    const members = groups.get(key);
    if (members) members.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};

export const seatName = (seat: { eventId: string; sectionId: string; seatId: string }): string =>
  `${seat.eventId}/${seat.sectionId}/${seat.seatId}`;

/** The order that a payment pays for; undefined if it pays for something else, such as points. */
export const orderOf = ({ reference }: PaymentFacts): string | undefined =>
  /\.(ord_[0-9A-Z]{26})\./.exec(reference)?.[1];

export const facts = (snapshot: Snapshot): Facts => ({
  ...snapshot,
  order: new Map(snapshot.orders.map((order) => [order.orderId, order])),
  seat: new Map(snapshot.seats.map((seat) => [seatName(seat), seat])),
  entriesOf: group(snapshot.entries, (entry) => entry.orderId),
  paymentsOf: group(snapshot.payments ?? [], orderOf),
});

/** Whether the order owns its seats. A hold that was not paid in time does not. */
export const isLive = (order: OrderFacts, at: number): boolean =>
  order.status === "confirmed" || ((order.status === "held" || order.status === "paying") && order.heldUntil >= at);

/** Whether a worker or the payment gateway still has something to do for the order. */
export const isOpen = (order: OrderFacts): boolean =>
  order.open !== undefined || order.status === "paying" || order.status === "refunding";

export const sum = <T>(items: readonly T[] | undefined, of: (item: T) => number): number =>
  (items ?? []).reduce((total, item) => total + of(item), 0);
