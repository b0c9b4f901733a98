import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { Instant, lazy, named } from "#core/lib/schemas.ts";

/** The signed claims of a ticket's code. Tickets of earlier releases have no `evt`: their order has the event. */
export type TicketClaims = { sub: string; ord: string; evt?: string; tid: string };

export const CheckIn = named("CheckIn", () =>
  z.strictObject({
    /** The event of this entrance. */
    eventId: z.string().check(z.maxLength(64)),
    code: z.string().check(z.minLength(1), z.maxLength(2_000)),
  }),
);
export const CheckedIn = named("CheckedIn", () =>
  z.object({
    ticketId: z.string(),
    orderId: z.string(),
    userId: z.string(),
    eventId: z.string(),
    seatId: z.string(),
    seat: z.object({
      seatId: z.string(),
      sectionId: z.string(),
      row: z.nullable(z.string()),
      number: z.nullable(z.string()),
      category: z.string(),
    }),
    checkedInAt: Instant,
  }),
);
export type CheckedIn = z.infer<typeof CheckedIn>;

const count = () => ({ in: z.int(), expected: z.int() });

/** `expected`: the valid tickets, also those that are in. `asOf`: when they were counted. */
export const Entrance = named("Entrance", () =>
  z.object({
    ...count(),
    sections: z.array(z.object({ sectionId: z.string(), name: z.string(), ...count() })),
    asOf: Instant,
  }),
);
export type Entrance = z.infer<typeof Entrance>;

export const UndoQuery = lazy(() =>
  z.strictObject({
    /** The ticket's owner. With it the ticket is found also before its order's e-mail has gone out. */
    userId: z.optional(z.string().check(z.maxLength(64))),
    /** The time of the check-in to undo. A later check-in of the same ticket then stays. */
    checkedInAt: z.optional(Instant),
  }),
);

export const TicketNotFound = define("ticket.not_found", 404, "You have no such ticket.");
export const TicketOfOtherEvent = define("ticket.other_event", 409, "This ticket is for another event.");
export const NotCheckedIn = define(
  "ticket.not_checked_in",
  409,
  "This ticket is not checked in: there is nothing to undo.",
);
export const ScanUndone = define("ticket.scan_undone", 409, "This scan was undone meanwhile. Scan the ticket again.");
export const TicketInvalid = define("ticket.invalid", 422, "This code is not a valid ticket.");
export const TicketUsed = define("ticket.already_used", 409, "This ticket was checked in before.");
