/** The basket's marks that only go up. */
import { conditional, table } from "#core/lib/dynamo.ts";
import { basketKey } from "./basket.table.ts";

export type Owner = { userId: string; eventId: string };

/** Sets a mark. A call that comes late, or again, never sets it back. */
export const raise = async (
  { userId, eventId }: Owner,
  mark: "notBefore" | "informed",
  to: number | string,
): Promise<void> => {
  await conditional({
    TableName: table("Orders"),
    Key: basketKey(userId, eventId),
    UpdateExpression: `SET ${mark} = :to`,
    ConditionExpression: `attribute_not_exists(${mark}) OR ${mark} < :to`,
    ExpressionAttributeValues: { ":to": to },
  });
};
