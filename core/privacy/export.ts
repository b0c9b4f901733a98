/** What is stored about a user, in pages. */
import * as z from "zod/mini";
import * as Catalog from "#core/catalog/index.ts";
import * as Cursor from "#core/lib/cursor.ts";
import type { Item } from "#core/lib/dynamo.ts";
import { Unauthorized } from "#core/lib/errors.ts";
import { lazy, type Page } from "#core/lib/schemas.ts";
import * as Queue from "#core/queue/index.ts";
import type { Exported } from "./schema.ts";
import * as Stored from "./stored.ts";

const pageSize = 100;

/**
 * Where a page begins: at this partition or the next one that there is, and after the last sort key that was shown of it. Partitions come
 * in the order of their names, because some come and go between two pages: those of codes, and of passkeys.
 */
const Position = lazy(() => z.object({ at: z.string(), after: z.optional(z.string()) }));

const nameOf = ({ table, pk }: Stored.Partition): string => `${table} ${pk}`;

/** A page of everything that is stored about this user. The last page also has the places in the lines of events to come. */
export const page = async (args: {
  userId: string;
  cursor?: string | undefined;
  now: number;
}): Promise<Page<Exported>> => {
  const { userId, cursor, now } = args;
  const subject = await Stored.subjectOf(userId);
  if (!subject) throw Unauthorized();
  const from = cursor === undefined ? { at: "" } : Cursor.decode(Position, cursor);
  const named = Stored.partitions(subject).map((partition) => ({ name: nameOf(partition), partition }));
  const left = named.filter(({ name }) => name >= from.at).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const items: Exported[] = [];
  for (const { name, partition } of left) {
    const after = name === from.at && "after" in from ? from.after : undefined;
    const found = await Stored.query(partition, userId, { limit: pageSize - items.length, after });
    items.push(...found.items.map((item) => shown(partition, item)));
    if (found.next !== undefined) return { items, next: Cursor.encode({ at: name, after: found.next }) };
    if (items.length === pageSize) return { items, next: Cursor.encode({ at: `${name} ` }) };
  }
  return { items: [...items, ...(await places(userId, now))], next: null };
};

const shown = ({ table }: Stored.Partition, { pk, sk, ...item }: Item): Exported => {
  const withheld = new Set<string>();
  const fields = given(item, withheld) as Record<string, unknown>;
  const kind = Stored.kindOf(table, { pk, sk })?.kind ?? "other";
  return { kind, key: `${pk}/${sk}`, fields, withheld: [...withheld] };
};

/** A value without what is withheld at any depth. The names of that are added to `withheld`. */
const given = (value: unknown, withheld: Set<string>): unknown => {
  if (value instanceof Set) return [...value];
  if (Array.isArray(value)) return value.map((one) => given(one, withheld));
  if (typeof value !== "object" || value === null) return value;
  const own = Object.entries(value).flatMap(([field, of]) => {
    if (!Stored.withheld.has(field)) return [[field, given(of, withheld)]];
    withheld.add(field);
    return [];
  });
  return Object.fromEntries(own);
};

const places = async (userId: string, now: number): Promise<Exported[]> => {
  const found = await Queue.placesOf(userId, await queues(now));
  return found.map(({ eventId, record }) => ({ kind: "place", key: eventId, fields: { record }, withheld: [] }));
};

/** The events to come that have a queue. Redis forgets the places of earlier ones by itself. */
export const queues = async (now: number): Promise<string[]> => {
  const found: string[] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const page: Page<Catalog.EventView> = await Catalog.list({ limit: 100, ...(cursor && { cursor }) }, now);
    found.push(...page.items.filter(({ queue }) => queue.enabled).map(({ eventId }) => eventId));
    cursor = page.next;
  }
  return found;
};
