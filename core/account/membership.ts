/**
 * Memberships: one item per user and organisation, with a role. Each request to an organiser's route reads them. core/organisation writes
 * them, together with the organisation's own entry.
 */
import { paginateScan, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { db, type TransactItem, table } from "#core/lib/dynamo.ts";
import type { Membership, Role } from "#core/organisation/schema.ts";
import * as Table from "./account.table.ts";

/** The organisation that runs this installation. */
export const platform = "org_platform";

/** Whether these memberships open organisers' routes. What each role may do there is decided for each route. */
export const isOrganiser = (memberships: Membership[]): boolean => memberships.length > 0;

/** A membership as part of its organisation's transaction, whose condition protects it. Without `member` the membership ends. */
export const write = (userId: string, organisationId: string, member?: { role: Role; since: number }): TransactItem =>
  member
    ? {
        Put: {
          TableName: table("Accounts"),
          Item: Table.membershipItem(userId, { organisationId, role: member.role }, member.since),
        },
      }
    : { Delete: { TableName: table("Accounts"), Key: Table.membershipKey(userId, organisationId) } };

/** A user's memberships, as last written. */
export const of = async (userId: string): Promise<Membership[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": Table.membershipKey(userId, "").pk },
      ConsistentRead: true,
    }),
  );
  return Items.map(Table.toMembership);
};

/** Every membership of the stage. For an operator: it reads the whole table. */
export async function* all(): AsyncGenerator<Membership & { userId: string }> {
  const pages = paginateScan(
    { client: db() },
    {
      TableName: table("Accounts"),
      FilterExpression: "begins_with(pk, :member)",
      ExpressionAttributeValues: { ":member": "MEMBER#" },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages)
    for (const item of Items) yield { userId: item.userId, ...Table.toMembership(item) };
}
