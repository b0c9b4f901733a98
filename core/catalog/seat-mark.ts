/**
 * The mark of a sold seat whose ticket is checked in, so that the entrance is counted from the seats, without a read of orders. It is
 * written in the check-in's transaction and removed in the undo's. A refund deletes the seat's item, and the mark with it.
 */
import { type TransactItem, table } from "#core/lib/dynamo.ts";
import { type SeatRef, seatKey } from "./seat.table.ts";

type Mark = { seat: SeatRef; orderId: string };

/** Marks the seat. It refuses if a refund has freed the seat, or another order has bought it since. */
export const enterSeat = (mark: Mark): TransactItem => change(mark, "SET entered = :true", { ":true": true });

/** Removes the mark, under the same condition: the mark of a later owner stays. */
export const leaveSeat = (mark: Mark): TransactItem => change(mark, "REMOVE entered");

const change = ({ seat, orderId }: Mark, UpdateExpression: string, values: Record<string, unknown> = {}) => ({
  Update: {
    TableName: table("Seats"),
    Key: seatKey(seat),
    UpdateExpression,
    ConditionExpression: "orderId = :me AND #state = :sold",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":me": orderId, ":sold": "sold", ...values },
  },
});
