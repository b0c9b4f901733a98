/**
 * The seating plan's format (pretix's open format). Known fields are checked. Unknown fields are kept, because editors add their own.
 */
import * as z from "zod/mini";
import { named, text } from "#core/lib/schemas.ts";

/** Much larger than any plan, and a page can still draw it. */
const length = () => z.number().check(z.minimum(-1_000_000), z.maximum(1_000_000));
const positive = () => z.number().check(z.gt(0), z.maximum(1_000_000));
const point = () => z.looseObject({ x: length(), y: length() });
/** As printed on the ticket. Empty if the venue has none. */
const label = () => z.string().check(z.maxLength(50), z.regex(/^[^\p{Cc}\p{Cs}]*$/u, "has control characters"));
const caption = () =>
  z.looseObject({ text: z.nullish(z.string().check(z.maxLength(1_000))), position: z.nullish(point()) });

const seat = () =>
  z.looseObject({
    seat_guid: text(200),
    seat_number: label(),
    position: point(),
    category: z.string(),
  });

const row = () => z.looseObject({ row_number: label(), position: z.optional(point()), seats: z.array(seat()) });

const area = () =>
  z.looseObject({
    shape: z.optional(z.string()),
    color: z.nullish(z.string()),
    position: z.optional(point()),
    rotation: z.nullish(z.number()),
    rectangle: z.nullish(z.looseObject({ width: length(), height: length() })),
    circle: z.nullish(z.looseObject({ radius: length() })),
    ellipse: z.nullish(z.looseObject({ radius: point() })),
    polygon: z.nullish(z.looseObject({ points: z.array(point()) })),
    text: z.nullish(caption()),
  });

const zone = () =>
  z.looseObject({
    name: text(100),
    zone_id: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
    position: point(),
    rows: z.optional(z.array(row())),
    areas: z.optional(z.array(area())),
  });

export const Plan = named("SeatingPlan", () =>
  z.looseObject({
    name: text(200),
    size: z.looseObject({ width: positive(), height: positive() }),
    categories: z
      .array(z.looseObject({ name: text(100), color: z.string().check(z.maxLength(64)) }))
      .check(z.maxLength(200)),
    zones: z.array(zone()),
  }),
);
export type Plan = z.infer<typeof Plan>;
