/** A wallet's balance and its entries. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import * as Cursor from "#core/lib/cursor.ts";
import { db, getOne, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { lazy, type Page } from "#core/lib/schemas.ts";
import type { Entry, Wallet } from "./schema.ts";
import * as Table from "./wallet.table.ts";

/** Points are in this currency, and pay nothing in another. */
export const CURRENCY = "KRW";

/** A user's wallet as last written; empty where there is none. */
export const read = async ({ userId }: { userId: string }): Promise<Wallet> => {
  const wallet = await getOne("Accounts", Table.walletKey(userId));
  return { balance: wallet?.balance ?? 0, currency: CURRENCY };
};

const Position = lazy(() => z.string().check(z.regex(Ids.pattern("ent"))));

/** The ledger, newest first. */
export const entries = async (args: {
  userId: string;
  cursor?: string | undefined;
  limit: number;
}): Promise<Page<Entry>> => {
  const { userId, cursor, limit } = args;
  const after = cursor === undefined ? undefined : Cursor.decode(Position, cursor);
  const { pk, sk } = Table.entryKey(userId, "");
  const { Items = [], LastEvaluatedKey } = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :entries)",
      ExpressionAttributeValues: { ":pk": pk, ":entries": sk },
      ExclusiveStartKey: after === undefined ? undefined : Table.entryKey(userId, after),
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  const items = Items.map(Table.toEntry);
  const last = items.at(-1);
  return { items, next: LastEvaluatedKey && last ? Cursor.encode(last.entryId) : null };
};
