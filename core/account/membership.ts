/**
 * Memberships: one item per user and organisation, with a role. Each request to an organiser's route reads them. core/organisation writes
 * them, together with the organisation's own entry.
 */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "#core/lib/dynamo.ts";
import type { Membership } from "#core/organisation/schema.ts";
import * as Table from "./account.table.ts";

/** The organisation that runs this installation. */
export const platform = "org_platform";

/** Whether these memberships open organisers' routes. What each role may do there is decided for each route. */
export const isOrganiser = (memberships: Membership[]): boolean => memberships.length > 0;

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
