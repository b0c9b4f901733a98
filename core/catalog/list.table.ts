/**
 * The lists that an event is in, each a partition in order of start: all events and each kind by month, flights by route, the
 * terms of its title and venue. Entries never change, since what they say of an event cannot.
 */
import { iso } from "#core/lib/clock.ts";
import type { Item } from "#core/lib/dynamo.ts";
import type { Key } from "./catalog.table.ts";
import type { Event, EventQuery } from "./schema.ts";
import { searchText, terms } from "./search.ts";

/** Where an event is in any list: its start (ms, in 15 digits: until the year 9999), then its id. */
export const position = (startsAt: number, eventId: string): string => `${digits(startsAt)}#${eventId}`;
const digits = (ms: number): string => String(ms).padStart(15, "0");

/** The first position of a start, and what follows the last one. */
export const first = (ms: number): string => digits(Math.max(0, ms));
export const last = (ms: number): string => `${digits(Math.max(0, ms))}~`;
export const after = (position: string): string => `${position}!`;

export const monthOf = (position: string): string => iso(Number(position.slice(0, 15))).slice(0, 7);

/** Kept by month, so that no partition grows with the years. */
export const allList = (kind: EventQuery["kind"]): string => (kind ? `KIND#${kind}` : "ALL");
export const monthList = (list: string, month: string): string => `${list}#${month}`;
export const routeList = ({ origin, destination }: { origin?: string; destination?: string }): string =>
  `ROUTE#${origin ?? "*"}#${destination ?? "*"}`;
export const termList = (term: string): string => `TERM#${term}`;

export const listKey = (list: string): string => `LIST#${list}`;
/** The months in which a list has anything, so that empty ones cost nothing. */
export const monthsKey = (list: string): string => listKey(`MONTHS#${list}`);

/** What an entry of a route or a term tells for the other filters of a query. */
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
