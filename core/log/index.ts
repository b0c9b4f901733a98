/** The audit log: who changed what and when. An entry is written with its change or not at all, and nobody can change it. */
import { paginateQuery, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import * as Account from "#core/account/index.ts";
import { iso } from "#core/lib/clock.ts";
import * as Cursor from "#core/lib/cursor.ts";
import { db, getOne, putNew, type TransactItem, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { defaultPageSize, lazy, type Page } from "#core/lib/schemas.ts";
import * as Table from "./log.table.ts";
import type { Action, LogEntry } from "./schema.ts";

export type { Entry } from "./log.table.ts";
export * from "./schema.ts";

/** The entry as an item of its change's transaction. `logId`: of a change that is repeated under the same id. */
export const entry = ({
  now,
  logId = Ids.make("log", now),
  ...what
}: Omit<Table.Entry, "logId" | "at"> & { now: number; logId?: string }): TransactItem =>
  putNew("Catalog", Table.logItem({ ...what, logId, at: now })); // an entry is never overwritten

/** An entry, as last written. Undefined if it does not exist, because its change was not written. */
export const find = async (key: Pick<Table.Entry, "of" | "logId">): Promise<Table.Entry | undefined> => {
  const item = await getOne("Catalog", Table.logKey(key));
  return item && Table.toEntry(item);
};

/** What all entries of an action are about: the ids of the orders, tickets, … */
export const subjects = async (of: string, action: Action): Promise<Set<string>> => {
  const found = new Set<string>();
  const query = {
    TableName: table("Catalog"),
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "#action = :action",
    ProjectionExpression: "subject",
    ExpressionAttributeNames: { "#action": "action" },
    ExpressionAttributeValues: { ":pk": Table.logPartition(of), ":action": action },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: db() }, query))
    for (const { subject } of Items) found.add(subject);
  return found;
};

const Position = lazy(() => z.string().check(z.regex(Ids.pattern("log"))));

/** The entries of an event or an organisation, newest first. */
export const list = async (args: {
  of: string;
  cursor?: string | undefined;
  limit?: number | undefined;
}): Promise<Page<Table.Entry>> => {
  const { of, limit = defaultPageSize } = args;
  const before = args.cursor === undefined ? undefined : Cursor.decode(Position, args.cursor);
  const { Items = [], LastEvaluatedKey } = await db().send(
    new QueryCommand({
      TableName: table("Catalog"),
      KeyConditionExpression: before === undefined ? "pk = :pk" : "pk = :pk AND sk < :before",
      ExpressionAttributeValues: { ":pk": Table.logPartition(of), ...(before !== undefined && { ":before": before }) },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return {
    items: Items.map(Table.toEntry),
    next: LastEvaluatedKey ? Cursor.encode(LastEvaluatedKey.sk) : null,
  };
};

/** The entries as the API shows them, with the addresses of the accounts that still exist. */
export const view = async (args: Parameters<typeof list>[0]): Promise<Page<LogEntry>> => {
  const { items, next } = await list(args);
  const accounts = await Account.many(items.map(({ by }) => by));
  return { items: items.map((one) => shown(one, accounts.get(one.by)?.email)), next };
};

const shown = ({ of: _of, at, ...entry }: Table.Entry, email: string | undefined): LogEntry => ({
  ...entry,
  at: iso(at),
  ...(email !== undefined && { email }),
});
