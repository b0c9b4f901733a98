/**
 * The Orders table as the domain uses it: keys, items ↔ objects, and the fragments of transactions that other words take part in.
 *
 * An order of two seats with its payment and its mail's mark stays below 1 KB, so that each of its writes is one unit.
 */
import { type Item, type TransactItem, table } from "#core/lib/dynamo.ts";
import type { DeclineReason } from "#core/payment/schema.ts";
import type { OrderStatus } from "./schema.ts";

export type Key = { pk: string; sk: string };

export const orderKey = (userId: string, orderId: string): Key => ({ pk: `USER#${userId}`, sk: `ORDER#${orderId}` });
export const basketKey = (userId: string, eventId: string): Key => ({ pk: `USER#${userId}`, sk: `BASKET#${eventId}` });
export const checkInKey = (userId: string, ticketId: string): Key => ({
  pk: `USER#${userId}`,
  sk: `CHECKIN#${ticketId}`,
});

/** Of any item, also of one that an index projects keys of only. */
export const ownerOf = ({ pk }: Item): string => String(pk).slice("USER#".length);

/** `expired` is how a held order reads after `heldUntil`; it is never written. */
export type StoredStatus = Exclude<OrderStatus, "expired">;

export type OrderSeat = {
  seatId: string;
  sectionId: string;
  row: string | null;
  number: string | null;
  category: string;
  price: number;
};

/** One try to pay. Once `declined` it is closed for good: a later success at the gateway is undone. */
export type Attempt = {
  method: "points" | "card";
  /** Of the request that began it, to tell a replay from a misuse of its key. */
  hash: string;
  status: "pending" | "approved" | "declined" | "refunded";
  reason?: DeclineReason | undefined;
  /** Of a card: the gateway's name for it. */
  paymentId?: string | undefined;
  /** Of a card, epoch ms: when the payment was accepted, and when the worker began to ask the gateway. */
  acceptedAt?: number | undefined;
  since?: number | undefined;
};

/** Times in epoch ms, amounts in the currency's minor unit. */
export type Order = {
  userId: string;
  orderId: string;
  eventId: string;
  status: StoredStatus;
  seats: OrderSeat[];
  total: number;
  currency: string;
  createdAt: number;
  payBy: number;
  heldUntil: number;
  /** When the admission that this order was held with was issued; absent where the event has no queue. */
  admittedAt?: number | undefined;
  /** By attempt id. */
  attempts: Record<string, Attempt>;
  /** The attempt that the order shows: the last one begun or decided. */
  attemptId?: string | undefined;
  /** Something is still to be done at the payment gateway. */
  open?: "paying" | "refunding" | undefined;
  /** When the e-mail went out that tells of the order's status. */
  confirmedMailedAt?: number | undefined;
  refundedMailedAt?: number | undefined;
  releasedMailedAt?: number | undefined;
};

/** `type` lets the stream's filters tell orders from baskets and check-ins. */
export const orderItem = (order: Order): Item => ({
  ...orderKey(order.userId, order.orderId),
  type: "order",
  ...order,
});

export const toOrder = (item: Item): Order => {
  const { pk: _pk, sk: _sk, type: _type, ref: _ref, ended: _ended, ...order } = item;
  return order as Order;
};

/** Whether an item of this table (of its stream, say) is an order. */
export const isOrder = (item: Item | undefined): item is Item => item?.type === "order";

/**
 * The basket: a user's one open order of an event, what they bought of it, and the last idempotency key, which stays after the
 * order closed until the next one begins.
 */
export type Basket = {
  openOrder?: string | undefined;
  /** Epoch ms; after it the open order has lapsed. */
  openUntil?: number | undefined;
  bought: number;
  lastKey?: string | undefined;
  lastHash?: string | undefined;
  lastOrder?: string | undefined;
  /** Admissions issued at or before are spent, epoch ms: by leaving, and by the last purchase. */
  notBefore?: number | undefined;
  spent?: number | undefined;
};

export const toBasket = (item: Item | undefined): Basket => ({
  openOrder: item?.openOrder,
  openUntil: item?.openUntil,
  bought: item?.bought ?? 0,
  lastKey: item?.lastKey,
  lastHash: item?.lastHash,
  lastOrder: item?.lastOrder,
  notBefore: item?.notBefore,
  spent: item?.spent,
});

/** Admissions and places issued until then (epoch ms) open nothing any more. */
export const spentUntil = ({ notBefore = 0, spent = 0 }: Basket): number => Math.max(notBefore, spent);

/** The tickets of an order, one a seat in the order of its seats, counted from 1. */
export const ticketId = (orderId: string, n: number): string => `tkt_${orderId.slice("ord_".length)}_${n}`;

/** For a check-in's transaction: the order is confirmed at that very moment, not being refunded. */
export const confirmedCheck = (userId: string, orderId: string): TransactItem => ({
  ConditionCheck: {
    TableName: table("Orders"),
    Key: orderKey(userId, orderId),
    ConditionExpression: "#status = :confirmed",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":confirmed": "confirmed" },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

/** For a refund's transaction: none of these tickets has been checked in. */
export const notCheckedIn = (userId: string, orderId: string, tickets: number): TransactItem[] =>
  Array.from({ length: tickets }, (_, index) => ({
    ConditionCheck: {
      TableName: table("Orders"),
      Key: checkInKey(userId, ticketId(orderId, index + 1)),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  }));
