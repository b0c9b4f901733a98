/** Shapes that every word's schemas share. zod/mini, because a function's bundle carries it. */
import * as z from "zod/mini";

/** Names a schema in the OpenAPI document's components. */
export const named = <T extends z.core.$ZodType>(id: string, schema: T): T => {
  z.globalRegistry.add(schema, { id });
  return schema;
};

/** One line of text for people: 1–max characters, no control characters, not blank. */
export const text = (max: number) =>
  z
    .string()
    .check(z.maxLength(max), z.regex(/^[^\p{Cc}\p{Cs}]*$/u, "has control characters"), z.regex(/\S/, "is blank"));

/** ISO 8601 UTC, as in 2026-11-21T09:00:00.000Z. */
export const Instant = z.iso.datetime();

/** A date or an instant, for a filter. */
export const When = z.union([z.iso.datetime(), z.iso.date()]);

/** An amount in the currency's minor unit. */
export const Amount = z.int().check(z.minimum(0), z.maximum(1_000_000_000));

/** ISO 4217. */
export const Currency = z.string().check(z.regex(/^[A-Z]{3}$/, "is not an ISO 4217 code"));

/** Query parameters of every list. `limit` is 1–100. */
export const paging = {
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(1_000))),
  limit: z.optional(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^[0-9]{1,3}$/, "is not a whole number from 1 to 100")), z.transform(Number)),
      z.number().check(z.minimum(1), z.maximum(100)),
    ),
  ),
};

/** How many items a list answers when the request does not say. */
export const LIMIT = 20;

export const list = <T extends z.core.$ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.nullable(z.string()) });

export type Page<T> = { items: T[]; next: string | null };
