/**
 * The part of Lambda's event filtering that is used here: nested keys down to lists of exact values. A list means "one of", several keys
 * mean "all of", several filters mean "any of". https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
type Scalar = string | number | boolean | null;

export const matches = (filters: readonly object[], record: unknown): boolean =>
  filters.length === 0 || filters.some((pattern) => fits(pattern, record));

const fits = (pattern: object, value: unknown): boolean =>
  Object.entries(pattern).every(([key, rule]) => {
    const found = (value as Record<string, unknown> | undefined)?.[key];
    return Array.isArray(rule) ? oneOf(rule, found) : fits(rule as object, found);
  });

/** A list in the record matches if one of its elements does. */
const oneOf = (rules: unknown[], found: unknown): boolean => {
  for (const rule of rules)
    if (typeof rule === "object" && rule !== null)
      throw new Error(`The local runtime does not support the filter rule ${JSON.stringify(rule)}`);
  const values = Array.isArray(found) ? found : [found];
  return values.some((value) => rules.includes(value as Scalar));
};
