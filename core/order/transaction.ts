/** The hold's one transaction, and what its refusal proves. */
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import * as Catalog from "#core/catalog/index.ts";
import { db, failed, type Item, type Refusal, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { IdempotencyMismatch } from "#core/lib/errors.ts";
import { count } from "#core/lib/metrics.ts";
import { AdmissionRequired } from "#core/queue/schema.ts";
import * as Table from "./order.table.ts";
import { find } from "./read.ts";
import { LimitReached, OpenExists, OrderBusy, OrderCooldown } from "./schema.ts";

const BASKET = 0;
const SEATS = 2;

/** ms from the oldest of a user's last three ends of holds until they may hold seats of the event again. */
const COOLDOWN_MS = 600_000;

export type Idempotency = { key: string; hash: string };

/** What is wanted, before it is known whether it can be had. */
export type Wanted = { order: Table.Order; idempotency: Idempotency; maxSeatsPerUser: number };

/** An order: a new one, or the one that this key made before. Else the seats that are proven taken. */
export type Outcome = { order: Table.Order; fresh: boolean } | { taken: string[] };

/** What an admission is held to: it has neither been left nor bought with. */
const UNSPENT = [
  "(attribute_not_exists(notBefore) OR notBefore < :admittedAt)",
  "(attribute_not_exists(spent) OR spent < :admittedAt)",
];

/** The hold's key comes first, and each slot takes what the one before it had. */
const SHIFT_KEYS = Table.KEY_SLOTS.map((slot, n) =>
  n === 0 ? `${slot} = :used` : `${slot} = if_not_exists(${Table.KEY_SLOTS[n - 1]}, :none)`,
).join(", ");
const NEW_KEY = Table.KEY_SLOTS.map((slot) => `NOT begins_with(${slot}, :key)`);
/** The right-hand sides read the basket as it was before this hold. */
const SHIFT_ENDS = "ended1 = if_not_exists(ended2, :zero), ended2 = if_not_exists(openUntil, :zero)";

const items = ({ order, idempotency: { key, hash }, maxSeatsPerUser }: Wanted): TransactItem[] => [
  {
    Update: {
      TableName: table("Orders"),
      Key: Table.basketKey(order.userId, order.eventId),
      UpdateExpression: `SET openOrder = :order, openUntil = :until, ${SHIFT_ENDS}, ${SHIFT_KEYS}`,
      // Of a user's requests at once, one opens an order, also of those that come with one key; what is bought and held never
      // exceeds the limit; nobody holds and lets go without end.
      ConditionExpression: [
        ...NEW_KEY,
        "(attribute_not_exists(openOrder) OR openUntil < :now)",
        "(attribute_not_exists(openUntil) OR attribute_not_exists(ended1) OR ended2 = :zero OR ended1 <= :cooled)",
        "(attribute_not_exists(bought) OR bought <= :room)",
        ...(order.admittedAt === undefined ? [] : UNSPENT),
      ].join(" AND "),
      ExpressionAttributeValues: {
        ":order": order.orderId,
        ":until": order.heldUntil,
        ":key": Table.mark(key),
        ":used": Table.usedSlot({ key: Table.mark(key), hash: Table.hashMark(hash), orderId: order.orderId }),
        ":none": "",
        ":zero": 0,
        ":now": order.createdAt,
        ":cooled": order.createdAt - COOLDOWN_MS,
        ":room": maxSeatsPerUser - order.seats.length,
        ...(order.admittedAt !== undefined && { ":admittedAt": order.admittedAt }),
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  },
  {
    Put: {
      TableName: table("Orders"),
      Item: Table.orderItem(order),
      ConditionExpression: "attribute_not_exists(pk)", // an id is never used twice
    },
  },
  ...order.seats.map((seat) =>
    Catalog.holdSeat({
      seat: { eventId: order.eventId, ...seat },
      orderId: order.orderId,
      userId: order.userId,
      heldUntil: order.heldUntil,
      now: order.createdAt,
    }),
  ),
];

/**
 * Holds all the seats or none, in one write request. Throws what the basket forbids (422 `request.idempotency_mismatch`, 409
 * `order.open_exists`, `order.limit_reached`, 403 `queue.admission_required`, 409 `order.cooldown`) and 503 `order.busy` where nothing
 * is proven.
 */
export const holdAll = async (wanted: Wanted): Promise<Outcome> => {
  const refusals = await transact(items(wanted));
  if (!refusals) return { order: wanted.order, fresh: true };
  return judge(wanted, await proof(wanted, refusals));
};

/** A basket and the taken seats as they are known to be. */
type Proof = { basket: Table.Basket | undefined; seats: Catalog.TakenSeat[] };

/**
 * What the refusals prove. A basket that was in conflict may hide a replay, and a seat that is this user's own surely does: then
 * one consistent read of everything tells.
 */
const proof = async (wanted: Wanted, refusals: Refusal[]): Promise<Proof> => {
  if (failed(refusals, BASKET)) return { basket: Table.toBasket(refusals[BASKET]?.item), seats: [] };
  const seats = refusals.slice(SEATS).flatMap(({ item }) => (item ? [Catalog.toTakenSeat(item)] : []));
  const own = seats.some((seat) => seat.userId === wanted.order.userId);
  const certain = refusals[BASKET]?.code === "None" && seats.length > 0 && !own;
  return certain ? { basket: undefined, seats } : reread(wanted.order);
};

const reread = async ({ userId, eventId, seats }: Table.Order): Promise<Proof> => {
  const baskets = { Keys: [Table.basketKey(userId, eventId)], ConsistentRead: true };
  const wanted = { Keys: seats.map((seat) => Catalog.seatKey({ eventId, ...seat })), ConsistentRead: true };
  const { Responses = {}, UnprocessedKeys = {} } = await db().send(
    new BatchGetCommand({ RequestItems: { [table("Orders")]: baskets, [table("Seats")]: wanted } }),
  );
  if (Object.keys(UnprocessedKeys).length > 0) throw busy(); // a read that was throttled proves nothing
  const [basket] = (Responses[table("Orders")] ?? []) as Item[];
  return { basket: Table.toBasket(basket), seats: (Responses[table("Seats")] ?? []).map(Catalog.toTakenSeat) };
};

/** In this order: replay or mismatch, an open order, the limit, a spent admission, the cooldown, taken seats. */
const judge = async (wanted: Wanted, { basket, seats }: Proof): Promise<Outcome> => {
  const { order, idempotency } = wanted;
  const before = basket && (await replay(order.userId, basket, idempotency));
  if (before) return { order: before, fresh: false };
  if (basket) {
    const { createdAt: now, seats, admittedAt } = order;
    allowed(basket, { now, seats: seats.length, maxSeatsPerUser: wanted.maxSeatsPerUser, admittedAt });
  }
  const taken = seats.filter((seat) => Catalog.isTaken(seat, order.createdAt)).map(({ seatId }) => seatId);
  if (taken.length === 0) throw busy();
  return { taken };
};

/** What a hold asks of its buyer's basket. */
type Bid = { now: number; seats: number; maxSeatsPerUser: number; admittedAt: number | undefined };

/** Throws what the basket forbids: 409 `order.open_exists`, `order.limit_reached`, 403 `queue.admission_required`, 409 `order.cooldown`. */
export const allowed = (basket: Table.Basket, { now, seats, maxSeatsPerUser, admittedAt }: Bid): void => {
  noneOpen(basket, now);
  if (basket.bought + seats > maxSeatsPerUser)
    throw LimitReached(`One person may buy ${maxSeatsPerUser} seats of this event; you have ${basket.bought}.`);
  if (admittedAt !== undefined && Table.spentUntil(basket) >= admittedAt)
    throw AdmissionRequired("This admission is spent: join the queue again.");
  const waitMs = Table.thirdEnd(basket) + COOLDOWN_MS - now;
  if (waitMs > 0) throw OrderCooldown(undefined, { headers: { "retry-after": String(Math.ceil(waitMs / 1000)) } });
};

/** 409 `order.open_exists` with its id if the basket has an order that has not lapsed. */
export const noneOpen = ({ openOrder, openUntil = 0 }: Table.Basket, now: number): void => {
  if (openOrder && openUntil >= now) throw OpenExists(undefined, { extra: { orderId: openOrder } });
};

/** 503 `order.busy`: nothing is proven. */
export const busy = () => {
  count("HoldBusy");
  return OrderBusy();
};

/** The order that this key made, as it is now; 422 `request.idempotency_mismatch` if the request was another one. */
export const replay = async (userId: string, { used }: Table.Basket, { key, hash }: Idempotency) => {
  const before = used.find((one) => one.key === Table.mark(key));
  if (!before) return undefined;
  if (before.hash !== Table.hashMark(hash)) throw IdempotencyMismatch();
  return find({ userId, orderId: before.orderId });
};
