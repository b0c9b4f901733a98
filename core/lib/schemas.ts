/** Shapes that the schemas of all domains share. They use zod/mini, because it is part of each function's bundle. */
import * as z from "zod/mini";

/**
 * A schema that is made at its first use, so a cold start makes none. The first request of a function needs one schema of the API, and
 * most functions never need most of them. `NO_SIDE_EFFECTS` lets the bundler leave unused schemas out.
 */
export const lazy = /* @__NO_SIDE_EFFECTS__ */ <T extends z.core.$ZodType>(make: () => T) => z.lazy(make);

/** The same, with a name in the OpenAPI document's components. */
export const named = /* @__NO_SIDE_EFFECTS__ */ <T extends z.core.$ZodType>(id: string, make: () => T) => {
  const schema = lazy(make);
  z.globalRegistry.add(schema, { id });
  return schema;
};

/** One line of readable text: 1–max characters, no control characters, not blank. */
export const text = (max: number) =>
  z
    .string()
    .check(z.maxLength(max), z.regex(/^[^\p{Cc}\p{Cs}]*$/u, "has control characters"), z.regex(/\S/, "is blank"));

/** ISO 8601 UTC, as in 2026-11-21T09:00:00.000Z. */
export const Instant = lazy(() => z.iso.datetime());

/** A date or an instant, for a filter. */
export const When = lazy(() => z.union([z.iso.datetime(), z.iso.date()]));

/** The largest amount, in the currency's minor unit. */
export const maxAmount = 1_000_000_000;

/** An amount in the currency's minor unit. */
export const Amount = lazy(() => z.int().check(z.minimum(0), z.maximum(maxAmount)));

/** ISO 4217. */
export const Currency = lazy(() => z.string().check(z.regex(/^[A-Z]{3}$/, "is not an ISO 4217 code")));

/** Query parameters of every list. `limit` is 1–100. */
export const paging = {
  cursor: lazy(() => z.optional(z.string().check(z.minLength(1), z.maxLength(1_000)))),
  limit: lazy(() =>
    z.optional(
      z.pipe(
        z.pipe(z.string().check(z.regex(/^[0-9]{1,3}$/, "is not a whole number from 1 to 100")), z.transform(Number)),
        z.number().check(z.minimum(1), z.maximum(100)),
      ),
    ),
  ),
};

export const Paging = lazy(() => z.object(paging));

/** Items on a page of a list if the request has no `limit`. */
export const defaultPageSize = 20;

/** The keys that an object of this schema may have, such as a query's parameters. */
export const keysOf = (schema: z.core.$ZodType): string[] => {
  const { def, innerType } = schema._zod as unknown as Fields;
  if (innerType) return keysOf(innerType);
  return def.options ? def.options.flatMap(keysOf) : Object.keys(def.shape ?? {});
};

type Fields = { def: { shape?: object; options?: z.core.$ZodType[] }; innerType?: z.core.$ZodType };

export const list = <T extends z.core.$ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.nullable(z.string()) });

export type Page<T> = { items: T[]; next: string | null };
