/**
 * The orders of an event, for its organiser. No index is written when seats are held or paid. Live orders are found by their seats,
 * which name order and owner, in one pass over the event's taken seats. The pass is kept for two seconds. Orders that gave their seats
 * back are in the sparse index `byEnded`. A lapsed order is found until other orders have taken over all its seats.
 */
import * as Catalog from "#core/catalog/index.ts";
import { getAll } from "#core/lib/dynamo-batch.ts";
import { memo } from "#core/lib/memo.ts";
import * as Table from "./order.table.ts";
import { sharded } from "./sharded.ts";
import { shards } from "./shards.table.ts";

/** ms that a pass is kept. */
const passMaxAgeMs = 2_000;
/** Sections read at the same time. */
const parallelSections = 8;

/** An order as its seats show it. */
export type Trace = { orderId: string; userId: string; state: "held" | "sold" | "lapsed" };

export type Pass = {
  traces: Trace[];
  seats: { free: number; held: number; sold: number };
  /** Of the sold seats, in minor units. */
  revenue: number;
  /** Per section with a taken seat: the sold seats, and those of them whose tickets are checked in. */
  sections: Map<string, { sold: number; entered: number }>;
  /** When the read began, epoch ms. */
  asOf: number;
};

const passes = memo<Pass>(50);

/** The event's orders and figures from its seats, read at most two seconds ago. 404 `event.not_found`. */
export const pass = (eventId: string, now: number): Promise<Pass> =>
  passes.get(eventId, { now, maxAge: passMaxAgeMs }, async () => {
    const event = await Catalog.event(eventId, now);
    const capacity = event.sections.reduce((sum, section) => sum + section.capacity, 0);
    const seats: Seat[] = [];
    const left = event.sections.map(({ sectionId }) => sectionId);
    const read = async () => {
      for (let sectionId = left.pop(); sectionId !== undefined; sectionId = left.pop())
        for (const seat of await Catalog.seatItems(eventId, sectionId)) seats.push({ ...seat, sectionId });
    };
    await Promise.all(Array.from({ length: parallelSections }, read));
    return summary(seats, capacity, now);
  });

type Seat = Omit<Catalog.TakenSeat, "seatId"> & { sectionId: string };

const summary = (seats: Seat[], capacity: number, now: number): Pass => {
  const traces = new Map<string, Trace>();
  const counted = { held: 0, sold: 0, lapsed: 0 };
  const sections: Pass["sections"] = new Map();
  let revenue = 0;
  for (const seat of seats) {
    const state = seat.state === "sold" ? "sold" : Catalog.isTaken(seat, now) ? "held" : "lapsed";
    counted[state]++;
    if (state === "sold") {
      const { sold, entered } = sections.get(seat.sectionId) ?? { sold: 0, entered: 0 };
      sections.set(seat.sectionId, { sold: sold + 1, entered: entered + (seat.entered ? 1 : 0) });
      revenue += seat.price ?? 0;
    }
    traces.set(seat.orderId, { orderId: seat.orderId, userId: seat.userId, state });
  }
  const { held, sold } = counted;
  const seatCounts = { free: capacity - held - sold, held, sold };
  return { traces: [...traces.values()], seats: seatCounts, revenue, sections, asOf: now };
};

/** Orders of an event that gave their seats back, newest first, read `limit` at a time; `before` is an order id. */
export async function* ended(eventId: string, { before, limit }: { before?: string | undefined; limit?: number } = {}) {
  const found = sharded({
    index: "byEnded",
    of: eventId,
    newestFirst: true,
    limit: limit && Math.ceil(limit / shards),
    shard: (key) => ({
      KeyConditionExpression: `ended = :ended${before === undefined ? "" : " AND orderId < :before"}`,
      ExpressionAttributeValues: {
        ":ended": key,
        ...(before !== undefined && { ":before": before }),
      },
    }),
  });
  for await (const item of found) yield Table.toOrder(item);
}

/** The statuses of an event's orders that gave their seats back. No more of the orders is read. */
export async function* endedStatuses(eventId: string) {
  const found = sharded({
    index: "byEnded",
    of: eventId,
    shard: (key) => ({
      KeyConditionExpression: "ended = :ended",
      ExpressionAttributeValues: { ":ended": key },
      ProjectionExpression: "orderId, #status",
      ExpressionAttributeNames: { "#status": "status" },
    }),
  });
  for await (const { status } of found) yield status as Table.StoredStatus;
}

/** Orders by their owners and ids, at most 100, in the order of `wanted`. Orders that do not exist any more are left out. */
export const many = async (wanted: { userId: string; orderId: string }[]): Promise<Table.Order[]> => {
  const items = await getAll(
    "Orders",
    wanted.map(({ userId, orderId }) => Table.orderKey(userId, orderId)),
  );
  const found = new Map(items.map(Table.toOrder).map((order) => [order.orderId, order]));
  return wanted.flatMap(({ orderId }) => found.get(orderId) ?? []);
};
