/** The changes that an organiser may make to an event. */
import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { Instant, named, text } from "#core/lib/schemas.ts";
import { Flight, limits, Prices } from "./fields.ts";
import { QueuePatch } from "./queue-rules.ts";

export const EventPatch = named("EventPatch", () =>
  z.strictObject({
    status: z.optional(z.enum(["paused", "closed", "onsale"])),
    title: z.optional(text(200)),
    venue: z.optional(text(200)),
    /** `cancelUntil` keeps its distance to the start, and a sale that closed at the start closes at the new one, unless they are given. */
    startsAt: z.optional(Instant),
    salesOpenAt: z.optional(Instant),
    salesCloseAt: z.optional(Instant),
    cancelUntil: z.optional(Instant),
    /** Of the categories that change. An order keeps the prices of its hold. */
    prices: z.optional(Prices),
    maxSeatsPerOrder: z.optional(limits.maxSeatsPerOrder),
    maxSeatsPerUser: z.optional(limits.maxSeatsPerUser),
    holdSeconds: z.optional(limits.holdSeconds),
    flight: z.optional(Flight),
    queue: QueuePatch,
  }),
);
export type EventPatch = z.infer<typeof EventPatch>;

export const Postpone = named("PostponeEvent", () =>
  z.strictObject({
    /** The new start. A flight's departure and arrival move by as much. */
    startsAt: Instant,
    /** Until then buyers may return their tickets, whatever `cancelUntil` says. */
    refundUntil: Instant,
  }),
);
export type Postpone = z.infer<typeof Postpone>;

export const SaleFrozen = define(
  "event.draw_frozen",
  409,
  "The lobby has been drawn, so the sale times can no longer be changed.",
);
export const EventChanged = define(
  "event.changed",
  409,
  "The event was changed meanwhile. Read it again and repeat the change.",
);
export const EventIsPublished = define(
  "event.published",
  409,
  "This event is published, so it cannot be deleted. Cancel it instead.",
);
