/** Reading orders. The owner is part of each key, so another user's order id finds nothing. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import * as Cursor from "#core/lib/cursor.ts";
import { db, getOne, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { lazy, type Page } from "#core/lib/schemas.ts";
import * as Table from "./order.table.ts";
import { OrderNotFound } from "./schema.ts";
import { sharded } from "./sharded.ts";
import type { Open } from "./shards.table.ts";

/** An order of this user, as last written. 404 `order.not_found`. */
export const get = async ({ userId, orderId }: { userId: string; orderId: string }): Promise<Table.Order> => {
  const found = await find({ userId, orderId });
  if (!found) throw OrderNotFound();
  return found;
};

/** An order of this user, or undefined. */
export const find = async ({ userId, orderId }: { userId: string; orderId: string }) => {
  const item = await getOne("Orders", Table.orderKey(userId, orderId));
  return item && Table.toOrder(item);
};

const Position = lazy(() => z.string().check(z.regex(Ids.pattern("ord"))));

/** A user's orders, newest first. */
export const list = async (args: {
  userId: string;
  cursor?: string | undefined;
  limit: number;
}): Promise<Page<Table.Order>> => {
  const { userId, cursor, limit } = args;
  const after = cursor === undefined ? undefined : Cursor.decode(Position, cursor);
  const { Items = [], LastEvaluatedKey } = await db().send(
    new QueryCommand({
      TableName: table("Orders"),
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :orders)",
      ExpressionAttributeValues: { ":pk": Table.orderKey(userId, "").pk, ":orders": Table.orderKey(userId, "").sk },
      ExclusiveStartKey: after ? Table.orderKey(userId, after) : undefined,
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  const items = Items.map(Table.toOrder);
  const last = items.at(-1);
  return { items, next: LastEvaluatedKey && last ? Cursor.encode(last.orderId) : null };
};

/** All orders of a user, newest first; `before` is an order id. */
export async function* all(userId: string, before?: string) {
  let cursor: string | null | undefined = before === undefined ? undefined : Cursor.encode(before);
  while (cursor !== null) {
    const page: Page<Table.Order> = await list({ userId, cursor, limit: 100 });
    yield* page.items;
    cursor = page.next;
  }
}

/** The owner of an order. It is found only after the order's mail has gone out, or was sent elsewhere by an organiser. 404 `order.not_found`. */
export const ownerOf = async (orderId: string): Promise<string> => {
  const owner = await findOwner(orderId);
  if (owner === undefined) throw unknownOrder(undefined);
  return owner;
};

export const findOwner = async (orderId: string): Promise<string | undefined> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Orders"),
      IndexName: "byRef",
      KeyConditionExpression: "#ref = :orderId",
      ExpressionAttributeNames: { "#ref": "ref" },
      ExpressionAttributeValues: { ":orderId": orderId },
      Limit: 1,
    }),
  );
  return Items[0] && Table.ownerOf(Items[0]);
};

/** The answer for an order that does not exist, by whether its owner was named. */
export const unknownOrder = (userId: string | undefined) =>
  OrderNotFound(
    userId === undefined
      ? "There is no such order, or its e-mail has not been sent yet: send the owner's user id with it."
      : undefined,
  );

/** The orders that owe something at the payment gateway, oldest first. */
export async function* open(what: Open) {
  const found = sharded({
    index: "byOpen",
    of: what,
    limit: 100,
    shard: (key) => ({
      KeyConditionExpression: "#open = :open",
      ExpressionAttributeNames: { "#open": "open" },
      ExpressionAttributeValues: { ":open": key },
    }),
  });
  for await (const item of found) yield { userId: Table.ownerOf(item), orderId: item.orderId as string };
}
