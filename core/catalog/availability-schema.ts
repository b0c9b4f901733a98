/** The answers about which seats of an event are free. */
import * as z from "zod/mini";
import { Instant, named } from "#core/lib/schemas.ts";

export const Availability = named("Availability", () =>
  z.object({
    sections: z.array(z.object({ sectionId: z.string(), capacity: z.int(), free: z.int() })),
    asOf: Instant,
  }),
);
export type Availability = z.infer<typeof Availability>;

export const SectionSeats = named("SectionSeats", () =>
  z.object({ sectionId: z.string(), taken: z.record(z.string(), z.enum(["held", "sold"])), asOf: Instant }),
);
export type SectionSeats = z.infer<typeof SectionSeats>;
