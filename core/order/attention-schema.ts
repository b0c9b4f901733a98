import * as z from "zod/mini";
import { Instant, named } from "#core/lib/schemas.ts";

/**
 * Why a person should look at an event:
 * - `draft_soon`: it is a draft, and its sale opens within three days or should be open
 * - `paused`: its sale is paused
 * - `cancelling`: it is cancelled, and not all its orders have ended
 * - `refunds`: the gateway has refused refunds of `count` orders, or not answered, for an hour
 */
export const attentionReasons = ["draft_soon", "paused", "cancelling", "refunds"] as const;

export const Attention = named("Attention", () =>
  z.object({
    items: z.array(
      z.object({
        eventId: z.string(),
        title: z.string(),
        salesOpenAt: Instant,
        reason: z.enum(attentionReasons),
        count: z.optional(z.int()),
      }),
    ),
    /** There are more events or open refunds than were looked at. */
    more: z.boolean(),
  }),
);
export type Attention = z.infer<typeof Attention>;
