/**
 * What a ticket shows at the door: a JWS (EdDSA, audience `ticket`) of its owner, its order and its id, without an expiry.
 *
 * A door without network verifies it with TicketPublicKey alone, the half that signs nothing. Such a door sees forgeries,
 * but neither refunds nor second visits, which a check-in sees.
 */
import { signTicket } from "#core/lib/ticket-tokens.ts";
import * as Order from "#core/order/index.ts";
import type { TicketClaims } from "./schema.ts";

type Sold = { userId: string; orderId: string; seats: { seatId: string }[] };
export type Ticket = { ticketId: string; seatId: string; code: string };

/** The code of an order's ticket `n`, counted from 1. EdDSA is deterministic: it is the same each time. */
export const code = ({ userId, orderId }: Sold, n: number): Promise<string> => {
  const claims: TicketClaims = { sub: userId, ord: orderId, tid: Order.ticketId(orderId, n) };
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
