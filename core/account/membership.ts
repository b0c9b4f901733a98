/**
 * Memberships: one item per user and organisation, with a role. Organisers' routes read them. Only an operator's command and the seed
 * write them; no function does.
 */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "#core/lib/dynamo.ts";
import * as Table from "./account.table.ts";

/** The organisation that runs this installation. */
export const platform = "org_platform";

/** Whether these memberships open organisers' routes: one as owner or manager does. */
export const isOrganiser = (memberships: Table.Membership[]): boolean =>
  memberships.some(({ role }) => role === "owner" || role === "manager");

/** A user's memberships, as last written. */
export const of = async (userId: string): Promise<Table.Membership[]> => {
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
