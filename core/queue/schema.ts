import * as z from "zod/mini";
import { Draw } from "#core/catalog/schema.ts";
import { define } from "#core/lib/errors.ts";
import { Instant, lazy, named } from "#core/lib/schemas.ts";

export const phases = ["lobby", "line", "paused", "closed", "soldout"] as const;
export const Phase = lazy(() => z.enum(phases));
export type Phase = z.infer<typeof Phase>;

/** `place` restores a place that Redis has lost; `challenge` answers `queue.challenge_required`. */
export const Join = named("Join", () =>
  z.strictObject({
    place: z.optional(z.string().check(z.maxLength(2_000))),
    challenge: z.optional(z.string().check(z.maxLength(2_000))),
  }),
);

export const Place = named("Place", () => z.object({ place: z.string(), phase: Phase, number: z.nullable(z.int()) }));
export type Place = z.infer<typeof Place>;

export const QueueStatus = named("QueueStatus", () =>
  z.object({
    phase: Phase,
    /** The highest number that may enter now. */
    serving: z.int(),
    /** The highest number given so far. */
    issued: z.int(),
    /** Visitors in the lobby; after the draw, how many were drawn. */
    lobby: z.int(),
    /** Admissions in use. */
    active: z.int(),
    admitPerSecond: z.number(),
    opensAt: Instant,
    draw: Draw,
    asOf: Instant,
  }),
);
export type QueueStatus = z.infer<typeof QueueStatus>;

export const Claim = named("Claim", () => z.strictObject({ place: z.string().check(z.maxLength(2_000)) }));
export const Admission = named("Admission", () => z.object({ admission: z.string(), expiresAt: Instant }));
export type Admission = z.infer<typeof Admission>;

export const QueueDisabled = define("queue.disabled", 404, "This event has no queue: you can choose seats at once.");
export const NotYet = define("queue.not_yet", 409, "It is not your turn yet.");
export const NotYourPlace = define("queue.place_foreign", 403, "This place belongs to another account.");
export const PlaceInvalid = define("queue.place_invalid", 403, "This place token is not valid: join the queue.");
export const PlaceSpent = define("queue.place_spent", 409, "This place was used: join the queue again for a new one.");
export const ChallengeRequired = define(
  "queue.challenge_required",
  403,
  "A new place needs a little work here: join with a `challenge` of the given token, a dot and a nonce, so that its SHA-256 begins with `difficulty` zero bits.",
);
export const QueueClosed = define("queue.closed", 409, "The sale is over, and the queue is closed.");
export const QueueUnavailable = define(
  "queue.unavailable",
  503,
  "The queue cannot be reached now. If you have a place, it is kept: try again in a moment.",
);
export const AdmissionRequired = define(
  "queue.admission_required",
  403,
  "A valid admission is needed in the Admission header: join the queue and claim one.",
);
