import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { Instant, named, text } from "#core/lib/schemas.ts";

export const Cancel = named("CancelEvent", () =>
  z.strictObject({
    /** Buyers read it in the e-mail about their refund. */
    reason: z.optional(text(500)),
  }),
);

/**
 * Why an order is not ended, or its money not returned, until a person does something:
 * - `disputed`: the buyer's bank disputes the payment. It can be refunded once the dispute is over
 * - `refund_delayed`: the gateway has refused the refund, or not answered, for an hour. It is tried again each minute
 */
export const failures = ["disputed", "refund_delayed"] as const;

/** How far the orders of a cancelled event are. It counts those that the cancellation has ended or will end, not those that had ended before. */
export const Cancellation = named("Cancellation", () =>
  z.object({
    cancelledAt: Instant,
    reason: z.optional(z.string()),
    orders: z.int(),
    released: z.int(),
    refunded: z.int(),
    /** Their seats are free and their tickets void. The gateway has not confirmed yet that the money went back. */
    refunding: z.int(),
    /** Not ended yet. */
    left: z.int(),
    /** At most 100. */
    failed: z.array(z.object({ orderId: z.string(), reason: z.enum(failures) })),
    /** Nothing more happens by itself. `failed` says what is left for a person. */
    done: z.boolean(),
  }),
);
export type Cancellation = z.infer<typeof Cancellation>;

export const CancellationNotFound = define("cancellation.not_found", 404, "This event is not cancelled.");
