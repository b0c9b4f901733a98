/** The events of organisations for their members: drafts too, the last start first. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import * as Cursor from "#core/lib/cursor.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import { defaultPageSize, lazy, type Page } from "#core/lib/schemas.ts";
import { organiserView, status } from "./event.ts";
import * as Lists from "./list.table.ts";
import { published, read } from "./list.ts";
import type { Event, OrganiserEvent, OrganiserEventQuery } from "./schema.ts";
import { fits, searchText, words } from "./search.ts";

const Position = lazy(() => z.object({ before: z.string().check(z.regex(/^\d{15}#\w{1,64}(#\w{1,64})?$/)) }));

/**
 * A page has fewer than `limit` items only at the end. Events are read consistently, so that an organiser sees their own change. A filter
 * reads all events until enough of them fit: an organisation has hundreds, and not millions.
 */
export const ofOrganisations = async (
  args: OrganiserEventQuery & { organisationIds: string[]; now: number },
): Promise<Page<OrganiserEvent>> => {
  const { organisationIds, cursor, limit = defaultPageSize, now } = args;
  const wanted = filterOf(args);
  let at = cursor === undefined ? undefined : Cursor.decode(Position, cursor).before;
  const items: OrganiserEvent[] = [];
  for (;;) {
    const all = await Promise.all(organisationIds.map((id) => entriesOf(id, { before: at, limit: limit + 1 })));
    const found = all
      .flat()
      .toSorted((a, b) => (a.position < b.position ? 1 : -1))
      .slice(0, limit + 1);
    for (const event of await read(found, { drafts: true, consistent: true })) {
      if (!wanted(event)) continue;
      if (items.length === limit) return { items, next: Cursor.encode({ before: at }) };
      items.push(organiserView(event, now));
      at = Lists.position(event);
    }
    if (found.length <= limit) return { items, next: null };
    at = found.at(-1)?.position;
  }
};

const filterOf = ({ q = "", status: wanted, now }: OrganiserEventQuery & { now: number }) => {
  const asked = words(q);
  return (event: Event): boolean =>
    (wanted === undefined || status(event, now) === wanted) && fits(searchText(event.title, event.venue), asked);
};

/** Organisations' events that start at `since` (epoch ms) or later, the first start first, at most `limit`. Drafts too. */
export const starting = async (args: { organisationIds: string[]; since: number; limit: number }): Promise<Event[]> => {
  const { organisationIds, since, limit } = args;
  const all = await Promise.all(organisationIds.map((id) => entriesOf(id, { from: Lists.first(since), limit })));
  const found = all.flat().toSorted((a, b) => (a.position < b.position ? -1 : 1));
  return read(found.slice(0, limit), { drafts: true, consistent: true });
};

/**
 * Puts every published event into its organisation's list: events of earlier releases are missing there. Answers how many events there are.
 * Repeated, it changes nothing, because an event's entry is always the same item. Of an event that is moved meanwhile it may leave an old
 * entry, which readers skip. For an operator: it reads all events.
 */
export const adoptAll = async (): Promise<number> => {
  let adopted = 0;
  for await (const events of published()) {
    await putAll("Catalog", events.map(Lists.ownEntry));
    adopted += events.length;
  }
  return adopted;
};

/** From a position on, the first start first; or before one, the last start first. */
type Range = { from?: string; before?: string | undefined; limit: number };

const entriesOf = async (organisationId: string, { from, before = "~", limit }: Range): Promise<Lists.Entry[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Catalog"),
      KeyConditionExpression: `pk = :pk AND sk ${from === undefined ? "<" : ">="} :position`,
      ExpressionAttributeValues: {
        ":pk": Lists.listKey(Lists.organisationList(organisationId)),
        ":position": from ?? before,
      },
      ScanIndexForward: from !== undefined,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return Items.map(Lists.toEntry);
};
