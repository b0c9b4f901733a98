/** Holding seats: chosen ones, or the best available. */
import * as Basket from "#core/basket/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { invalid, Problem } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import { maxAmount } from "#core/lib/schemas.ts";
import * as Queue from "#core/queue/index.ts";
import { conflict } from "./conflicts.ts";
import type * as Table from "./order.table.ts";
import { settleGraceMs } from "./paying.ts";
import * as Pick from "./pick.ts";
import { LimitReached, type NewOrder, NoneLeft, NotOnSale, SeatTaken, SeatUnknown } from "./schema.ts";
import { allowed, busy, holdAll, noneOpen, type Outcome, replay } from "./transaction.ts";

/** Tries of a pick, each with other seats, if another buyer was faster. */
const maxAttempts = 12;

type Request = {
  userId: string;
  order: NewOrder;
  /** The `Admission` header. */
  admission: string | undefined;
  idempotency: Basket.Idempotency;
  now: number;
};

type Sale = { event: Catalog.Event; index: Catalog.SeatIndex; admittedAt: number | undefined };

/**
 * Holds seats for a user until `payBy`, and `settleGraceMs` more. The same key gives the same order again, as it is now. Errors, the
 * first that applies: 404 `event.not_found`, 409 `event.not_onsale`, 403 `queue.admission_required`, 422 `seat.unknown`; 422
 * `request.idempotency_mismatch`, 409 `order.open_exists`, `order.limit_reached`, 403 `queue.admission_required`, 409 `order.cooldown`,
 * `seat.taken` or `seat.none_left`, 503 `order.busy`.
 */
export const hold = async (request: Request): Promise<Table.Order> => {
  const { order, now } = request;
  const event = await Catalog.event(order.eventId, now);
  const admittedAt = admissionCheck(request, event);
  if (admittedAt instanceof Problem) return turnAway(request, admittedAt);
  const sale = { event, index: await Catalog.seats(order.eventId), admittedAt };
  return "pick" in order ? best(request, sale, order.pick) : chosen(request, sale, order.seats);
};

/** When the request's admission was issued (epoch ms), or the reason why it may not hold seats. */
const admissionCheck = (
  { admission, userId, order, now }: Request,
  event: Catalog.Event,
): number | undefined | Problem => {
  if (!Catalog.onSale(event, now)) return NotOnSale(`The event is ${Catalog.status(event, now)}.`);
  if (!event.queue.enabled) return undefined;
  try {
    return Queue.admitted({ token: admission, userId, eventId: order.eventId, now }).issuedAt;
  } catch (error) {
    if (Queue.AdmissionRequired.is(error)) return error as Problem;
    throw error;
  }
};

type Check = (basket: Basket.Basket) => void;

/** The buyer's basket, and the order that this request's key made before. If it made none, the basket must pass the check. */
const consult = async ({ userId, order, idempotency }: Request, check: Check) => {
  const basket = await Basket.read({ userId, eventId: order.eventId });
  const before = await replay(userId, basket, idempotency);
  if (!before) check(basket);
  return { basket, before };
};

/**
 * Refuses, unless this request's key made an order before. Such a request gets the same answer again, also if the sale has closed or
 * the admission is spent meanwhile.
 */
const turnAway = async (request: Request, refusal: Problem, check: Check = () => {}): Promise<Table.Order> => {
  const { before } = await consult(request, check);
  if (before) return before;
  throw refusal;
};

const chosen = async (request: Request, sale: Sale, seatIds: string[]): Promise<Table.Order> => {
  const seats = seatIds.map((seatId) => sale.index.seat(seatId));
  const unknown = seatIds.filter((_, n) => {
    const section = sale.index.sections.get(seats[n]?.sectionId ?? "");
    return section?.kind !== "seated"; // Places of general admission cannot be chosen: they are picked.
  });
  if (unknown.length > 0) return turnAway(request, SeatUnknown(undefined, { extra: { seats: unknown } }));
  const tooMany = overLimit(sale.event, seatIds.length);
  if (tooMany) return turnAway(request, tooMany, (basket) => noneOpen(basket, request.now));
  const outcome = await attempt(request, sale, seats as Catalog.PlanSeat[]);
  if ("order" in outcome) return outcome.order;
  const [first] = outcome.taken;
  throw SeatTaken(
    outcome.taken.length > 1 ? `${outcome.taken.length} of these seats are taken.` : `Seat ${first} is taken.`,
    {
      extra: { seats: outcome.taken },
    },
  );
};

