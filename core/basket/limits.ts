/** The limits of a basket. Each rule is here twice: for a basket that was read, and as the condition of the hold's write. */
import { type Basket, hashMark, KEY_SLOTS, keyMark } from "./basket.table.ts";

/** ms from the end of the oldest of a user's last three holds until they may hold seats of the event again. */
const cooldownMs = 600_000;

export type Idempotency = { key: string; hash: string };

/** The order that this key opened, and whether its request was the same; undefined for a key that opened none. */
export const usedBy = (
  { used }: Basket,
  { key, hash }: Idempotency,
): { orderId: string; isSame: boolean } | undefined => {
  const before = used.find((one) => one.key === keyMark(key));
  return before && { orderId: before.orderId, isSame: before.hash === hashMark(hash) };
};

/** The id of the order that is open at `now` (epoch ms). */
export const openOrderAt = ({ openOrder, openUntil = 0 }: Basket, now: number): string | undefined =>
  openUntil >= now ? openOrder : undefined;

/** Admissions and places issued until then (epoch ms) are revoked; 0 if their user has never paid or left. */
export const revokedUntilOf = ({ notBefore = 0, spent = 0 }: Basket): number => Math.max(notBefore, spent);

/** The time (epoch ms) until which no hold begins. It is in the past unless the last three holds ended unpaid. */
export const cooldownUntil = ({ ended1 = 0, ended2 = 0, openUntil = 0 }: Basket): number =>
  (ended2 > 0 && openUntil > 0 ? ended1 : 0) + cooldownMs;

/** A hold that the basket has to allow. Times in epoch ms. */
export type Bid = {
  now: number;
  seats: number;
  maxSeatsPerUser: number;
  key: string;
  /** When its admission was issued; undefined if the event has no queue. */
  admittedAt: number | undefined;
};

const NEW_KEY = KEY_SLOTS.map((slot) => `NOT begins_with(${slot}, :key)`);

/** An admission opens a hold only until its user has left or bought with it. */
const UNREVOKED = [
  "(attribute_not_exists(notBefore) OR notBefore < :admittedAt)",
  "(attribute_not_exists(spent) OR spent < :admittedAt)",
];

/**
 * Of a user's requests at the same time one opens an order, also if they have the same key. The bought and held seats together never
 * exceed the limit. A user cannot hold and release seats without end.
 */
export const condition = ({ now, seats, maxSeatsPerUser, key, admittedAt }: Bid) => ({
  ConditionExpression: [
    ...NEW_KEY,
    "(attribute_not_exists(openOrder) OR openUntil < :now)",
    "(attribute_not_exists(openUntil) OR attribute_not_exists(ended1) OR ended2 = :zero OR ended1 <= :cooled)",
    "(attribute_not_exists(bought) OR bought <= :remaining)",
    ...(admittedAt === undefined ? [] : UNREVOKED),
  ].join(" AND "),
  values: {
    ":key": keyMark(key),
    ":now": now,
    ":zero": 0,
    ":cooled": now - cooldownMs,
    ":remaining": maxSeatsPerUser - seats,
    ...(admittedAt !== undefined && { ":admittedAt": admittedAt }),
  },
});
