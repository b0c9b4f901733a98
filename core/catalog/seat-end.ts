/** How a seat's hold ends: the seat is sold, or is free again. The comment at each one names the race that its condition decides. */
import { type TransactItem, table } from "#core/lib/dynamo.ts";
import { type SeatRef, seatKey } from "./seat.table.ts";

/** Sells to the order that holds the seat, also after `heldUntil`, unless another order has taken it over. */
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

/** Frees a seat if it is still this order's. An order that has taken it over keeps it. */
export const freeSeat = ({ seat, orderId }: { seat: SeatRef; orderId: string }): TransactItem => ({
  Delete: {
    TableName: table("Seats"),
    Key: seatKey(seat),
    ConditionExpression: "orderId = :me",
    ExpressionAttributeValues: { ":me": orderId },
  },
});
