/** Valid and invalid values of a schema. */
import { followed, type Json } from "./api.ts";
import type { Random } from "./random.ts";

/** A meaningful value for a field of this name, if one is known. */
export type Hint = (name: string, path: string[]) => { value: unknown } | undefined;

const WORDS = ["Seoul", "서울", "Café", "a", "A-1-1", "Standard", "🎫 live", "O'Neil", "<b>", "x y"] as const;

const text = (random: Random, { minLength = 0, maxLength = 30, pattern, format }: Json): string => {
  if (format === "date-time") return new Date(1_800_000_000_000 + random.below(1e10)).toISOString();
  if (format === "date") return "2027-01-31";
  if (format === "email") return `fuzz-${random.below(1e6)}@onsale.test`;
  if (pattern === "^[A-Z]{3}$") return random.pick(["KRW", "USD", "ICN", "JFK"]);
  const base = pattern ? random.pick(["A", "b-1", "x.y"]) : random.pick(WORDS);
  return base.padEnd(minLength, "x").slice(0, Math.max(minLength, maxLength));
};

const number = (random: Random, { type, minimum, exclusiveMinimum, maximum = 1_000_000 }: Json): number => {
  const least = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + (type === "integer" ? 1 : 0.5));
  const edge = random.below(4);
  if (edge === 0) return least;
  if (edge === 1) return maximum;
  const some = least + random.next() * (Math.min(maximum, least + 100) - least);
  return type === "integer" ? Math.round(some) : some;
};

const object = (random: Random, schema: Json, hint: Hint, path: string[]): Json => {
  const { properties = {}, required = [], additionalProperties } = schema;
  const made: Json = {};
  for (const [name, inner] of Object.entries<Json>(properties)) {
    if (!required.includes(name) && random.chance(0.5)) continue;
    const known = random.chance(0.95) ? hint(name, path) : undefined;
    made[name] = known ? known.value : valid(random, inner, hint, [...path, name]);
  }
  const open = typeof additionalProperties === "object" && Object.keys(properties).length === 0;
  if (open)
    for (let n = random.below(3); n > 0; n--) made[random.pick(WORDS)] = valid(random, additionalProperties, hint);
  return made;
};

/** A valid value of this schema. */
export const valid = (random: Random, given: Json, hint: Hint, path: string[] = []): unknown => {
  const schema = followed(given);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return valid(random, random.of(either), hint, path);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.of(schema.enum);
  const type = Array.isArray(schema.type) ? random.of(schema.type) : schema.type;
  if (type === "object") return object(random, schema, hint, path);
  if (type === "array") {
    const length = (schema.minItems ?? 0) + random.below(3);
    return Array.from({ length: Math.min(length, schema.maxItems ?? 20) }, () =>
      valid(random, schema.items, hint, path),
    );
  }
  if (type === "integer" || type === "number") return number(random, { ...schema, type });
  if (type === "boolean") return random.chance(0.5);
  if (type === "null") return null;
  return text(random, schema);
};

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

/** JSON of an unexpected value. It is text, because JavaScript cannot express some of them. */
const ODD = [
  "null",
  "true",
  '""',
  '" "',
  "0",
  "-0",
  "-1",
  "1.5",
  "1e400",
  "-1e400",
  "9007199254740993",
  "1e21",
  "2147483648",
  "[]",
  "{}",
  "[null]",
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":1,"hasOwnProperty":1,"valueOf":null}',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\r\\nBcc: all@onsale.test"',
  '"\\u001b[31mred"',
  '"\\u202Eevil"',
  '"ﷺ𝒳́́́́"',
  '"{\\"level\\":\\"ERROR\\"}"',
  '"\' OR 1=1 --"',
  '"../../../etc/passwd"',
  '"%00%0d%0a"',
  '"<script>alert(1)</script>"',
  '"#"',
  '"EVENT#x"',
  '"USER#x"',
  '"9999-99-99T99:99:99Z"',
  '"0000-01-01T00:00:00.000Z"',
  '"+275760-09-13T00:00:00.000Z"',
  '"2026-11-21T00:00:00+09:00"',
  '"undefined"',
  '"NaN"',
  `"${"x".repeat(300)}"`,
  `"${"é".repeat(5_000)}"`,
  `"${"=".repeat(20_000)}"`,
  `"${"a@".repeat(10_000)}"`,
  nested(500, "[", "]"),
  nested(8_000, "[", "]"),
  `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`,
  `[${"0,".repeat(5_000)}0]`,
] as const;

export const odd = (random: Random): string => random.pick(ODD);

type Place = { holder: Json; name: string | number };

const places = (value: Json, found: Place[] = []): Place[] => {
  if (value === null || typeof value !== "object") return found;
  for (const name of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    found.push({ holder: value, name });
    places(value[name], found);
  }
  return found;
};

const MARK = "\u0001odd\u0001";

/** The JSON of a value with one fault: a value replaced, left out, doubled or moved, or an extra field. */
export const mutated = (random: Random, value: unknown): string => {
  const copy: Json = structuredClone(value);
  const place = random.of(places(copy));
  if (!place || random.chance(0.05)) return odd(random);
  const { holder, name } = place;
  const way = random.below(5);
  let put = MARK;
  if (way === 0 && !Array.isArray(holder)) delete holder[name];
  else if (way === 1 && Array.isArray(holder)) holder.push(...structuredClone(holder), ...structuredClone(holder));
  else if (way === 2 && !Array.isArray(holder))
    holder[random.pick(["__proto__x", "surprise", "constructor", "0", ""])] = put;
  else if (way === 3 && typeof holder[name] === "string") holder[name] = bent(random, holder[name]);
  else holder[name] = put;
  put = odd(random);
  // a field named __proto__ can be written in JSON, but not assigned
  return JSON.stringify(copy)
    .replace('"__proto__x"', '"__proto__"')
    .replaceAll(JSON.stringify(MARK), () => put);
};

/** A text with one extra, missing or wrong character. */
export const bent = (random: Random, from: string): string => {
  const at = random.below(from.length + 1);
  const put = random.pick(["", "\u0000", "\n", "é", "🎫", "#", ".", "%", "'", " ", "\ud800", "A".repeat(100)]);
  return from.slice(0, at) + put + from.slice(at + random.below(3));
};
