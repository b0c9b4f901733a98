/** Tickets: one a seat of a confirmed order. A ticket is no item: it follows from its order, and only its check-in is written. */
import { iso } from "#core/lib/clock.ts";
import { failed, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import { ULID } from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import { verifyTicket } from "#core/lib/ticket-tokens.ts";
import * as Order from "#core/order/index.ts";
import { code } from "./codes.ts";
import { type CheckedIn, type TicketClaims, TicketInvalid, TicketNotFound, TicketUsed } from "./schema.ts";

export { codes, type Ticket } from "./codes.ts";
export * from "./schema.ts";

const ID = new RegExp(`^tkt_(${ULID})_([1-9]\\d?)$`);

/** The order and the position, from 1, that a ticket's id names. */
const parse = (ticketId: string): { orderId: string; n: number } | undefined => {
  const [, ulid, n] = ID.exec(ticketId) ?? [];
  return ulid && n ? { orderId: `ord_${ulid}`, n: Number(n) } : undefined;
};

/** The QR code (SVG) of a ticket of this user's. 404 `ticket.not_found`, also where the order is not confirmed (any more). */
export const qr = async ({ userId, ticketId }: { userId: string; ticketId: string }): Promise<string> => {
  const named = parse(ticketId);
  const order = named && (await Order.find({ userId, orderId: named.orderId }));
  if (!named || order?.status !== "confirmed" || !order.seats[named.n - 1]) throw TicketNotFound();
  const { svg } = await import("./qr.ts");
  return svg(await code(order, named.n));
};

/**
 * Lets one person in. 409 `ticket.already_used` with `checkedInAt`; 422 `ticket.invalid` for whatever is no ticket of ours, or one
 * of an order that is not confirmed (any more).
 */
export const checkIn = async ({ code, now }: { code: string; now: number }): Promise<CheckedIn> => {
  const { order, ticketId, seatId } = await read(code);
  const { userId, orderId, eventId } = order;
  const facts = { ticketId, orderId, eventId, seatId };
  // Of two doors at once the first condition lets one through; the second keeps out a refund that began since the order was read.
  const refusals = await transact([
    {
      Put: {
        TableName: table("Orders"),
        Item: { ...Order.checkInKey(userId, ticketId), type: "check-in", ...facts, checkedInAt: now },
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    Order.confirmedCheck(userId, orderId),
  ]);
  if (!refusals) {
    count("CheckedIn");
    return { ...facts, checkedInAt: iso(now) };
  }
  if (failed(refusals, 1)) throw TicketInvalid();
  if (failed(refusals, 0)) throw used(refusals[0]?.item?.checkedInAt);
  throw Unavailable(); // conflicts only: nothing is known
};

const used = (at: number) => {
  const checkedInAt = iso(at);
  return TicketUsed(`This ticket was checked in at ${checkedInAt}.`, { extra: { checkedInAt } });
};

/** The order and seat that a code stands for. The signature says who wrote it; the order, whether it still holds. */
const read = async (code: string) => {
  const ticket = await verifyTicket<TicketClaims>(code);
  const named = ticket && parse(ticket.tid);
  if (!named || named.orderId !== ticket.ord) throw TicketInvalid();
  const order = await Order.find({ userId: ticket.sub, orderId: ticket.ord });
  const seat = order?.seats[named.n - 1];
  if (order?.status !== "confirmed" || !seat) throw TicketInvalid();
  return { order, ticketId: ticket.tid, seatId: seat.seatId };
};
