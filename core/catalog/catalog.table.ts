/** The Catalog table: its keys, and items ↔ objects. The Seats table's are in seat.table.ts, the lists' in list.table.ts. */
import type { Item } from "#core/lib/dynamo.ts";
import type { Event } from "./schema.ts";

export type Key = { pk: string; sk: string };

export const metaKey = (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: "META" });
/** In a partition of its own, so that IAM's leading keys can let the queue service alone read it. */
export const seedKey = (eventId: string): Key => ({ pk: `SEED#${eventId}`, sk: "SEED" });
export const planKey = (eventId: string, chunk: number): Key => ({
  pk: `EVENT#${eventId}`,
  sk: `PLAN#${String(chunk).padStart(2, "0")}`,
});

/** An event, in how many chunks its plan lies (0: it has none), and the category of each general section. */
export type Meta = Event & { planChunks: number; general: Record<string, string> };

export const metaItem = ({ draw, set, ...event }: Meta): Item => ({
  ...metaKey(event.eventId),
  ...event,
  ...(set && { set }),
  commitment: draw.commitment,
});

/** `lobby` and `seed` are there from the freeze on; `set` only while an organiser holds or has ended the sale. */
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
