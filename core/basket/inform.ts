/** The mark of the last change of an event that a buyer was mailed about. */
import { conditional, table } from "#core/lib/dynamo.ts";
import { basketKey } from "./basket.table.ts";

/** After the e-mail about the changes until this log entry. The mark of a later change is never set back. */
export const inform = async (args: { userId: string; eventId: string; logId: string }): Promise<void> => {
  const { userId, eventId, logId } = args;
  await conditional({
    TableName: table("Orders"),
    Key: basketKey(userId, eventId),
    UpdateExpression: "SET informed = :logId",
    ConditionExpression: "attribute_not_exists(informed) OR informed < :logId",
    ExpressionAttributeValues: { ":logId": logId },
  });
};
