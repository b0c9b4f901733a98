/**
 * The lists that an event is in. Each list is a partition in order of start: all events and each kind by month, flights by route, and the
 * terms of its title and venue. Entries never change, because the event's fields in them cannot change.
 */
import { iso } from "#core/lib/clock.ts";
import type { Item } from "#core/lib/dynamo.ts";
import type { Key } from "./catalog.table.ts";
import type { Event, EventQuery } from "./schema.ts";
import { searchText, terms } from "./search.ts";

/** An event's position in any list: its start (ms, in 15 digits: until the year 9999), then its id. */
export const position = (startsAt: number, eventId: string): string => `${digits(startsAt)}#${eventId}`;
const digits = (ms: number): string => String(ms).padStart(15, "0");

/** The first position of a start, a key after its last one, and a key after a given position. */
export const first = (ms: number): string => digits(Math.max(0, ms));
export const last = (ms: number): string => `${digits(Math.max(0, ms))}~`;
export const after = (position: string): string => `${position}!`;

export const monthOf = (position: string): string => iso(Number(position.slice(0, 15))).slice(0, 7);

/** These lists are split by month, so that no partition grows over the years. */
export const allList = (kind: EventQuery["kind"]): string => (kind ? `KIND#${kind}` : "ALL");
export const monthList = (list: string, month: string): string => `${list}#${month}`;
export const routeList = ({ origin, destination }: { origin?: string; destination?: string }): string =>
  `ROUTE#${origin ?? "*"}#${destination ?? "*"}`;
export const termList = (term: string): string => `TERM#${term}`;

export const listKey = (list: string): string => `LIST#${list}`;
/** The months in which a list has entries, so that empty months are not read. */
export const monthsKey = (list: string): string => listKey(`MONTHS#${list}`);

/** An entry of a route's or a term's list. It has the fields that a query's other filters need. */
export type Entry = {
  position: string;
  eventId: string;
  kind: Event["kind"];
  origin?: string;
  destination?: string;
  text: string;
};

export const toEntry = (item: Item): Entry => ({
  position: item.sk,
  eventId: item.sk.slice(item.sk.indexOf("#") + 1),
  kind: item.kind,
  origin: item.origin,
  destination: item.destination,
  text: item.text ?? "",
});

/** Every item that lists an event. */
export const listItems = (event: Event): (Key & Item)[] => {
  const sk = position(event.startsAt, event.eventId);
  const month = monthOf(sk);
  const { origin, destination } = event.flight ?? {};
  const text = searchText(event.title, event.venue, origin ?? "", destination ?? "");
  const facts = { kind: event.kind, ...(origin && { origin, destination }), text };
  const byMonth = [allList(undefined), allList(event.kind)];
  const routes = origin && destination ? [{ origin, destination }, { origin }, { destination }].map(routeList) : [];
  return [
    ...byMonth.map((list) => ({ pk: monthsKey(list), sk: month })),
    ...byMonth.map((list) => ({ pk: listKey(monthList(list, month)), sk })),
    ...[...routes, ...[...terms(text)].map(termList)].map((list) => ({ pk: listKey(list), sk, ...facts })),
  ];
};
