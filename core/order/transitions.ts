/**
 * How an order moves from one state to the next, as the items of transactions: the order first (`ORDER`), its basket second
 * (`BASKET`), then its seats (from `SEATS`), so that a refusal can be read by position. Each condition names the race it wins.
 */
import * as Basket from "#core/basket/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { answerWindowMs } from "#core/gateway/schema.ts";
import { failed, type Refusal, type TransactItem } from "#core/lib/dynamo.ts";
import { move } from "./change.ts";
import type { Attempt, Order, OrderSeat } from "./order.table.ts";

export const ORDER = 0;
export const BASKET = 1;
export const SEATS = 2;

/**
 * ms after `payBy` during which seats are still kept, so that a payment accepted in the last moment settles. It allows for 30 s in
 * the queue, two redeliveries of 20 s, and clocks that differ by 5 s either way.
 */
export const settleGraceMs = 90_000;
/** The most attempts of an order. All of them have to fit into its item, also when they are closed. */
export const maxAttempts = 20;

const UNTRIED = ["attribute_not_exists(attempts.#id)", "size(attempts) < :maxAttempts"];

/** Whether the order can be paid by a new attempt with this id. */
export const mayTry = ({ status, attempts }: Order, attemptId: string): boolean =>
  status === "held" && attempts[attemptId] === undefined && Object.keys(attempts).length < maxAttempts;

/** The seats of an order that another order has taken over. */
export const lost = (refusals: Refusal[], order: Order): OrderSeat[] =>
  order.seats.filter((_, index) => failed(refusals, SEATS + index));

export const refs = (order: Order) =>
  order.seats.map((seat) => ({ seat: { eventId: order.eventId, ...seat }, price: seat.price }));

export type Step = { order: Order; attemptId: string; attempt: Attempt; now: number };

/** held or paying → confirmed; a card's charge is still to be captured, so its debt stays. */
export const confirm = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem[] => {
  const byPoints = attempt.method === "points";
  return [
    move(order, {
      set: ["#status = :confirmed", "attempts.#id = :attempt", "attemptId = :id"],
      // Points: of parallel attempts only the first finds the order held. Card: a late answer finds that this attempt is no longer paying.
      conditions: ["#status = :from", byPoints ? "attribute_not_exists(attempts.#id)" : "attemptId = :id"],
      values: {
        ":confirmed": "confirmed",
        ":from": byPoints ? "held" : "paying",
        ":attempt": attempt,
        ":id": attemptId,
      },
      id: attemptId,
    }),
    Basket.buy(order),
    ...refs(order).map(({ seat, price }) => Catalog.sellSeat({ seat, orderId: order.orderId, price })),
  ];
};

/** held → paying: the attempt and its debt are written, and seats and basket are kept, before the card is asked. */
export const startPaying = ({ order, attemptId, attempt, now }: Step): TransactItem[] => {
  const until = Math.max(now + answerWindowMs, order.heldUntil);
  return [
    move(order, {
      set: ["#status = :paying", "attempts.#id = :attempt", "attemptId = :id"],
      open: "paying",
      debt: now,
      // One attempt runs at a time, each only once, and at most `maxAttempts`. The debt of an earlier attempt does not prevent a new one.
      conditions: ["#status = :held", ...UNTRIED],
      values: {
        ":paying": "paying",
        ":held": "held",
        ":attempt": attempt,
        ":id": attemptId,
        ":maxAttempts": maxAttempts,
      },
      id: attemptId,
    }),
    Basket.keep(order, until),
    ...refs(order).map(({ seat }) => Catalog.keepSeat({ seat, orderId: order.orderId, heldUntil: until })),
  ];
};

/** Writes what the buyer has to do before the gateway decides. */
export const asked = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: ["attempts.#id = :attempt"],
    conditions: ["#status = :paying", "attemptId = :id"],
    values: { ":attempt": attempt, ":paying": "paying", ":id": attemptId },
    id: attemptId,
  });

/** Writes whether the buyer's bank disputes this attempt's money. The order may have any status. */
export const disputed = (args: { order: Order; attemptId: string; disputed: boolean }): TransactItem => {
  const { order, attemptId, disputed } = args;
  const flag = "attempts.#id.disputed";
  const change = disputed
    ? { set: [`${flag} = :true`], conditions: ["attribute_exists(attempts.#id)"] }
    : { remove: [flag], conditions: [`${flag} = :true`] };
  return move(order, { ...change, values: { ":true": true }, id: attemptId });
};

/** Until when (epoch ms) a declined order is kept. It is the time before the attempt, because another payment may have been accepted in time and not be settled yet. */
const keptUntil = (order: Order): number => order.payBy + settleGraceMs;

/** `owes`: the gateway's state of the attempt is not final, so its debt stays. */
type Closing = Omit<Step, "now"> & { owes: boolean };

/** paying → held, the attempt closed for good, seats and basket kept no longer than before it. */
export const decline = (step: Closing): TransactItem[] => {
  const { order } = step;
  const until = keptUntil(order);
  return [
    close(step),
    Basket.keep(order, until),
    ...refs(order).map(({ seat }) => Catalog.keepSeat({ seat, orderId: order.orderId, heldUntil: until })),
  ];
};

/** As `decline`, for the order alone: another order has its seats or its basket already. */
export const close = ({ order, attemptId, attempt, owes }: Closing): TransactItem => {
  const others = Object.keys(order.owed ?? {}).some((id) => id !== attemptId);
  return move(order, {
    set: ["#status = :held", "heldUntil = :until", "attempts.#id = :attempt"],
    ...((owes || others) && { open: "owing" }),
    ...(!owes && { debt: "ends" }),
    conditions: ["#status = :paying", "attemptId = :id"],
    values: {
      ":held": "held",
      ":paying": "paying",
      ":until": keptUntil(order),
      ":attempt": attempt,
      ":id": attemptId,
    },
    id: attemptId,
  });
};

/** An attempt by points that was refused, or one by card that was refused before the card was asked. It is written once, and the order stays payable until `payBy`. */
export const refuse = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: ["attempts.#id = :attempt", "attemptId = :id"],
    conditions: ["#status = :held", ...UNTRIED],
    values: { ":held": "held", ":attempt": attempt, ":id": attemptId, ":maxAttempts": maxAttempts },
    id: attemptId,
  });

/** The gateway's state of this attempt is final and right, so its debt ends. `attempt` is given if its record changes as well. */
export const settled = ({ order, attemptId, attempt }: { order: Order; attemptId: string; attempt?: Attempt }) =>
  move(order, {
    ...(attempt && { set: ["attempts.#id = :attempt"] }),
    debt: "ends",
    // While the order is being paid or refunded by this attempt, the debt ends together with that.
    conditions: ["NOT (attemptId = :id AND #status IN (:paying, :refunding))"],
    values: {
      ...{ ":id": attemptId, ":paying": "paying", ":refunding": "refunding" },
      ...(attempt && { ":attempt": attempt }),
    },
    id: attemptId,
  });
