/**
 * How an order moves from one state to the next, as the items of transactions: the order first (`ORDER`), its basket second
 * (`BASKET`), then its seats (from `SEATS`), so that a refusal can be read by position. Each condition names the race it wins.
 */
import * as Catalog from "#core/catalog/index.ts";
import { failed, type Refusal, type TransactItem, table } from "#core/lib/dynamo.ts";
import { both, type Change, move, owe, paid } from "./change.ts";
import { type Attempt, basketKey, notCheckedIn, type Order, type OrderSeat } from "./order.table.ts";

export const ORDER = 0;
export const BASKET = 1;
export const SEATS = 2;

/**
 * ms after `payBy` that seats are still kept, so that a payment accepted in the last moment settles: with 30 s in the queue, two
 * redeliveries of 20 s, and clocks 5 s apart either way.
 */
export const GRACE = 90_000;
/** ms that a gateway has to answer, from when the attempt began. Seats are kept for it so long, and no longer. */
export const ANSWER_WINDOW = 10 * 60_000;
/** Attempts that an order remembers: what closes them for good has to fit its item. */
export const MOST_ATTEMPTS = 20;

/** Whether an order may be paid by this attempt, which nobody has begun. */
export const mayTry = ({ status, attempts }: Order, attemptId: string): boolean =>
  status === "held" && attempts[attemptId] === undefined && Object.keys(attempts).length < MOST_ATTEMPTS;

/** Whether what an order gives back was refused because one of its tickets has let somebody in. */
export const checkedIn = (refusals: Refusal[], { seats }: Order): boolean =>
  seats.some((_, index) => failed(refusals, SEATS + seats.length + index));

/** The seats of an order that somebody else has taken over. */
export const lost = (refusals: Refusal[], order: Order): OrderSeat[] =>
  order.seats.filter((_, index) => failed(refusals, SEATS + index));

/** An update of the basket while its open order is this one: a newer order's basket is not an older one's to close or extend. */
const whileOpen = (order: Order, UpdateExpression: string, values: Record<string, unknown> = {}): TransactItem => ({
  Update: {
    TableName: table("Orders"),
    Key: basketKey(order.userId, order.eventId),
    UpdateExpression,
    ConditionExpression: "openOrder = :me",
    ExpressionAttributeValues: { ":me": order.orderId, ...values },
  },
});

const refs = (order: Order) =>
  order.seats.map((seat) => ({ seat: { eventId: order.eventId, ...seat }, price: seat.price }));

/**
 * Closes the basket, and forgets when earlier holds ended: after a purchase they count anew. The admission that bought is spent by its
 * own time of issue: this environment's clock is not the one that told it.
 */
const bought = (order: Order): TransactItem => {
  const spends = order.admittedAt !== undefined;
  const closes = "REMOVE openOrder, openUntil, ended1, ended2 ADD bought :seats";
  return whileOpen(order, `${spends ? "SET spent = :spent " : ""}${closes}`, {
    ":seats": order.seats.length,
    ...(spends && { ":spent": order.admittedAt }),
  });
};

type Step = { order: Order; attemptId: string; attempt: Attempt; now: number };

/** held or paying → confirmed; a card's charge is still to be captured, so its debt stays. */
export const confirm = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem[] => {
  const byPoints = attempt.method === "points";
  return [
    move(order, {
      set: ["#status = :confirmed", "attempts.#id = :attempt", "attemptId = :id"],
      // by points: of several attempts at once one finds the order held; by card: of all that comes late nothing finds it paying for it
      conditions: ["#status = :from", byPoints ? "attribute_not_exists(attempts.#id)" : "attemptId = :id"],
      values: {
        ":confirmed": "confirmed",
        ":from": byPoints ? "held" : "paying",
        ":attempt": attempt,
        ":id": attemptId,
      },
      id: attemptId,
    }),
    bought(order),
    ...refs(order).map(({ seat, price }) => Catalog.sellSeat({ seat, orderId: order.orderId, price })),
  ];
};

/** held → paying: the attempt and its debt are written, and seats and basket are kept, before any gateway is asked. */
export const startPaying = ({ order, attemptId, attempt, now }: Step): TransactItem[] => {
  const until = Math.max(now + ANSWER_WINDOW, order.heldUntil);
  const begin: Change = {
    set: ["#status = :paying", "#open = :paying", "attempts.#id = :attempt", "attemptId = :id"],
    // one attempt at a time, and each only once; what an earlier one still owes stands in no way
    conditions: ["#status = :held", "attribute_not_exists(attempts.#id)"],
    values: { ":paying": "paying", ":held": "held", ":attempt": attempt, ":id": attemptId },
    id: attemptId,
  };
  return [
    move(order, both(begin, owe(order, attemptId, now))),
    whileOpen(order, "SET openUntil = :until", { ":until": until }),
    ...refs(order).map(({ seat }) => Catalog.keepSeat({ seat, orderId: order.orderId, heldUntil: until })),
  ];
};

/** The buyer has something to do before the gateway decides: noted once. */
export const asked = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: ["attempts.#id = :attempt"],
    conditions: ["#status = :paying", "attemptId = :id"],
    values: { ":attempt": attempt, ":paying": "paying", ":id": attemptId },
    id: attemptId,
  });

