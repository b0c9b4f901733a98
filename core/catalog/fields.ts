/** The fields of an event that several shapes share. */
import * as z from "zod/mini";
import { Amount, Instant, lazy, text } from "#core/lib/schemas.ts";

export const kinds = ["concert", "match", "theatre", "flight", "club"] as const;
export const Kind = lazy(() => z.enum(kinds));
export const airport = () => z.string().check(z.regex(/^[A-Z]{3}$/, "is not an IATA code"));
export const category = () => text(100);
/** The most seats that any event may sell in one order. */
export const maxSeatsPerOrder = 20;

export const Flight = lazy(() =>
  z.strictObject({ origin: airport(), destination: airport(), departsAt: Instant, arrivesAt: Instant }),
);
export type Flight = z.infer<typeof Flight>;

/** Per category, in the currency's minor unit. */
export const Prices = lazy(() =>
  z
    .record(category(), Amount)
    .check(z.refine((prices) => Object.keys(prices).length <= 200, "has more than 200 categories")),
);

export const limits = {
  maxSeatsPerOrder: lazy(() => z.int().check(z.minimum(1), z.maximum(maxSeatsPerOrder))),
  maxSeatsPerUser: lazy(() => z.int().check(z.minimum(1), z.maximum(1_000))),
  holdSeconds: lazy(() => z.int().check(z.minimum(1), z.maximum(3_600))),
};