/** Best available: read, choose at random among the best, hold. If another buyer was faster: again, among more seats, without the taken ones. */
const best = async (request: Request, sale: Sale, wanted: Pick.Wanted): Promise<Table.Order> => {
  const tooMany = overLimit(sale.event, wanted.quantity);
  if (tooMany) return turnAway(request, tooMany, (basket) => noneOpen(basket, request.now));
  const look = Pick.finder({ event: sale.event, index: sale.index, wanted, now: request.now });
  for (let tries = 0; tries < maxAttempts; tries++) {
    const found = await look.find(tries);
    const { seats, order } = found
      ? { seats: found }
      : await lastLook(request, sale, wanted, (useCache) => look.prove(tries, useCache));
    if (order) return order;
    const outcome = await attempt(request, sale, seats);
    if ("order" in outcome) return outcome.order;
    look.exclude(outcome.taken);
  }
  throw busy();
};

type Found = { seats: Catalog.PlanSeat[]; order?: undefined } | { order: Table.Order; seats?: undefined };

/**
 * Before the answer is that nothing is left, the basket is read: this same request, or another order of this buyer, may have the seats.
 * It is proven only if the basket has not changed meanwhile, because an order of this buyer that began and ended may have had the
 * seats. Seats that were given back in another environment may be seen up to a second later.
 */
const lastLook = async (
  request: Request,
  { event: { maxSeatsPerUser }, admittedAt }: Sale,
  { quantity }: Pick.Wanted,
  prove: (useCache: boolean) => Promise<Catalog.PlanSeat[] | undefined>,
): Promise<Found> => {
  const check: Check = (basket) => allowed(basket, { now: request.now, seats: quantity, maxSeatsPerUser, admittedAt });
  const { basket, before } = await consult(request, check);
  if (before) return { order: before };
  // A buyer who had an order may have given it back a moment ago in another environment. For them the seats are read again.
  const seats = await prove(basket.used.length === 0);
  if (seats) return { seats };
  const order = await turnAway(request, NoneLeft(), (after) => {
    check(after);
    if (after.used[0]?.orderId !== basket.used[0]?.orderId) throw busy();
  });
  return { order };
};

const overLimit = (event: Catalog.Event, seats: number): Problem | undefined => {
  const maxSeats = Math.min(event.maxSeatsPerOrder, event.maxSeatsPerUser);
  return seats > maxSeats ? LimitReached(`One order of this event may have ${maxSeats} seats.`) : undefined;
};

const attempt = async (request: Request, sale: Sale, seats: Catalog.PlanSeat[]): Promise<Outcome> => {
  const { idempotency, now } = request;
  const { eventId, maxSeatsPerUser } = sale.event;
  const outcome = await holdAll({ order: draft(request, sale, seats), idempotency, maxSeatsPerUser });
  if ("taken" in outcome) await conflict(eventId, now);
  else if (outcome.fresh) count("Held");
  return outcome;
};

const draft = ({ userId, now }: Request, { event, admittedAt }: Sale, seats: Catalog.PlanSeat[]): Table.Order => {
  const priced = seats.map((seat) => ({ ...seat, price: Catalog.priceOf(event, seat) }));
  const total = priced.reduce((sum, { price }) => sum + price, 0);
  if (total > maxAmount) throw invalid({ path: "seats", message: `cost ${total}; one order may cost ${maxAmount}` });
  const payBy = now + event.holdSeconds * 1000;
  return {
    userId,
    orderId: Ids.make("ord", now),
    eventId: event.eventId,
    status: "held",
    seats: priced,
    total,
    currency: event.currency,
    createdAt: now,
    payBy,
    heldUntil: payBy + settleGraceMs,
    admittedAt,
    attempts: {},
  };
};
