/** What an invariant is, and the snapshot's facts by the names that invariants look them up by. */
import type { EntryFacts, OrderFacts, PaymentFacts, SeatFacts, Snapshot } from "./snapshot.ts";

export type Finding = {
  /** How many things were looked at. */
  looked: number;
  /** How many of them cannot be judged yet, for something about them is still under way. */
  open?: number;
  violations: string[];
  /** Why nothing could be looked at, where that is so. */
  unseen?: string;
};

export type Invariant = { name: string; check: (facts: Facts) => Finding };

export type Facts = Snapshot & {
  order: Map<string, OrderFacts>;
  seat: Map<string, SeatFacts>;
  /** Ledger entries and payments by the order that they name. */
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

/** The order that a payment pays for; undefined for what pays for something else, such as points. */
export const orderOf = ({ reference }: PaymentFacts): string | undefined =>
  /\.(ord_[0-9A-Z]{26})\./.exec(reference)?.[1];

export const facts = (snapshot: Snapshot): Facts => ({
  ...snapshot,
  order: new Map(snapshot.orders.map((order) => [order.orderId, order])),
  seat: new Map(snapshot.seats.map((seat) => [seatName(seat), seat])),
  entriesOf: group(snapshot.entries, (entry) => entry.orderId),
  paymentsOf: group(snapshot.payments ?? [], orderOf),
});

/** Whether the order has a claim on its seats: a hold that nobody paid for in time has none. */
export const isLive = (order: OrderFacts, at: number): boolean =>
  order.status === "confirmed" || ((order.status === "held" || order.status === "paying") && order.heldUntil >= at);

/** Whether a worker or the payment gateway has still to do something about the order. */
export const isOpen = (order: OrderFacts): boolean =>
  order.open !== undefined || order.status === "paying" || order.status === "refunding";

export const sum = <T>(items: readonly T[] | undefined, of: (item: T) => number): number =>
  (items ?? []).reduce((total, item) => total + of(item), 0);