/** Until when a declined order is kept: as before while it can be paid; no longer if its time has passed. */
const keptUntil = (order: Order, now: number): number => (now > order.payBy ? now - 1 : order.payBy + GRACE);

/** `owes`: the gateway's state of the attempt is not final, so its debt stays. */
type Closing = Step & { owes: boolean };

/** paying → held, the attempt closed for good, seats and basket kept no longer than before it. */
export const decline = (step: Closing): TransactItem[] => {
  const { order, now } = step;
  const until = keptUntil(order, now);
  return [
    close(step),
    whileOpen(order, "SET openUntil = :until", { ":until": until }),
    ...refs(order).map(({ seat }) => Catalog.keepSeat({ seat, orderId: order.orderId, heldUntil: until })),
  ];
};

/** As `decline` for the order alone, when its seats or its basket are another's already. */
export const close = ({ order, attemptId, attempt, now, owes }: Closing): TransactItem => {
  const over = paid(order);
  const others = !over.remove?.includes("#open");
  const closing: Change = {
    set: ["#status = :held", "heldUntil = :until", "attempts.#id = :attempt"],
    conditions: ["#status = :paying", "attemptId = :id"],
    values: {
      ...{ ":held": "held", ":paying": "paying", ":until": keptUntil(order, now) },
      ...{ ":attempt": attempt, ":id": attemptId },
    },
    id: attemptId,
  };
  const owing: Change = { set: ["#open = :owing"], conditions: [], values: { ":owing": "owing" } };
  const after = owes ? owing : others ? both(owing, over) : over;
  return move(order, both(closing, after));
};

/** An attempt by points that did not go through: recorded once, and the order stays payable until `payBy`. */
export const refuse = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: ["attempts.#id = :attempt", "attemptId = :id"],
    conditions: ["#status = :held", "attribute_not_exists(attempts.#id)"],
    values: { ":held": "held", ":attempt": attempt, ":id": attemptId },
    id: attemptId,
  });

/** The gateway's state of this attempt is final, and right: its debt ends. `attempt` where its record changes with that. */
export const settled = ({ order, attemptId, attempt }: { order: Order; attemptId: string; attempt?: Attempt }) => {
  const record: Change = {
    set: ["attempts.#id = :attempt"],
    conditions: [],
    values: { ":attempt": attempt },
    id: attemptId,
  };
  // while the order is being paid or refunded by it, the debt ends with that and not before
  const over: Change = {
    conditions: ["NOT (attemptId = :id AND #status IN (:paying, :refunding))"],
    values: { ":id": attemptId, ":paying": "paying", ":refunding": "refunding" },
    id: attemptId,
  };
  return move(order, both(over, attempt ? both(record, paid(order)) : paid(order)));
};

/**
 * held → released. `own` are the seats that are still the order's; `open` tells whether the basket is: it then keeps when the hold
 * ended, now or when it lapsed.
 */
export const release = (args: { order: Order; own: OrderSeat[]; open: boolean; now: number }): TransactItem[] => {
  const { order, own, open, now } = args;
  const ended = { ":ended": Math.min(now, order.heldUntil) };
  return [
    move(order, {
      set: ["#status = :released", "ended = :event"],
      // not while it is being paid
      conditions: ["#status = :held"],
      values: { ":released": "released", ":held": "held", ":event": order.eventId },
    }),
    ...(open ? [whileOpen(order, "SET openUntil = :ended REMOVE openOrder", ended)] : []),
    ...own.map((seat) => Catalog.freeSeat({ seat: { eventId: order.eventId, ...seat }, orderId: order.orderId })),
  ];
};

/** What a confirmed order gives back: its part of the user's limit, its seats, and its tickets, none of which was checked in. */
const giveBack = (order: Order): TransactItem[] => [
  {
    Update: {
      TableName: table("Orders"),
      Key: basketKey(order.userId, order.eventId),
      UpdateExpression: "ADD bought :back",
      ConditionExpression: "bought >= :seats",
      ExpressionAttributeValues: { ":back": -order.seats.length, ":seats": order.seats.length },
    },
  },
  ...refs(order).map(({ seat }) => Catalog.freeSeat({ seat, orderId: order.orderId })),
  ...notCheckedIn(order.userId, order.orderId, order.seats.length),
];

/** confirmed → refunding (a card's money is yet to go back) or refunded, unless a ticket was checked in. */
export const refund = ({ order, attemptId, attempt, now }: Step): TransactItem[] => {
  const byCard = attempt.method === "card";
  const begin: Change = {
    set: ["#status = :to", "attempts.#id = :attempt", "ended = :event", ...(byCard ? ["#open = :to"] : [])],
    conditions: ["#status = :confirmed"],
    values: {
      ...{ ":to": byCard ? "refunding" : "refunded", ":confirmed": "confirmed" },
      ...{ ":attempt": attempt, ":event": order.eventId },
    },
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
export const revoke = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem[] => [
  move(
    order,
    both(
      {
        set: ["#status = :released", "attempts.#id = :attempt", "ended = :event"],
        conditions: ["#status = :confirmed", "attemptId = :id"],
        values: {
          ...{ ":released": "released", ":confirmed": "confirmed" },
          ...{ ":attempt": attempt, ":event": order.eventId, ":id": attemptId },
        },
        id: attemptId,
      },
      paid(order),
    ),
  ),
  ...giveBack(order),
];
