/** The keys of the indexes that find orders: `byOpen` and `byEnded` of the Orders table. */
import * as Ids from "#core/lib/ids.ts";

/** What the reconciliation finds an order for. */
export type Open = "paying" | "refunding" | "owing";

/** The number of keys that an index spreads its items over. One key takes 1,000 writes a second, and a key above that throttles the table. */
export const shards = 8;

const shardOf = (orderId: string): number => Number.parseInt(Ids.sha256(orderId).slice(0, 2), 16) % shards;

/**
 * The keys under which an index may have the items of `key`. Version 0.1.0 writes the bare key, and still sells while a release
 * shifts traffic. A later version drops the bare key, after it has moved the ended orders that are under it.
 */
export const keysOf = (key: string): string[] => [key, ...Array.from({ length: shards }, (_, n) => `${key}#${n}`)];

/** The key under which `byOpen` has an order for which something is to be done. */
export const openKeyOf = ({ orderId }: { orderId: string }, what: Open): string => `${what}#${shardOf(orderId)}`;

/** The key under which `byEnded` has an event's order that gave its seats back. */
export const endedKeyOf = ({ orderId, eventId }: { orderId: string; eventId: string }): string =>
  `${eventId}#${shardOf(orderId)}`;
