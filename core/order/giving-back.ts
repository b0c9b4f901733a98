/** How an order gives back what it has: released, refunded, or revoked. Its items come in the same order as in moves.ts. */
import * as Catalog from "#core/catalog/index.ts";
import { failed, type Refusal, type TransactItem, table } from "#core/lib/dynamo.ts";
import { both, type Change, move, owe, paid } from "./change.ts";
import { refs, SEATS, type Step, whileOpen } from "./moves.ts";
import { basketKey, notCheckedIn, type Order, type OrderSeat } from "./order.table.ts";

/** Whether what an order gives back was refused because one of its tickets has let somebody in. */
export const checkedIn = (refusals: Refusal[], { seats }: Order): boolean =>
  seats.some((_, index) => failed(refusals, SEATS + seats.length + index));

/**
 * held → released. `own` are the seats that are still the order's; `open` tells whether the basket is: it then keeps when the hold
 * ended, now or when it lapsed.
 */
export const release = (args: { order: Order; own: OrderSeat[]; open: boolean; now: number }): TransactItem[] => {
  const { order, own, open, now } = args;
  const ended = { ":ended": Math.min(now, order.heldUntil) };
  return [
    move(order, {
      set: ["#status = :released"],
      ended: true,
      // not while it is being paid
      conditions: ["#status = :held"],
      values: { ":released": "released", ":held": "held" },
    }),
    ...(open ? [whileOpen(order, "SET openUntil = :ended REMOVE openOrder", ended)] : []),
    ...own.map((seat) => Catalog.freeSeat({ seat: { eventId: order.eventId, ...seat }, orderId: order.orderId })),
  ];
};

/** What a confirmed order gives back: its part of the user's limit, its seats, and its tickets, none of which was checked in. */
const giveBack = (order: Order, unpaidAt?: number): TransactItem[] => [
  {
    Update: {
      TableName: table("Orders"),
      Key: basketKey(order.userId, order.eventId),
      // it ended unpaid, unless a later hold says already when it ended or will
      UpdateExpression: `${unpaidAt === undefined ? "" : "SET openUntil = if_not_exists(openUntil, :unpaid) "}ADD bought :back`,
      ConditionExpression: "bought >= :seats",
      ExpressionAttributeValues: {
        ":back": -order.seats.length,
        ":seats": order.seats.length,
        ...(unpaidAt !== undefined && { ":unpaid": unpaidAt }),
      },
    },
  },
  ...refs(order).map(({ seat }) => Catalog.freeSeat({ seat, orderId: order.orderId })),
  ...notCheckedIn(order.userId, order.orderId, order.seats.length),
];

/** confirmed → refunding (a card's money is yet to go back) or refunded, unless a ticket was checked in. */
export const refund = ({ order, attemptId, attempt, now }: Step): TransactItem[] => {
  const byCard = attempt.method === "card";
  const begin: Change = {
    set: ["#status = :to", "attempts.#id = :attempt"],
    ended: true,
    ...(byCard && { open: "refunding" }),
    conditions: ["#status = :confirmed"],
    values: { ":to": byCard ? "refunding" : "refunded", ":confirmed": "confirmed", ":attempt": attempt },
    id: attemptId,
  };
  return [move(order, byCard ? both(begin, owe(order, attemptId, now)) : begin), ...giveBack(order)];
};

/** refunding → refunded: the gateway has returned the card's money, or let go of it. */
export const refunded = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(
    order,
    both(
      {
        set: ["#status = :refunded", "attempts.#id = :attempt"],
        conditions: ["#status = :refunding"],
        values: { ":refunded": "refunded", ":refunding": "refunding", ":attempt": attempt },
        id: attemptId,
      },
      paid(order),
    ),
  );

/** confirmed → released: the gateway did not take the money, so the tickets are void; not if one of them was checked in. */
export const revoke = ({ order, attemptId, attempt, now }: Step): TransactItem[] => [
  move(
    order,
    both(
      {
        set: ["#status = :released", "attempts.#id = :attempt"],
        ended: true,
        conditions: ["#status = :confirmed", "attemptId = :id"],
        values: { ":released": "released", ":confirmed": "confirmed", ":attempt": attempt, ":id": attemptId },
        id: attemptId,
      },
      paid(order),
    ),
  ),
  ...giveBack(order, now),
];
