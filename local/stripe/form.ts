/** Form-encoded parameters as Stripe's clients send them, `metadata[order]=…`, `expand[0]=…`, and their refusals. */
import * as z from "zod/mini";
import { badParameter } from "./refusal.ts";

type Form = { [name: string]: Form | string };

export const decode = (text: string): Form => {
  const form: Form = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) {
    const path = key.split(/\]?\[|\]$/).filter((part, index, all) => part !== "" || index < all.length - 1);
    let at = form;
    for (const part of path.slice(0, -1)) {
      const next = at[part] ?? Object.create(null);
      if (typeof next === "string") throw badParameter("parameter_invalid", key, `Invalid parameter: ${key}`);
      at[part] = next;
      at = next;
    }
    at[path.at(-1) || String(Object.keys(at).length)] = value;
  }
  return form;
};

export const integer = z.pipe(z.string().check(z.regex(/^-?\d{1,15}$/)), z.transform(Number));
export const flag = z.pipe(
  z.enum(["true", "false"]),
  z.transform((value) => value === "true"),
);
export const list = z.pipe(
  z.record(z.string(), z.string()),
  z.transform((items) => Object.values(items)),
);
export const metadata = z
  .record(z.string().check(z.maxLength(40)), z.string().check(z.maxLength(500)))
  .check(z.refine((all) => Object.keys(all).length <= 50));

const name = (path: PropertyKey[]) => path.map((part, index) => (index ? `[${String(part)}]` : String(part))).join("");
const given = (form: Form, path: PropertyKey[]) =>
  path.reduce<Form | string | undefined>((at, part) => (typeof at === "object" ? at[String(part)] : undefined), form);

/** Parses the parameters by the schema. Unknown ones are refused, so that a missing feature of the emulator shows. */
export const parse = <T extends z.core.$ZodType>(schema: T, text: string): z.output<T> => {
  const form = decode(text);
  const { success, data, error } = z.safeParse(schema, form);
  if (success) return data;
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  if (issue?.code === "unrecognized_keys") {
    const param = name([...path, issue.keys[0] ?? ""]);
    throw badParameter("parameter_unknown", param, `Received unknown parameter: ${param}`);
  }
  if (given(form, path) === undefined)
    throw badParameter("parameter_missing", name(path), `Missing required param: ${name(path)}.`);
  const isInteger = issue?.code === "invalid_format" && issue.format === "regex";
  const code = isInteger ? "parameter_invalid_integer" : "parameter_invalid";
  throw badParameter(code, name(path), `Invalid ${name(path)}: ${given(form, path)}`);
};
