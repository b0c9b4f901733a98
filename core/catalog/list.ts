/**
 * Events by start time, filtered and searched. A page costs in proportion to what it shows: it begins where the last one ended, in a list
 * that has few other events.
 */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { ms } from "#core/lib/clock.ts";
import * as Cursor from "#core/lib/cursor.ts";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import { getAll } from "#core/lib/dynamo-batch.ts";
import { defaultPageSize, lazy, type Page } from "#core/lib/schemas.ts";
import { isDeleted, type Meta, metaKey, toMeta } from "./catalog.table.ts";
import { view } from "./event.ts";
import * as Lists from "./list.table.ts";
import type { EventQuery, EventView } from "./schema.ts";
import { fits, lookups, words } from "./search.ts";

/** Entries that one request may read. Words that are each common but rarely together give short pages instead of expensive ones. */
const maxEntriesRead = 1_000;
/** Entries per read if some of them will not be shown. */
const searchPageSize = 100;
/** Terms of a query that are compared to find the one with the fewest events. */
const maxTermsTried = 4;

const Position = lazy(() => z.object({ after: z.string().check(z.regex(/^\d{15}#\w{1,64}(#\w{1,64})?$/)) }));

type Range = { from: string; to: string };
/** The wanted entries among the `looked` entries up to `end`. `more`: further entries may follow. */
type Batch = { entries: Lists.Entry[]; looked: number; end: string; more: boolean };

/**
 * Events by start. Without `from`, those that have not begun, because tickets of the others cannot be bought. `to` is included; a date
 * means the whole day (UTC). A page has fewer than `limit` items only at the end (`next` is null) or if a search has read 1,000 entries.
 */
export const list = async (query: EventQuery, now: number): Promise<Page<EventView>> => {
  const range = toRange(query, now);
  const limit = query.limit ?? defaultPageSize;
  if (range.from > range.to || isEmpty(query)) return { items: [], next: null };
  const shown: Meta[] = [];
  const page = (after: string | undefined): Page<EventView> => ({
    items: shown.map((event) => view(event, now)),
    next: after === undefined ? null : Cursor.encode({ after }),
  });
  let looked = 0;
  let at = "";
  for await (const batch of batches(query, range, limit)) {
    for (let rest = batch.entries; rest.length > 0; ) {
      if (shown.length === limit) return page(at);
      const part = rest.slice(0, limit - shown.length);
      shown.push(...(await read(part)));
      at = part.at(-1)?.position ?? at;
      rest = rest.slice(part.length);
    }
    looked += batch.looked;
    if (looked >= maxEntriesRead && batch.more) return page(batch.end);
  }
  return page(undefined);
};

const toRange = ({ cursor, from, to }: EventQuery, now: number): Range => {
  const start = Lists.first(from === undefined ? now : ms(from));
  const resumed = cursor === undefined ? "" : Lists.after(Cursor.decode(Position, cursor).after);
  const wholeDay = to !== undefined && !to.includes("T") ? 86_400_000 - 1 : 0;
  return {
    from: [start, resumed].toSorted().at(-1) ?? start,
    to: to === undefined ? "~" : Lists.last(ms(to) + wholeDay),
  };
};

/** Whether nothing can match: a route with another kind than flight, or a search text without a letter or digit. */
const isEmpty = ({ q = "", kind, origin, destination }: EventQuery): boolean =>
  ((origin !== undefined || destination !== undefined) && kind !== undefined && kind !== "flight") ||
  (q.trim() !== "" && words(q).length === 0);

/** The entries of the range, batch by batch, read only when the caller needs them. */
const batches = (query: EventQuery, range: Range, limit: number): AsyncGenerator<Batch> => {
  const { q = "", kind, origin, destination } = query;
  const asked = words(q);
  const terms = asked.flatMap(lookups).toSorted((a, b) => b.length - a.length);
  const isRoute = origin !== undefined || destination !== undefined;
  const lists = [
    ...(isRoute ? [Lists.routeList({ origin, destination })] : []),
    ...[...new Set(terms)].slice(0, maxTermsTried).map(Lists.termList),
  ];
  if (lists.length === 0) return byMonth(Lists.allList(kind), range, limit + 1);
  const wanted = (entry: Lists.Entry) =>
    (kind === undefined || entry.kind === kind) &&
    (origin === undefined || entry.origin === origin) &&
    (destination === undefined || entry.destination === destination) &&
    fits(entry.text, asked);
  return rarest(lists, range, asked.length === 0 ? limit + 1 : searchPageSize, wanted);
};

/** Reads a list that is split by month: the months that have entries, one after the other. */
async function* byMonth(list: string, range: Range, size: number): AsyncGenerator<Batch> {
  const to = range.to === "~" ? "~" : Lists.monthOf(range.to);
  let months: Range | undefined = { from: Lists.monthOf(range.from), to };
  while (months) {
    const { items, resume } = await query(Lists.monthsKey(list), months, 12);
    for (const { sk } of items) yield* whole(Lists.monthList(list, sk), range, size);
    months = resume;
  }
}

/** Every published event, by start. Events that are moved meanwhile may be missing. */
export async function* published(): AsyncGenerator<Meta[]> {
  for await (const { entries } of byMonth(Lists.allList(undefined), { from: Lists.first(0), to: "~" }, 100))
    yield await read(entries);
}

async function* whole(list: string, range: Range, size: number): AsyncGenerator<Batch> {
  let rest: Range | undefined = range;
  while (rest) {
    const { items, resume } = await query(Lists.listKey(list), rest, size);
    yield toBatch({ items, resume }, () => true);
    rest = resume;
  }
}

/** Each of these lists has all wanted entries. The one whose first batch reaches farthest has the fewest others, so it is read. */
async function* rarest(
  lists: string[],
  range: Range,
  size: number,
  wanted: (entry: Lists.Entry) => boolean,
): AsyncGenerator<Batch> {
  const begun = await Promise.all(
    lists.map(async (list) => ({ list, ...(await query(Lists.listKey(list), range, size)) })),
  );
  const reach = ({ items, resume }: Found) =>
    resume ? resume.from : `~${String(size - items.length).padStart(4, "0")}`;
  const chosen = begun.reduce((best, other) => (reach(other) > reach(best) ? other : best));
  yield toBatch(chosen, wanted);
  let rest = chosen.resume;
  while (rest) {
    const next = await query(Lists.listKey(chosen.list), rest, size);
    yield toBatch(next, wanted);
    rest = next.resume;
  }
}

const toBatch = ({ items, resume }: Found, wanted: (entry: Lists.Entry) => boolean): Batch => {
  const all = items.map(Lists.toEntry);
  return {
    entries: all.filter(wanted),
    looked: all.length,
    end: all.at(-1)?.position ?? "",
    more: resume !== undefined,
  };
};

type Found = { items: Item[]; resume?: Range };

/** Up to `size` items of a partition in a range, and the rest of the range if there is one. */
const query = async (pk: string, { from, to }: Range, size: number): Promise<Found> => {
  const { Items = [], LastEvaluatedKey } = await db().send(
    new QueryCommand({
      TableName: table("Catalog"),
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
      Limit: size,
    }),
  );
  return { items: Items, ...(LastEvaluatedKey && { resume: { from: Lists.after(LastEvaluatedKey.sk), to } }) };
};

/**
 * The events of these entries, in the same order. Left out: an event that was never written, a draft unless `drafts`, and an entry that is
 * not of the event as it is now.
 */
export const read = async (entries: Lists.Entry[], { drafts = false, consistent = false } = {}): Promise<Meta[]> => {
  const items = await getAll(
    "Catalog",
    entries.map(({ eventId }) => metaKey(eventId)),
    { consistent },
  );
  const found = new Map(items.filter((item) => !isDeleted(item)).map((item) => [item.eventId, toMeta(item)]));
  return entries.flatMap((entry) => {
    const event = found.get(entry.eventId);
    return event && Lists.isCurrent(entry, event) && (drafts || !event.draft) ? [event] : [];
  });
};
