/**
 * The lists that an event is in. Each list is a partition in order of start: all events and each kind by month, flights by route, the terms
 * of its title and venue, and those of an organisation. A draft is in its organisation's list only. Entries never change: a change of the
 * event's facts writes new ones, under keys that no other change has (listing.ts).
 */
import { iso } from "#core/lib/clock.ts";
import type { Item } from "#core/lib/dynamo.ts";
import type { Key, Listing, Meta } from "./catalog.table.ts";
import { type Event, type EventQuery, organisationOf } from "./schema.ts";
import { searchText, terms } from "./search.ts";

type Placed = Pick<Meta, "eventId" | "startsAt" | "listed">;

/** An event's position in any list: its start (ms, in 15 digits: until the year 9999), its id, and the change that wrote the entry. */
export const position = ({ startsAt, eventId, listed }: Placed): string =>
  `${digits(startsAt)}#${eventId}${listed === undefined ? "" : `#${listed}`}`;
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
export const organisationList = (organisationId: string): string => `ORG#${organisationId}`;

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
  eventId: item.sk.split("#")[1] ?? "",
  kind: item.kind,
  origin: item.origin,
  destination: item.destination,
  text: item.text ?? "",
});

/** Whether the entry is of the event as it is now. One of another change is unfinished, or not removed yet. */
export const isCurrent = (entry: Entry, event: Placed): boolean => entry.position === position(event);

type Listed = Pick<Event, "eventId" | "kind" | "organisationId"> & Listing;

/** Its entry in its organisation's list. */
export const ownEntry = (event: Listed): Key & Item => ({
  pk: listKey(organisationList(organisationOf(event))),
  sk: position(event),
});

/** Every entry of an event. */
export const entries = (event: Listed): (Key & Item)[] => {
  const own = ownEntry(event);
  const { sk } = own;
  if (event.draft) return [own];
  const { origin, destination } = event.flight ?? {};
  const text = searchText(event.title, event.venue, origin ?? "", destination ?? "");
  const facts = { kind: event.kind, ...(origin && { origin, destination }), text };
  const routes = origin && destination ? [{ origin, destination }, { origin }, { destination }].map(routeList) : [];
  return [
    own,
    ...byMonth(event).map((list) => ({ pk: listKey(monthList(list, monthOf(sk))), sk })),
    ...[...routes, ...[...terms(text)].map(termList)].map((list) => ({ pk: listKey(list), sk, ...facts })),
  ];
};

/** Every item that lists an event: its entries, and the months in which lists have some. */
export const listItems = (event: Listed): (Key & Item)[] => {
  const month = monthOf(position(event));
  const months = event.draft ? [] : byMonth(event).map((list) => ({ pk: monthsKey(list), sk: month }));
  return [...months, ...entries(event)];
};

const byMonth = ({ kind }: Listed): string[] => [allList(undefined), allList(kind)];
