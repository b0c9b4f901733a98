/** How an order gives back what it has: it is released, refunded or revoked. refusals.ts says in which order the items come. */
import * as Basket from "#core/basket/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import type { TransactItem } from "#core/lib/dynamo.ts";
import type { Step } from "./attempts.ts";
import { type Change, move } from "./change.ts";
import { type Attempt, notCheckedIn, type Order, type OrderSeat } from "./order.table.ts";

/**
 * held → released. `own` are the seats that still belong to the order. `open` says whether this is still the basket's open order: the
 * basket then keeps the time when the hold ended, which is now, or the time when it lapsed.
 */
export const release = (args: {
  order: Order;
  own: OrderSeat[];
  open: boolean;
  eventCancelled?: true | undefined;
  now: number;
}): TransactItem[] => {
  const { order, own, open, eventCancelled, now } = args;
  const mark = withEvent(eventCancelled);
  return [
    move(order, {
      set: ["#status = :released", ...mark.set],
      ended: true,
      // not while it is being paid
      conditions: ["#status = :held"],
      values: { ":released": "released", ":held": "held", ...mark.values },
    }),
    ...(open ? [Basket.release(order, Math.min(now, order.heldUntil))] : []),
    ...freeSeats(order, own),
  ];
};

/** The order records that it ended because its event was cancelled. */
const withEvent = (eventCancelled: true | undefined) => ({
  set: eventCancelled ? ["eventCancelled = :true"] : [],
  values: eventCancelled ? { ":true": true } : {},
});

const freeSeats = ({ eventId, orderId }: Order, seats: OrderSeat[]): TransactItem[] =>
  seats.map((seat) => Catalog.freeSeat({ seat: { eventId, ...seat }, orderId }));

/** What a confirmed order gives back: its part of the user's limit, and its seats. */
const giveBack = (order: Order, unpaidAt?: number): TransactItem[] => [
  Basket.giveBack(order, unpaidAt),
  ...freeSeats(order, order.seats),
];

/** Of a check-in and a refund at the same time, one wins: this condition stops the refund, and the order's status stops the check-in. */
const unused = ({ userId, orderId, seats }: Order): TransactItem[] => notCheckedIn(userId, orderId, seats.length);

/**
 * confirmed → refunding (a card's money is still to go back) or refunded; not if a ticket was checked in, unless `forced`. `attempt` has
 * the refund among its `refunds`. If another refund is written meanwhile, the condition fails, so together they never exceed what was
 * charged.
 */
export const refund = (step: Step & Pick<Order, "forced" | "eventCancelled">): TransactItem[] => {
  const { order, attemptId, attempt, now, forced } = step;
  const mark = withEvent(step.eventCancelled);
  const byCard = attempt.method === "card";
  const { refunds } = order.attempts[attemptId] ?? {};
  const begin: Change = {
    set: ["#status = :to", "attempts.#id = :attempt", ...(forced ? ["forced = :forced"] : []), ...mark.set],
    ended: true,
    ...(byCard && { open: "refunding", debt: now }),
    conditions: [
      "#status = :confirmed",
      refunds ? "attempts.#id.refunds = :before" : "attribute_not_exists(attempts.#id.refunds)",
      "attribute_not_exists(attempts.#id.disputed)",
    ],
    values: {
      ...(refunds && { ":before": refunds }),
      ":to": byCard ? "refunding" : "refunded",
      ":confirmed": "confirmed",
      ":attempt": attempt,
      ...(forced && { ":forced": forced }),
      ...mark.values,
    },
    id: attemptId,
  };
  return [move(order, begin), ...giveBack(order), ...(forced ? [] : unused(order))];
};

/**
 * refunding → refunded: the gateway has returned the card's money, or released it; or an organiser has returned it by other means
 * (`otherwise`). The first of them ends the debt.
 */
export const refunded = (args: {
  order: Order;
  attemptId: string;
  otherwise?: NonNullable<Attempt["returnedOtherwise"]>;
}): TransactItem => {
  const { order, attemptId, otherwise } = args;
  return move(order, {
    set: [
      ...["#status = :refunded", "attempts.#id.#status = :refunded"],
      ...(otherwise ? ["attempts.#id.returnedOtherwise = :otherwise"] : []),
    ],
    debt: "ends",
    conditions: ["#status = :refunding"],
    values: {
      ...{ ":refunded": "refunded", ":refunding": "refunding" },
      ...(otherwise && { ":otherwise": otherwise }),
    },
    id: attemptId,
  });
};

/**
 * refunded → refunding: the card's bank has sent the refund back, so the money is owed again, and the next refund is mailed again. Not
 * if an organiser has returned the money by other means.
 */
export const reopen = ({ order, attemptId, now }: Omit<Step, "attempt">): TransactItem =>
  move(order, {
    set: ["#status = :refunding", "attempts.#id.#status = :approved", "attempts.#id.refundFailedAt = :now"],
    open: "refunding",
    debt: now,
    remove: ["refundedMailedAt"],
    conditions: ["#status = :refunded", "attribute_not_exists(attempts.#id.returnedOtherwise)"],
    values: { ":refunding": "refunding", ":refunded": "refunded", ":approved": "approved", ":now": now },
    id: attemptId,
  });

/** confirmed → released: the gateway did not take the money, so the tickets are void; not if one of them was checked in. */
export const revoke = ({ order, attemptId, attempt, now }: Step): TransactItem[] => [
  move(order, {
    set: ["#status = :released", "attempts.#id = :attempt"],
    ended: true,
    debt: "ends",
    conditions: ["#status = :confirmed", "attemptId = :id"],
    values: { ":released": "released", ":confirmed": "confirmed", ":attempt": attempt, ":id": attemptId },
    id: attemptId,
  }),
  ...giveBack(order, now),
  ...unused(order),
];
