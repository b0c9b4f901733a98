/** The basket's item, one for each user and event, in the Orders table: its key, and item ↔ object. */
import type { Item } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";

export const basketKey = (userId: string, eventId: string) => ({ pk: `USER#${userId}`, sk: `BASKET#${eventId}` });

/** The marks of an idempotency key and of its request, and the order that the request opened. */
export type Used = { key: string; hash: string; orderId: string };

/**
 * The basket: a user's one open order of an event, what they bought of it, when their last three holds ended, and the last ten
 * idempotency keys. It has at most 850 bytes, so each of its writes is one unit.
 */
export type Basket = {
  openOrder?: string | undefined;
  /** Epoch ms: when the last hold ended, by release or lapse, or will lapse; absent if it was bought. */
  openUntil?: number | undefined;
  /** Epoch ms: when the two holds before it ended, `ended1` the older; 0 if that was bought. */
  ended1?: number | undefined;
  ended2?: number | undefined;
  bought: number;
  /** The newest first. */
  used: Used[];
  /** Epoch ms. Admissions issued at or before these times are revoked: `notBefore` by leaving, `spent` by the last purchase. */
  notBefore?: number | undefined;
  spent?: number | undefined;
  /** The log entry of the last change of the event that this buyer was mailed about. */
  informed?: string | undefined;
};

/** The attributes of the last ten keys, the newest first. Each key has its own attribute, because an update can shift attributes but cannot trim a list. */
export const KEY_SLOTS = Array.from({ length: 10 }, (_, n) => `k${n}`);

/** The first 96 bits of a key's hash. This is enough: only keys of one user and event are compared. */
export const keyMark = (key: string): string => Ids.derive(key).slice(0, 16);

/** The first 64 bits of a request's hash, which is SHA-256 in hex already. */
export const hashMark = (hash: string): string => hash.slice(0, 16);

export const usedSlot = ({ key, hash, orderId }: Used): string => `${key}${hash}${orderId.slice("ord_".length)}`;

const toUsed = (slot: string | undefined): Used | undefined =>
  slot ? { key: slot.slice(0, 16), hash: slot.slice(16, 32), orderId: `ord_${slot.slice(32)}` } : undefined;

/** A missing item is an empty basket. */
export const toBasket = (item: Item | undefined): Basket => ({
  openOrder: item?.openOrder,
  openUntil: item?.openUntil,
  bought: item?.bought ?? 0,
  ended1: item?.ended1,
  ended2: item?.ended2,
  used: KEY_SLOTS.flatMap((slot) => toUsed(item?.[slot]) ?? []),
  notBefore: item?.notBefore,
  spent: item?.spent,
  informed: item?.informed,
});
