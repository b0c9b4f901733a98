/**
 * Accounts of an earlier release, which kept profile and roles in the wallet's partition. An operator's command copies them to the keys
 * that this release reads. Passwords and money stay where they were.
 */
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import { db, failed, type Item, putNew, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import * as Table from "./account.table.ts";
import { platform } from "./membership.ts";

/** The profiles that still have the earlier keys. */
export async function* earlier(): AsyncGenerator<Item> {
  const all = {
    TableName: table("Accounts"),
    FilterExpression: "sk = :profile AND begins_with(pk, :users)",
    ExpressionAttributeValues: { ":profile": "PROFILE", ":users": "USER#" },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateScan({ client: db() }, all)) yield* Items;
}

/** Copies one, with the membership that its role means. It copies once, so that a membership that was removed since does not return. */
export const copy = (item: Item): Promise<boolean> => {
  const membership = { organisationId: platform, role: "owner" } as const;
  const organiser: boolean = item.roles?.includes("admin") ?? false;
  return once([
    putNew("Accounts", Table.profileItem({ ...Table.toAccount(item), organiser }, item.createdAt)),
    ...(organiser ? [putNew("Accounts", Table.membershipItem(item.userId, membership, item.createdAt))] : []),
  ]);
};

/** Deletes the earlier profile, if it was copied. */
export const remove = ({ pk, sk, userId }: Item): Promise<boolean> => {
  const TableName = table("Accounts");
  return once([
    { ConditionCheck: { TableName, Key: Table.profileKey(userId), ConditionExpression: "attribute_exists(pk)" } },
    { Delete: { TableName, Key: { pk, sk } } },
  ]);
};

/** Whether it was written. False if the first condition failed, thus if there is nothing to do. */
const once = async (items: TransactItem[]): Promise<boolean> => {
  const refusals = await transact(items);
  if (refusals && !failed(refusals, 0)) throw Unavailable();
  return !refusals;
};
