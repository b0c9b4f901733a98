import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { Instant, named } from "#core/lib/schemas.ts";

/** What a ticket's code carries, signed. */
export type TicketClaims = { sub: string; ord: string; tid: string };

export const CheckIn = named("CheckIn", () =>
  z.strictObject({ code: z.string().check(z.minLength(1), z.maxLength(2_000)) }),
);
export const CheckedIn = named("CheckedIn", () =>
  z.object({
    ticketId: z.string(),
    orderId: z.string(),
    eventId: z.string(),
    seatId: z.string(),
    checkedInAt: Instant,
  }),
);
export type CheckedIn = z.infer<typeof CheckedIn>;

export const TicketNotFound = define("ticket.not_found", 404, "You have no such ticket.");
export const TicketInvalid = define("ticket.invalid", 422, "This code is not a valid ticket.");
export const TicketUsed = define("ticket.already_used", 409, "This ticket was checked in before.");
