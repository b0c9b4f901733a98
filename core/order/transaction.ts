/** The transaction of a hold, and what its refusal proves. */
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import * as Basket from "#core/basket/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { db, failed, type Item, putNew, type Refusal, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { IdempotencyMismatch } from "#core/lib/errors.ts";
import { count } from "#core/lib/metrics.ts";
import { AdmissionRequired } from "#core/queue/schema.ts";
import * as Table from "./order.table.ts";
import { find } from "./read.ts";
import { LimitReached, OpenExists, OrderBusy, OrderCooldown } from "./schema.ts";

const BASKET = 0;
const SEATS = 2;

/** The order to be written. */
export type Wanted = { order: Table.Order; idempotency: Basket.Idempotency; maxSeatsPerUser: number };

/** An order: a new one (`fresh`), or the one that this key made before. Else the seats that are proven taken. */
export type Outcome = { order: Table.Order; fresh: boolean } | { taken: string[] };

const items = ({ order, idempotency, maxSeatsPerUser }: Wanted): TransactItem[] => [
  Basket.open(order, idempotency, maxSeatsPerUser),
  putNew("Orders", Table.orderItem(order)), // an id is never used twice
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
 * Holds all the seats or none, in one write request. Throws the refusals of the basket (422 `request.idempotency_mismatch`, 409
 * `order.open_exists`, `order.limit_reached`, 403 `queue.admission_required`, 409 `order.cooldown`) and 503 `order.busy` if nothing
 * is proven.
 */
export const holdAll = async (wanted: Wanted): Promise<Outcome> => {
  const refusals = await transact(items(wanted));
  if (!refusals) return { order: wanted.order, fresh: true };
  return judge(wanted, await proof(wanted, refusals));
};

/** A basket and the taken seats as they are known to be. */
type Proof = { basket: Basket.Basket | undefined; seats: Catalog.TakenSeat[] };

/**
 * What the refusals prove. If the basket was in conflict, the request may be a replay. If this user has one of the seats, it certainly is
 * one. Then everything is read again, in one consistent read.
 */
const proof = async (wanted: Wanted, refusals: Refusal[]): Promise<Proof> => {
  if (failed(refusals, BASKET)) return { basket: Basket.toBasket(refusals[BASKET]?.item), seats: [] };
  const seats = refusals.slice(SEATS).flatMap(({ item }) => (item ? [Catalog.toTakenSeat(item)] : []));
  const own = seats.some((seat) => seat.userId === wanted.order.userId);
  const certain = refusals[BASKET]?.code === "None" && seats.length > 0 && !own;
  return certain ? { basket: undefined, seats } : reread(wanted.order);
};

const reread = async ({ userId, eventId, seats }: Table.Order): Promise<Proof> => {
  const baskets = { Keys: [Basket.basketKey(userId, eventId)], ConsistentRead: true };
  const wanted = { Keys: seats.map((seat) => Catalog.seatKey({ eventId, ...seat })), ConsistentRead: true };
  const { Responses = {}, UnprocessedKeys = {} } = await db().send(
    new BatchGetCommand({ RequestItems: { [table("Orders")]: baskets, [table("Seats")]: wanted } }),
  );
  if (Object.keys(UnprocessedKeys).length > 0) throw busy(); // a read that was throttled proves nothing
  const [basket] = (Responses[table("Orders")] ?? []) as Item[];
  return { basket: Basket.toBasket(basket), seats: (Responses[table("Seats")] ?? []).map(Catalog.toTakenSeat) };
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

/** A hold that the buyer's basket has to allow. */
type Bid = { now: number; seats: number; maxSeatsPerUser: number; admittedAt: number | undefined };

/** Throws the first refusal of the basket: 409 `order.open_exists`, `order.limit_reached`, 403 `queue.admission_required`, 409 `order.cooldown`. */
export const allowed = (basket: Basket.Basket, { now, seats, maxSeatsPerUser, admittedAt }: Bid): void => {
  noneOpen(basket, now);
  if (basket.bought + seats > maxSeatsPerUser)
    throw LimitReached(`One person may buy ${maxSeatsPerUser} seats of this event; you have ${basket.bought}.`);
  if (admittedAt !== undefined && Basket.revokedUntilOf(basket) >= admittedAt)
    throw AdmissionRequired("This admission is spent: join the queue again.");
  const waitMs = Basket.cooldownUntil(basket) - now;
  if (waitMs > 0) throw OrderCooldown(undefined, { headers: { "retry-after": String(Math.ceil(waitMs / 1000)) } });
};

/** 409 `order.open_exists` with its id if the basket has an order that has not lapsed. */
export const noneOpen = (basket: Basket.Basket, now: number): void => {
  const orderId = Basket.openOrderAt(basket, now);
  if (orderId) throw OpenExists(undefined, { extra: { orderId } });
};

/** 503 `order.busy`: nothing is proven. */
export const busy = () => {
  count("HoldBusy");
  return OrderBusy();
};

/** The order that this key made, as it is now; 422 `request.idempotency_mismatch` if the request was another one. */
export const replay = async (userId: string, basket: Basket.Basket, idempotency: Basket.Idempotency) => {
  const before = Basket.usedBy(basket, idempotency);
  if (!before) return undefined;
  if (!before.isSame) throw IdempotencyMismatch();
  return find({ userId, orderId: before.orderId });
};
