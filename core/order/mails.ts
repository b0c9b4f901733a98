/** Marks of an order's mails: sent or not sent. Each is one UpdateItem. */
import { conditional, table } from "#core/lib/dynamo.ts";
import * as Table from "./order.table.ts";
import type { MailKind, UnsentReason } from "./schema.ts";

/**
 * Marks that an order's mail has gone out, and makes the order findable by its id alone (index byRef).
 * False if the mark was written before.
 */
export const mailed = async (args: {
  userId: string;
  orderId: string;
  mail: MailKind;
  now: number;
}): Promise<boolean> => {
  const { userId, orderId, mail, now } = args;
  const { written } = await conditional({
    TableName: table("Orders"),
    Key: Table.orderKey(userId, orderId),
    UpdateExpression: `SET #mark = :now, #ref = :orderId REMOVE ${mail}Unsent`,
    // The order exists, and the first mark of this mail is never overwritten.
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(#mark)",
    ExpressionAttributeNames: { "#mark": `${mail}MailedAt`, "#ref": "ref" },
    ExpressionAttributeValues: { ":now": now, ":orderId": orderId },
  });
  return written;
};

/** Marks that an order's mail was not sent, and why. From then on the order is found by its id alone, as after a mail. */
export const unsent = async (args: {
  userId: string;
  orderId: string;
  mail: MailKind;
  reason: UnsentReason;
}): Promise<void> => {
  const { userId, orderId, mail, reason } = args;
  await conditional({
    TableName: table("Orders"),
    Key: Table.orderKey(userId, orderId),
    UpdateExpression: `SET ${mail}Unsent = :reason, #ref = :orderId`,
    // The order exists, and a mail that was sent meanwhile stays marked as sent.
    ConditionExpression: `attribute_exists(pk) AND attribute_not_exists(${mail}MailedAt)`,
    ExpressionAttributeNames: { "#ref": "ref" },
    ExpressionAttributeValues: { ":reason": reason, ":orderId": orderId },
  });
};
