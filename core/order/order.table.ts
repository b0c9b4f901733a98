/**
 * The Orders table as the domain uses it: keys, items ↔ objects, and the fragments of transactions that other words take part in.
 *
 * An order of two seats with its payment and its mail's mark stays below 1 KB, so that each of its writes is one unit.
 */

import type { Action, ProviderName } from "#core/gateway/index.ts";
import { type Item, type TransactItem, table } from "#core/lib/dynamo.ts";
import type { DeclineReason } from "#core/payment/schema.ts";
import type { OrderStatus, UnsentReason } from "./schema.ts";
import { type Open, openKeyOf } from "./shards.table.ts";

export type Key = { pk: string; sk: string };

export const orderKey = (userId: string, orderId: string): Key => ({ pk: `USER#${userId}`, sk: `ORDER#${orderId}` });
export const checkInKey = (userId: string, ticketId: string): Key => ({
  pk: `USER#${userId}`,
  sk: `CHECKIN#${ticketId}`,
});
/** A scan of a ticket that was undone. It is a record, and it prevents the same scan from letting anybody in later. */
export const undoneKey = (userId: string, ticketId: string, scan: string): Key => ({
  pk: `USER#${userId}`,
  sk: `UNDONE#${ticketId}#${scan}`,
});

/** Counters of an event's orders, in the Catalog table: only organisers read them. */
export const statsKey = (eventId: string): Key => ({ pk: `EVENT#${eventId}`, sk: "STATS" });

/** The owner of any item, also of an item of which an index has only the keys. */
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

/** A refund of a payment by card. Its id (`rf_…`) is its name at the gateway as well. The amount is in minor units. */
export type Refund = { id: string; amount: number };

/** One try to pay. When it is `declined`, it is closed for good: a later success at the gateway is undone. */
export type Attempt = {
  method: "points" | "card";
  /** Of the request that began it, to distinguish a replay from a misuse of its key. */
  hash: string;
  status: "pending" | "approved" | "declined" | "refunded";
  reason?: DeclineReason | undefined;
  /** Of a card: where it is paid, and the gateway's name for it. Both are written before anything that takes money. */
  provider?: ProviderName | undefined;
  paymentId?: string | undefined;
  /** Of a card, while it is pending: the single-use token, and what its owner has to do. */
  token?: string | undefined;
  action?: Action | undefined;
  /** The buyer's bank disputes it. The gateway decides, and nothing is refunded as well. */
  disputed?: boolean | undefined;
  /** Of a card. Each refund is written together with the seats that the order gives back, before the gateway is asked. Together they are at most the order's total. */
  refunds?: Refund[] | undefined;
  /** Epoch ms: the card's bank sent the refund back after it was done. */
  refundFailedAt?: number | undefined;
  /** The organiser (user id) who has returned the money by other means than the gateway, and when (epoch ms). */
  returnedOtherwise?: { by: string; at: number } | undefined;
  /** Why the gateway declined it, in its own code. */
  code?: string | undefined;
  /** Of a card: the address that it was paid from, as core/declines counts it. */
  from?: string | undefined;
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
  /** The debts: by attempt id, the time (epoch ms) since when the gateway's state of that attempt is not known to be final and right. */
  owed?: Record<string, number> | undefined;
  /** While anything is owed: the key by which the reconciliation finds the order. */
  open?: Open | undefined;
  /** An organiser refunded it although a ticket may have been used: who, and when (epoch ms). */
  forced?: { by: string; at: number } | undefined;
  /** It was released or refunded because its event was cancelled. */
  eventCancelled?: true | undefined;
  /** When the e-mail about each status went out. */
  confirmedMailedAt?: number | undefined;
  refundedMailedAt?: number | undefined;
  releasedMailedAt?: number | undefined;
  /** Why the e-mail about each status was not sent. */
  confirmedUnsent?: UnsentReason | undefined;
  refundedUnsent?: UnsentReason | undefined;
  releasedUnsent?: UnsentReason | undefined;
  /** When its owner or an organiser asked for the e-mail that was last sent again. */
  mailAgainAt?: number | undefined;
  /** The address that its e-mails go to instead of its account's: which organiser (user id) has set it, and when. */
  mailTo?: { email: string; by: string; at: number } | undefined;
};

/** With `type` the stream's filters distinguish orders from baskets and check-ins. */
export const orderItem = (order: Order): Item => ({
  ...orderKey(order.userId, order.orderId),
  type: "order",
  ...order,
  ...(order.open && { open: openKeyOf(order, order.open) }),
});

export const toOrder = (item: Item): Order => {
  const { pk: _pk, sk: _sk, type: _type, ref: _ref, ended: _ended, open, ...order } = item;
  return { ...order, ...(open && { open: String(open).split("#")[0] }) } as Order;
};

/** Whether an item of this table (of its stream, say) is an order. */
export const isOrder = (item: Item | undefined): item is Item => item?.type === "order";

/** The tickets of an order, one a seat in the order of its seats, counted from 1. */
export const ticketId = (orderId: string, n: number): string => `tkt_${orderId.slice("ord_".length)}_${n}`;

/** For a check-in's transaction: the order is confirmed at that moment, and no refund has begun. */
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
