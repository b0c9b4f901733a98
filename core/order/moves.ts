/**
 * How an order moves from one state to the next, as the items of transactions: the order first (`ORDER`), its basket second
 * (`BASKET`), then its seats (from `SEATS`), so that a refusal can be read by position. Each condition names the race it wins.
 */
import * as Catalog from "#core/catalog/index.ts";
import { failed, type Refusal, type TransactItem, table } from "#core/lib/dynamo.ts";
import { type Attempt, basketKey, notCheckedIn, type Order, type OrderSeat, orderKey } from "./order.table.ts";

export const ORDER = 0;
export const BASKET = 1;
export const SEATS = 2;

/** ms after `payBy` that seats are still kept, so that a payment begun in time survives several redeliveries. */
export const GRACE = 300_000;
/** ms that seats are kept for from when a gateway is asked. */
export const PAYING = 15 * 60_000;
/** Attempts that an order remembers: what closes them for good has to fit its item. */
export const MOST_ATTEMPTS = 20;

/** The seats of an order that somebody else has taken over. */
export const lost = (refusals: Refusal[], order: Order): OrderSeat[] =>
  order.seats.filter((_, index) => failed(refusals, SEATS + index));

type Expression = { set: string; condition: string; values: Record<string, unknown>; id?: string };

/** An update of the order, answering the old one where its condition fails. `#id` stands for an attempt's id. */
const move = (order: Order, { set, condition, values, id }: Expression): TransactItem => ({
  Update: {
    TableName: table("Orders"),
    Key: orderKey(order.userId, order.orderId),
    UpdateExpression: set,
    ConditionExpression: condition,
    ExpressionAttributeNames: {
      "#status": "status",
      ...(/#open/.test(set + condition) && { "#open": "open" }),
      ...(id !== undefined && { "#id": id }),
    },
    ExpressionAttributeValues: values,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

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

/** held or paying → confirmed; a card's charge is still to be captured, so `open` stays. */
export const confirm = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem[] => {
  // by points: of several attempts at once one finds the order held; by card: of all that comes late nothing finds it paying for it
  const condition =
    attempt.method === "points"
      ? "#status = :from AND attribute_not_exists(attempts.#id)"
      : "#status = :from AND attemptId = :id";
  const from = attempt.method === "points" ? "held" : "paying";
  return [
    move(order, {
      set: "SET #status = :confirmed, attempts.#id = :attempt, attemptId = :id",
      condition,
      values: { ":confirmed": "confirmed", ":from": from, ":attempt": attempt, ":id": attemptId },
      id: attemptId,
    }),
    bought(order),
    ...refs(order).map(({ seat, price }) => Catalog.sellSeat({ seat, orderId: order.orderId, price })),
  ];
};

/** held → paying: the attempt is written, and seats and basket are kept, before any gateway is asked. */
export const startPaying = ({ order, attemptId, attempt, now }: Step): TransactItem[] => {
  const until = Math.max(now + PAYING, order.heldUntil);
  return [
    move(order, {
      set: "SET #status = :paying, #open = :paying, attempts.#id = :attempt, attemptId = :id",
      // one attempt at a time, and each only once
      condition: "#status = :held AND attribute_not_exists(attempts.#id)",
      values: { ":paying": "paying", ":held": "held", ":attempt": attempt, ":id": attemptId },
      id: attemptId,
    }),
    whileOpen(order, "SET openUntil = :until", { ":until": until }),
    ...refs(order).map(({ seat }) => Catalog.keepSeat({ seat, orderId: order.orderId, heldUntil: until })),
  ];
};

/** Until when a declined order is kept: as before while it can be paid; no longer if its time has passed. */
const keptUntil = (order: Order, now: number): number => (now > order.payBy ? now - 1 : order.payBy + GRACE);

/** paying → held, the attempt closed for good, seats and basket kept no longer than before it. */
export const decline = (step: Step & { undo: boolean }): TransactItem[] => {
  const { order, now } = step;
  const until = keptUntil(order, now);
  return [
    close(step),
    whileOpen(order, "SET openUntil = :until", { ":until": until }),
    ...refs(order).map(({ seat }) => Catalog.keepSeat({ seat, orderId: order.orderId, heldUntil: until })),
  ];
};

/** As `decline` for the order alone, when its seats or its basket are another's already. */
export const close = ({ order, attemptId, attempt, now, undo }: Step & { undo: boolean }): TransactItem =>
  move(order, {
    // what the gateway has authorised has to be undone there: until then the order stays in reconcile's sight
    set: `SET #status = :held, heldUntil = :until, attempts.#id = :attempt${undo ? "" : " REMOVE #open"}`,
    condition: "#status = :paying AND attemptId = :id",
    values: {
      ":held": "held",
      ":paying": "paying",
      ":until": keptUntil(order, now),
      ":attempt": attempt,
      ":id": attemptId,
    },
    id: attemptId,
  });

/** An attempt by points that did not go through: recorded, and the order stays payable until `payBy`. */
export const refuse = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: "SET attempts.#id = :attempt, attemptId = :id",
    // recorded once, and not over a card's attempt that the gateway still owes something of
    condition: "#status = :held AND attribute_not_exists(attempts.#id) AND attribute_not_exists(#open)",
    values: { ":held": "held", ":attempt": attempt, ":id": attemptId },
    id: attemptId,
  });

/** The gateway owes nothing more of this attempt. */
export const settled = ({ order, attemptId }: Pick<Step, "order" | "attemptId">): TransactItem =>
  move(order, {
    set: "REMOVE #open",
    // neither a newer attempt's mark nor a refund's is taken away
    condition: "attemptId = :id AND #open = :paying AND #status <> :paying",
    values: { ":id": attemptId, ":paying": "paying" },
  });

/**
 * held → released. `own` are the seats that are still the order's; `open` tells whether the basket is: it then keeps when the hold
 * ended, now or when it lapsed.
 */
export const release = (args: { order: Order; own: OrderSeat[]; open: boolean; now: number }): TransactItem[] => {
  const { order, own, open, now } = args;
  const ended = { ":ended": Math.min(now, order.heldUntil) };
  return [
    move(order, {
      set: "SET #status = :released, ended = :event",
      // not while it is being paid
      condition: "#status = :held",
      values: { ":released": "released", ":held": "held", ":event": order.eventId },
    }),
    ...(open ? [whileOpen(order, "SET openUntil = :ended REMOVE openOrder", ended)] : []),
    ...own.map((seat) => Catalog.freeSeat({ seat: { eventId: order.eventId, ...seat }, orderId: order.orderId })),
  ];
};

/** confirmed → refunding (a card's money is yet to go back) or refunded, unless a ticket was checked in. */
export const refund = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem[] => [
  move(order, {
    set: `SET #status = :to, attempts.#id = :attempt, ended = :event${attempt.method === "card" ? ", #open = :to" : ""}`,
    condition: "#status = :confirmed",
    values: {
      ":to": attempt.method === "card" ? "refunding" : "refunded",
      ":attempt": attempt,
      ":event": order.eventId,
      ":confirmed": "confirmed",
    },
    id: attemptId,
  }),
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

/** refunding → refunded: the card's money is on its way back. */
export const refunded = ({ order, attemptId, attempt }: Omit<Step, "now">): TransactItem =>
  move(order, {
    set: "SET #status = :refunded, attempts.#id = :attempt REMOVE #open",
    condition: "#status = :refunding",
    values: { ":refunded": "refunded", ":refunding": "refunding", ":attempt": attempt },
    id: attemptId,
  });
