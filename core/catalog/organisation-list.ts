/** The events of organisations for their members: drafts too, the last start first. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import * as Cursor from "#core/lib/cursor.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { defaultPageSize, lazy, type Page } from "#core/lib/schemas.ts";
import { organiserView } from "./event.ts";
import * as Lists from "./list.table.ts";
import { read } from "./list.ts";
import type { OrganiserEvent } from "./schema.ts";

const Position = lazy(() => z.object({ before: z.string().check(z.regex(/^\d{15}#\w{1,64}(#\w{1,64})?$/)) }));

/** A page has fewer than `limit` items only at the end. Events are read consistently, so that an organiser sees their own change. */
export const ofOrganisations = async (args: {
  organisationIds: string[];
  cursor?: string | undefined;
  limit?: number | undefined;
  now: number;
}): Promise<Page<OrganiserEvent>> => {
  const { organisationIds, cursor, limit = defaultPageSize, now } = args;
  let at = cursor === undefined ? undefined : Cursor.decode(Position, cursor).before;
  const items: OrganiserEvent[] = [];
  for (;;) {
    const all = await Promise.all(organisationIds.map((id) => entriesOf(id, at, limit + 1)));
    const found = all
      .flat()
      .toSorted((a, b) => (a.position < b.position ? 1 : -1))
      .slice(0, limit + 1);
    const part = found.slice(0, limit - items.length);
    const events = await read(part, { drafts: true, consistent: true });
    items.push(...events.map((event) => organiserView(event, now)));
    if (part.length === found.length) return { items, next: null };
    at = part.at(-1)?.position;
    if (items.length === limit) return { items, next: Cursor.encode({ before: at }) };
  }
};

const entriesOf = async (organisationId: string, before: string | undefined, limit: number): Promise<Lists.Entry[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Catalog"),
      KeyConditionExpression: before === undefined ? "pk = :pk" : "pk = :pk AND sk < :before",
      ExpressionAttributeValues: {
        ":pk": Lists.listKey(Lists.organisationList(organisationId)),
        ...(before !== undefined && { ":before": before }),
      },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return Items.map(Lists.toEntry);
};
