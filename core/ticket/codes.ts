/**
 * A ticket's code: a JWS (EdDSA, audience `ticket`) of its owner, its order, its event and its id, without an expiry.
 *
 * An entrance without network verifies it with TicketPublicKey alone, which cannot sign. Such an entrance detects forgeries and tickets of
 * other events. It does not detect refunds and second visits, which a check-in does.
 */
import { ULID } from "#core/lib/ids.ts";
import { signTicket } from "#core/lib/ticket-tokens.ts";
import * as Order from "#core/order/index.ts";
import type { TicketClaims } from "./schema.ts";

type Sold = { userId: string; orderId: string; eventId: string; seats: { seatId: string }[] };
export type Ticket = { ticketId: string; seatId: string; code: string };

const ID = new RegExp(`^tkt_(${ULID})_([1-9]\\d?)$`);

/** The order and the position, from 1, that a ticket's id names. */
export const parse = (ticketId: string): { orderId: string; n: number } | undefined => {
  const [, ulid, n] = ID.exec(ticketId) ?? [];
  return ulid && n ? { orderId: `ord_${ulid}`, n: Number(n) } : undefined;
};

/** The code of an order's ticket `n`, counted from 1. EdDSA is deterministic, so the code is the same each time. */
export const code = ({ userId, orderId, eventId }: Sold, n: number): Promise<string> => {
  const claims: TicketClaims = { sub: userId, ord: orderId, evt: eventId, tid: Order.ticketId(orderId, n) };
  return signTicket(claims);
};

/** The tickets of an order, in the order of its seats. */
export const codes = (order: Sold): Promise<Ticket[]> =>
  Promise.all(
    order.seats.map(async ({ seatId }, index) => ({
      ticketId: Order.ticketId(order.orderId, index + 1),
      seatId,
      code: await code(order, index + 1),
    })),
  );
