/**
 * The seating plan's format (DESIGN section 7, pretix's open format): what is understood of it is checked, what is not is kept, for
 * editors add fields of their own.
 */
import * as z from "zod/mini";
import { named, text } from "#core/lib/schemas.ts";

/** Far beyond any plan, and still drawable. */
const Length = z.number().check(z.minimum(-1_000_000), z.maximum(1_000_000));
const Positive = z.number().check(z.gt(0), z.maximum(1_000_000));
const Point = z.looseObject({ x: Length, y: Length });
/** As printed on the ticket; empty where the house has none. */
const Label = z.string().check(z.maxLength(50), z.regex(/^[^\p{Cc}\p{Cs}]*$/u, "has control characters"));
const Text = z.looseObject({ text: z.nullish(z.string().check(z.maxLength(1_000))), position: z.nullish(Point) });

const Seat = z.looseObject({
  seat_guid: text(200),
  seat_number: Label,
  position: Point,
  category: z.string(),
});

const Row = z.looseObject({ row_number: Label, position: z.optional(Point), seats: z.array(Seat) });

const Area = z.looseObject({
  shape: z.optional(z.string()),
  color: z.nullish(z.string()),
  position: z.optional(Point),
  rotation: z.nullish(z.number()),
  rectangle: z.nullish(z.looseObject({ width: Length, height: Length })),
  circle: z.nullish(z.looseObject({ radius: Length })),
  ellipse: z.nullish(z.looseObject({ radius: Point })),
  polygon: z.nullish(z.looseObject({ points: z.array(Point) })),
  text: z.nullish(Text),
});

const Zone = z.looseObject({
  name: text(100),
  zone_id: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  position: Point,
  rows: z.optional(z.array(Row)),
  areas: z.optional(z.array(Area)),
});

export const Plan = named(
  "SeatingPlan",
  z.looseObject({
    name: text(200),
    size: z.looseObject({ width: Positive, height: Positive }),
    categories: z
      .array(z.looseObject({ name: text(100), color: z.string().check(z.maxLength(64)) }))
      .check(z.maxLength(200)),
    zones: z.array(Zone),
  }),
);
export type Plan = z.infer<typeof Plan>;
