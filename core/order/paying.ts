/** An order while a card is being asked: it begins to be paid, waits for its buyer, or is declined. Each condition names the race it wins. */
import * as Basket from "#core/basket/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { answerWindowMs } from "#core/gateway/schema.ts";
import type { TransactItem } from "#core/lib/dynamo.ts";
import { MAY_TRY, maxAttempts, type Step } from "./attempts.ts";
import { move } from "./change.ts";
import type { Order } from "./order.table.ts";

/**
 * ms after `payBy` during which seats are still kept, so that a payment accepted in the last moment settles. It allows for 30 s in
 * the queue, two redeliveries of 20 s, and clocks that differ by 5 s either way.
 */
export const settleGraceMs = 90_000;

/** held → paying: the attempt and its debt are written, and seats and basket are kept, before the card is asked. */
export const startPaying = ({ order, attemptId, attempt, now }: Step): TransactItem[] => {
  const until = Math.max(now + answerWindowMs, order.heldUntil);
  return [
    move(order, {
      set: ["#status = :paying", "attempts.#id = :attempt", "attemptId = :id"],
      open: "paying",
      debt: now,
      // One attempt runs at a time, each only once, and at most `maxAttempts`. The debt of an earlier attempt does not prevent a new one.
      conditions: MAY_TRY,
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
    ...keepSeats(order, until),
  ];
};

const keepSeats = ({ eventId, orderId, seats }: Order, heldUntil: number): TransactItem[] =>
  seats.map((seat) => Catalog.keepSeat({ seat: { eventId, ...seat }, orderId, heldUntil }));

/** Writes what the buyer has to do before the gateway decides. */
export const asked = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: ["attempts.#id = :attempt"],
    conditions: ["#status = :paying", "attemptId = :id"],
    values: { ":attempt": attempt, ":paying": "paying", ":id": attemptId },
    id: attemptId,
  });

/** Until when (epoch ms) a declined order is kept. It is the time before the attempt, because another payment may have been accepted in time and not be settled yet. */
const keptUntil = (order: Order): number => order.payBy + settleGraceMs;

/** `owes`: the gateway's state of the attempt is not final, so its debt stays. */
type Closing = Omit<Step, "now"> & { owes: boolean };

/** paying → held, the attempt closed for good, seats and basket kept no longer than before it. */
export const decline = (step: Closing): TransactItem[] => {
  const { order } = step;
  const until = keptUntil(order);
  return [close(step), Basket.keep(order, until), ...keepSeats(order, until)];
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
