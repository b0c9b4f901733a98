import { define } from "#core/lib/errors.ts";

/** When an event was cancelled (epoch ms), by which organiser (user id), and how far its orders are. */
export type Cancelled = {
  at: number;
  by: string;
  reason?: string | undefined;
  /** The log entry of the cancellation, or of its last retry. Only messages of this run are worked on. */
  run: string;
  /** The pass over the seats that has begun: 0 is the first. */
  pass?: number | undefined;
  /** A pass of this run found no order that can still change. */
  finished?: true | undefined;
};

export const EventCancelled = define("event.cancelled", 409, "This event is cancelled.");
export const EventIsDraft = define(
  "event.draft",
  409,
  "This event is a draft, so nobody has bought anything. Change or delete the draft.",
);
