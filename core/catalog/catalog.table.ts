/** The Catalog table: keys, and items ↔ objects. The Seats table is in seat.table.ts, the lists are in list.table.ts. */
import type { Item } from "#core/lib/dynamo.ts";
import type { Event } from "./schema.ts";

export type Key = { pk: string; sk: string };

export const metaKey = (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: "META" });
/** The seed has its own partition, so that IAM's leading keys let only the queue service read it. */
export const seedKey = (eventId: string): Key => ({ pk: `SEED#${eventId}`, sk: "SEED" });
export const planKey = (eventId: string, chunk: number): Key => ({
  pk: `EVENT#${eventId}`,
  sk: `PLAN#${String(chunk).padStart(2, "0")}`,
});

/** What an event's entries in lists follow from (list.table.ts), apart from what cannot change. */
export type Listing = Pick<Event, "title" | "venue" | "startsAt" | "flight" | "draft"> & {
  /** The change that wrote them. Absent: they were written when the event was made. */
  listed?: string | undefined;
};

/** An event, the number of its plan's chunks (0: no plan), and the category of each general section. */
export type Meta = Event &
  Listing & {
    planChunks: number;
    general: Record<string, string>;
    /** Earlier or unfinished listings that may still have entries, and the change that may remove them (listing.ts). */
    stale?: Listing[] | undefined;
    relisting?: string | undefined;
  };

export const metaItem = ({ draw, set, ...event }: Meta): Item => ({
  ...metaKey(event.eventId),
  ...event,
  ...(set && { set }),
  commitment: draw.commitment,
});

/** A draft that is being deleted does not exist for any reader. The mark is there so that an interrupted deletion can be repeated. */
export const isDeleted = (item: Item): boolean => item.deleted === true;

/** `lobby` and `seed` exist from the freeze on; `set` exists only while an organiser has paused or closed the sale. */
export const toMeta = (item: Item): Meta => {
  const { pk: _pk, sk: _sk, commitment, lobby, seed, countedAt: _countedAt, ...event } = item;
  const frozen = lobby === undefined ? {} : { lobby, seed };
  return { ...(event as Omit<Meta, "draw">), draw: { commitment, ...frozen } };
};

export const seedItem = (eventId: string, seed: string): Item => ({ ...seedKey(eventId), seed });

export const planItem = (eventId: string, chunk: number, bytes: Uint8Array): Item => ({
  ...planKey(eventId, chunk),
  bytes,
});
