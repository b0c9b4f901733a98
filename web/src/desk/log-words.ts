/** The entries of the log in words. */
import type { Event, LogEntry } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { date, money, number, w } from "../i18n/index.ts";
import { nameOf } from "./facts.ts";

/** What amounts are in. */
type Priced = Pick<Event, "currency">;
type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const actionOf = ({ action }: LogEntry): string => d.log.actions[action] ?? action;

/** The address of the account, while it exists. A device at the entrance has its id instead, and the operator's commands have neither. */
export const authorOf = ({ by, email }: LogEntry): string => {
  if (email) return email;
  if (by.startsWith("usr_")) return d.log.gone;
  return by.startsWith("dev_") ? `${d.log.device}: ${by}` : d.log.operator;
};

/** One line for each changed value. A value that has fields of its own gets one for each field that differs. */
export const linesOf = ({ changes = {} }: LogEntry, event: Priced): string[] =>
  Object.entries(changes).flatMap(([name, { from, to }]) => {
    if (!isPlain(from) && !isPlain(to)) return line(event, name, from, to);
    const [before, after] = [isPlain(from) ? from : {}, isPlain(to) ? to : {}];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) =>
      before[field] === after[field] ? [] : line(event, `${name}.${field}`, before[field], after[field]),
    );
  });

const line = (event: Priced, name: string, from: unknown, to: unknown): string[] => {
  const title = d.log.fields[name] ?? nameOf(name);
  const after = spoken(event, name, to);
  return [from === undefined ? d.log.set(title, after) : d.log.change(title, spoken(event, name, from), after)];
};

const spoken = (event: Priced, name: string, value: unknown): string => {
  if (value === undefined || value === null) return d.log.unset;
  if (typeof value === "boolean") return value ? d.log.yes : d.log.no;
  if (typeof value === "number") return name.startsWith("prices.") ? money(value, event.currency) : number(value);
  if (Array.isArray(value)) return value.map((one) => spoken(event, name, one)).join(", ") || d.log.unset;
  const text = String(value);
  if (name === "status" && text in w.status) return w.status[text as Event["status"]];
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return date(text, "year");
  return (Object.hasOwn(d.log.values, text) && d.log.values[text]) || text;
};
