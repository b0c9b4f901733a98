/** Tickets: one for each seat of a confirmed order. A ticket has no item: it follows from its order, and only its check-in is written. */
import * as Order from "#core/order/index.ts";
import { code, parse } from "./codes.ts";
import { TicketNotFound } from "./schema.ts";

export { calendarFile } from "./attachment.ts";
export { checkIn, undo, unknownTicket } from "./check-in.ts";
export { type CheckInFacts, checkInsOf } from "./check-ins.ts";
export { codes, type Ticket } from "./codes.ts";
export { entrance } from "./entrance.ts";
export * from "./schema.ts";

/** The order that a ticket's id names. Undefined if it is no such id. */
export const orderOf = (ticketId: string): string | undefined => parse(ticketId)?.orderId;

/** The QR code (SVG) of a ticket of this user. 404 `ticket.not_found`, also if the order is not confirmed (any more). */
export const qr = async ({ userId, ticketId }: { userId: string; ticketId: string }): Promise<string> => {
  const named = parse(ticketId);
  const order = named && (await Order.find({ userId, orderId: named.orderId }));
  if (!named || order?.status !== "confirmed" || !order.seats[named.n - 1]) throw TicketNotFound();
  const { svg } = await import("./qr.ts");
  return svg(await code(order, named.n));
};
