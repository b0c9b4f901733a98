/**
 * The Seats table. It has taken seats only: a free seat has no item. This file has its keys, its items, and the transaction items of a hold.
 * The comment at each one names the race that its condition decides.
 */
import { type Item, type TransactItem, table } from "#core/lib/dynamo.ts";

export type SeatRef = { eventId: string; sectionId: string; seatId: string };

/** A held or sold seat. `heldUntil` (epoch ms) exists while held, `price` once sold, `entered` while its ticket is checked in. */
export type TakenSeat = {
  seatId: string;
  state: "held" | "sold";
  orderId: string;
  userId: string;
  heldUntil?: number;
  price?: number;
  entered?: true;
};

export const sectionKey = (eventId: string, sectionId: string): string => `${eventId}#${sectionId}`;

export const seatKey = ({ eventId, sectionId, seatId }: SeatRef) => ({
  pk: sectionKey(eventId, sectionId),
  sk: seatId,
});

export const toTakenSeat = (item: Item): TakenSeat => ({
  seatId: item.sk,
  state: item.state,
  orderId: item.orderId,
  userId: item.userId,
  ...(item.heldUntil !== undefined && { heldUntil: item.heldUntil }),
  ...(item.price !== undefined && { price: item.price }),
  ...(item.entered && { entered: true }),
});

/** Whether a seat's item still blocks other buyers. A hold past its `heldUntil` does not. */
export const isTaken = (seat: Pick<TakenSeat, "state" | "heldUntil">, now: number): boolean =>
  seat.state === "sold" || (seat.heldUntil ?? 0) >= now;

/** Of parallel holds of a seat, one succeeds: the seat must have no item, or a lapsed hold. A refusal contains the seat's current item. */
export const holdSeat = (hold: {
  seat: SeatRef;
  orderId: string;
  userId: string;
  heldUntil: number;
  now: number;
}): TransactItem => ({
  Put: {
    TableName: table("Seats"),
    Item: {
      ...seatKey(hold.seat),
      state: "held",
      orderId: hold.orderId,
      userId: hold.userId,
      heldUntil: hold.heldUntil,
    },
    ConditionExpression: "attribute_not_exists(pk) OR (#state = :held AND heldUntil < :now)",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":held": "held", ":now": hold.now },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

/** Extends a held seat until `heldUntil`, if it is still this order's. */
export const keepSeat = (keep: { seat: SeatRef; orderId: string; heldUntil: number }): TransactItem => ({
  Update: {
    TableName: table("Seats"),
    Key: seatKey(keep.seat),
    UpdateExpression: "SET heldUntil = :until",
    ConditionExpression: "orderId = :me AND #state = :held",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":until": keep.heldUntil, ":me": keep.orderId, ":held": "held" },
  },
});
