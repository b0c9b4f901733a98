/**
 * Who may act for an organisation: one item per user and organisation, with a role. A sign-in and a refresh read them; no function
 * writes them, only an operator's command and the seed do.
 */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "#core/lib/dynamo.ts";
import * as Table from "./account.table.ts";

/** The organisation of who runs this installation. */
export const platform = "org_platform";

/** The roles of an access token that the memberships give: today organisers' routes know owners and managers only, as `admin`. */
export const rolesOf = (memberships: Table.Membership[]): string[] =>
  memberships.some(({ role }) => role === "owner" || role === "manager") ? ["admin"] : [];

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
