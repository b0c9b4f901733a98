/** The facts of an event as a form edits them: a text for each, what has changed, and the request that changes it. */
import type { Event, EventPatch } from "../../../client/shapes.ts";
import { mailedFacts } from "../../../core/catalog/mailed-facts.ts";
import { d } from "../i18n/desk.ts";
import { date, minor, money } from "../i18n/index.ts";
import { local } from "./draft.ts";

/** By the fact's name; only those that were edited. */
export type Edits = Record<string, string>;

/** A fact that has another value. `isMailed`: its buyers get an e-mail, if the event is published. */
export type Change = { name: string; title: string; from: string; to: string; isMailed: boolean };

const mailed: readonly string[] = mailedFacts;

const priceOf = (name: string): string | undefined => (name.startsWith("prices.") ? name.slice(7) : undefined);
const isTime = (name: string): boolean => name.endsWith("At") || name === "cancelUntil";

/** The value that the API has for a fact. */
const stored = (event: Event, name: string): unknown => {
  const price = priceOf(name);
  if (price !== undefined) return event.prices[price];
  return name.split(".").reduce<unknown>((of, part) => (of as Record<string, unknown> | undefined)?.[part], event);
};

/** The text of a form's field for the fact as it is. */
const original = (event: Event, name: string): string => {
  const value = stored(event, name);
  if (priceOf(name) !== undefined) return String(Number(value ?? 0) / 10 ** minor(event.currency));
  return isTime(name) ? local(Date.parse(String(value))) : String(value ?? "");
};

/** The text that a form's field shows. */
export const textOf = (event: Event, edits: Edits, name: string): string => edits[name] ?? original(event, name);

/** What the API gets for a text. */
const parsed = (event: Event, name: string, text: string): unknown => {
  if (priceOf(name) !== undefined) return Math.round(Number(text) * 10 ** minor(event.currency));
  if (isTime(name)) return new Date(text).toISOString();
  return typeof stored(event, name) === "number" ? Number(text) : text;
};

/** A value of the API in words. */
const spoken = (event: Event, name: string, value: unknown): string => {
  if (priceOf(name) !== undefined) return money(Number(value), event.currency);
  return isTime(name) ? date(String(value), "year") : String(value);
};

/** The event's value of a fact in words. */
export const sayValue = (event: Event, name: string): string => spoken(event, name, stored(event, name));

export const nameOf = (name: string): string => {
  const price = priceOf(name);
  return price === undefined ? (names()[name] ?? name) : d.new.price(price);
};

const names = (): Record<string, string> => ({
  title: d.new.name,
  venue: d.new.venue,
  startsAt: d.new.startsAt,
  salesOpenAt: d.new.opensAt,
  salesCloseAt: d.new.closesAt,
  cancelUntil: d.new.cancelUntil,
  maxSeatsPerOrder: d.new.perOrder,
  maxSeatsPerUser: d.new.perUser,
  holdSeconds: d.new.hold,
  "flight.origin": d.new.origin,
  "flight.destination": d.new.destination,
  "flight.departsAt": d.new.departs,
  "flight.arrivesAt": d.new.arrives,
});

export const changes = (event: Event, edits: Edits): Change[] =>
  Object.entries(edits)
    .filter(([name, text]) => text !== "" && text !== original(event, name))
    .map(([name, text]) => ({
      name,
      title: nameOf(name),
      from: sayValue(event, name),
      to: spoken(event, name, parsed(event, name, text)),
      isMailed: mailed.includes(name),
    }));

/** The request for these changes. A flight is sent as a whole, and starts when it departs. */
export const toPatch = (event: Event, edits: Edits): EventPatch => {
  const made = changes(event, edits).map(({ name }) => [name, parsed(event, name, edits[name] ?? "")] as const);
  const part = (prefix: string) =>
    Object.fromEntries(
      made.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const [prices, flight] = [part("prices."), part("flight.")];
  return {
    ...Object.fromEntries(made.filter(([name]) => !name.includes("."))),
    ...(Object.keys(prices).length > 0 && { prices }),
    ...(event.flight && Object.keys(flight).length > 0 && { flight: { ...event.flight, ...flight } }),
    ...(flight.departsAt !== undefined && { startsAt: flight.departsAt }),
  } as EventPatch;
};
