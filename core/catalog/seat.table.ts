/**
 * The Seats table: taken seats only, a free seat is no item. Its keys, its items, and the transaction items that hold, settle,
 * release and refund are made of. Each names the race that its condition wins.
 */
import { type Item, type TransactItem, table } from "#core/lib/dynamo.ts";

export type SeatRef = { eventId: string; sectionId: string; seatId: string };

/** A seat that somebody has. `heldUntil` (epoch ms) while held, `price` once sold. */
export type TakenSeat = {
  seatId: string;
  state: "held" | "sold";
  orderId: string;
  userId: string;
  heldUntil?: number;
  price?: number;
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
});

/** Whether a seat's item still keeps others out: a hold past its `heldUntil` does not. */
export const isTaken = (seat: Pick<TakenSeat, "state" | "heldUntil">, now: number): boolean =>
  seat.state === "sold" || (seat.heldUntil ?? 0) >= now;

/** Of all who want a seat at once, one puts it: it must be no item, or a hold that has lapsed. A refusal carries the seat as it is. */
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

/** Sells to the order that holds the seat, also after `heldUntil`, as long as nobody has taken it over. */
export const sellSeat = ({
  seat,
  orderId,
  price,
}: {
  seat: SeatRef;
  orderId: string;
  price: number;
}): TransactItem => ({
  Update: {
    TableName: table("Seats"),
    Key: seatKey(seat),
    UpdateExpression: "SET #state = :sold, price = :price REMOVE heldUntil",
    ConditionExpression: "orderId = :me",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":sold": "sold", ":price": price, ":me": orderId },
  },
});

/** Keeps a held seat until `heldUntil`, as long as it is still this order's. */
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

/** Gives a seat back, as long as it is still this order's: whoever took it over keeps it. */
export const freeSeat = ({ seat, orderId }: { seat: SeatRef; orderId: string }): TransactItem => ({
  Delete: {
    TableName: table("Seats"),
    Key: seatKey(seat),
    ConditionExpression: "orderId = :me",
    ExpressionAttributeValues: { ":me": orderId },
  },
});
