/** The entrance: a ticket lets one person in to its event, and an organiser may undo that. */
import * as Catalog from "#core/catalog/index.ts";
import { iso, ms } from "#core/lib/clock.ts";
import { failed, getOne, type Item, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import { derive } from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import { verifyTicket } from "#core/lib/ticket-tokens.ts";
import * as Log from "#core/log/index.ts";
import * as Order from "#core/order/index.ts";
import { parse } from "./codes.ts";
import {
  type CheckedIn,
  NotCheckedIn,
  ScanUndone,
  type TicketClaims,
  TicketInvalid,
  TicketNotFound,
  TicketOfOtherEvent,
  TicketUsed,
} from "./schema.ts";

type Scan = {
  eventId: string;
  code: string;
  /** The organiser's user id, or the id of a device. */
  by: string;
  /** The Idempotency-Key of the scan. Sent again with the same key, it is the same scan. */
  key: string;
  now: number;
};

/**
 * Checks a ticket in. The same key of the same organiser or device gets the same answer again. 422 `ticket.invalid` for a code that is not a
 * ticket of ours, or a ticket of an order that is not confirmed (any more); 409 `ticket.other_event`, `event.cancelled`,
 * `ticket.already_used` with `checkedInAt`, `ticket.scan_undone`; 503 `unavailable`.
 */
export const checkIn = async ({ eventId, code, by, key, now }: Scan): Promise<CheckedIn> => {
  // Read consistently. A cancellation ends every ticket at once, also those of orders that are not refunded yet.
  const [ticket, event] = await Promise.all([read(code), Catalog.find(eventId)]);
  if (ticket.order.eventId !== eventId) throw await otherEvent(ticket.order.eventId, now);
  if (event?.cancelled) throw Catalog.EventCancelled();
  const { userId, orderId } = ticket.order;
  const { ticketId, seat } = ticket;
  const scan = derive(by, key);
  const refusals = await transact([
    {
      // Of two entrances at the same time, this condition lets one through.
      Put: {
        TableName: table("Orders"),
        Item: {
          ...Order.checkInKey(userId, ticketId),
          type: "check-in",
          ...{ ticketId, orderId, eventId, seatId: seat.seatId },
          ...{ checkedInAt: now, checkedInBy: by, scan },
        },
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    // It refuses if a refund began after the order was read.
    Order.confirmedCheck(userId, orderId),
    {
      // A scan that was undone checks nothing in if it comes late, or again.
      ConditionCheck: {
        TableName: table("Orders"),
        Key: Order.undoneKey(userId, ticketId, scan),
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    Catalog.enterSeat({ seat: { ...seat, eventId }, orderId }),
  ]);
  if (!refusals) {
    count("CheckedIn");
    return view(ticket, now);
  }
  const before = refusals[0]?.item;
  if (failed(refusals, 1) || failed(refusals, 3)) throw TicketInvalid();
  if (failed(refusals, 2)) throw ScanUndone();
  if (failed(refusals, 0)) {
    if (before?.scan === scan) return view(ticket, before.checkedInAt); // its answer was lost
    throw used(ticket, before?.checkedInAt);
  }
  throw Unavailable(); // there were only conflicts: nothing is proven
};

type Undo = {
  ticketId: string;
  userId?: string | undefined;
  /** The time of the check-in to undo, as its answer gave it. Without it, any check-in of the ticket. */
  checkedInAt?: string | undefined;
  by: string;
  now: number;
};

/**
 * Undoes a check-in: the ticket can be checked in again. The check-in, who undid it and when stay on record, and the event's log gets an
 * entry. 404 `ticket.not_found`, and `order.not_found` without `userId` until the order's mail has gone out; 409 `ticket.not_checked_in`, also if
 * it was undone before; 503 `unavailable`.
 */
export const undo = async ({ ticketId, userId, checkedInAt, by, now }: Undo): Promise<void> => {
  const named = parse(ticketId);
  if (!named) throw unknownTicket();
  const owner = userId ?? (await Order.ownerOf(named.orderId));
  const order = await Order.find({ userId: owner, orderId: named.orderId });
  const seat = order?.seats[named.n - 1];
  if (!order || !seat) throw unknownTicket();
  const checkIn = await checkInOf(owner, ticketId);
  if (!checkIn || (checkedInAt !== undefined && ms(checkedInAt) !== checkIn.checkedInAt)) throw NotCheckedIn();
  const { pk: _pk, sk: _sk, type: _type, ...facts } = checkIn;
  const refusals = await transact([
    {
      // Of two undos at the same time, this condition lets one through. It also keeps a scan that came after.
      Delete: {
        TableName: table("Orders"),
        Key: Order.checkInKey(owner, ticketId),
        ConditionExpression: "checkedInAt = :at",
        ExpressionAttributeValues: { ":at": checkIn.checkedInAt },
      },
    },
    {
      Put: {
        TableName: table("Orders"),
        // Check-ins of earlier releases have no scan key. Their time distinguishes them.
        Item: {
          ...Order.undoneKey(owner, ticketId, checkIn.scan ?? String(checkIn.checkedInAt)),
          type: "check-in-undone",
          ...facts,
          ...{ undoneAt: now, undoneBy: by },
        },
        ConditionExpression: "attribute_not_exists(pk)", // a record is never overwritten
      },
    },
    // Of an order that was refunded all the same, the seat is not its own any more. If the refund comes between, the undo is sent again.
    ...(order.status === "confirmed"
      ? [Catalog.leaveSeat({ seat: { ...seat, eventId: order.eventId }, orderId: order.orderId })]
      : []),
    Log.entry({ of: order.eventId, by, action: "check_in.undone", subject: ticketId, now }),
  ]);
  if (!refusals) return;
  throw failed(refusals, 0) ? NotCheckedIn() : Unavailable();
};

export const unknownTicket = () => TicketNotFound("There is no such ticket.");

const checkInOf = (userId: string, ticketId: string): Promise<Item | undefined> =>
  getOne("Orders", Order.checkInKey(userId, ticketId));

type Read = { order: Order.Order; ticketId: string; seat: Order.OrderSeat };

/** The order and seat of a code. The signature proves that we made it. The order says whether it is still valid. */
const read = async (code: string): Promise<Read> => {
  const ticket = await verifyTicket<TicketClaims>(code);
  const named = ticket && parse(ticket.tid);
  if (!named || named.orderId !== ticket.ord) throw TicketInvalid();
  const order = await Order.find({ userId: ticket.sub, orderId: ticket.ord });
  const seat = order?.seats[named.n - 1];
  if (order?.status !== "confirmed" || !seat) throw TicketInvalid();
  if (ticket.evt !== undefined && ticket.evt !== order.eventId) throw TicketInvalid();
  return { order, ticketId: ticket.tid, seat };
};

const shown = ({ seatId, sectionId, row, number, category }: Order.OrderSeat) => ({
  seatId,
  sectionId,
  row,
  number,
  category,
});

const view = ({ order, ticketId, seat }: Read, at: number): CheckedIn => {
  const { orderId, userId, eventId } = order;
  const { seatId } = seat;
  return { ticketId, orderId, userId, eventId, seatId, seat: shown(seat), checkedInAt: iso(at) };
};

/** The answer may name the event's title, because every event is public. */
const otherEvent = async (eventId: string, now: number) => {
  const { title } = await Catalog.event(eventId, now);
  return TicketOfOtherEvent(`This ticket is for another event: ${title}.`, { extra: { event: { eventId, title } } });
};

const used = ({ ticketId, seat }: Read, at: number) => {
  const checkedInAt = iso(at);
  const extra = { checkedInAt, ticketId, seat: shown(seat) };
  return TicketUsed(`This ticket was checked in at ${checkedInAt}.`, { extra });
};
