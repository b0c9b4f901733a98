/** Marks of an order's mails: sent or not sent. Each is one UpdateItem. */
import { conditional, table } from "#core/lib/dynamo.ts";
import * as Table from "./order.table.ts";
import { type MailKind, mailKinds, type UnsentReason } from "./schema.ts";

/** The mail that an order has in its present status. A released order has one only if its money could not be taken. */
export const mailOf = ({ status, attempts, attemptId = "" }: Table.Order): MailKind | undefined => {
  if (status === "released" && attempts[attemptId]?.reason !== "payment.capture_failed") return undefined;
  return mailKinds.find((kind) => kind === status);
};

/** `askedAt` (epoch ms): its owner or an organiser asked for the mail again. */
type Mark = { userId: string; orderId: string; mail: MailKind; askedAt?: number | undefined };

/** The first mark of a mail is never overwritten. Of the requests to send it again, only a later one than the last is marked. */
const condition = ({ askedAt }: Mark): string =>
  `attribute_exists(pk) AND ${askedAt === undefined ? "attribute_not_exists(#mark)" : "(attribute_not_exists(mailAgainAt) OR mailAgainAt < :askedAt)"}`;

/**
 * Marks that an order's mail has gone out, and makes the order findable by its id alone (index byRef).
 * False if the mark was written before.
 */
export const mailed = async (mark: Mark & { now: number }): Promise<boolean> => {
  const { userId, orderId, mail, askedAt, now } = mark;
  const again = askedAt === undefined ? "" : ", mailAgainAt = :askedAt";
  const { written } = await conditional({
    TableName: table("Orders"),
    Key: Table.orderKey(userId, orderId),
    UpdateExpression: `SET #mark = if_not_exists(#mark, :now), #ref = :orderId${again} REMOVE ${mail}Unsent`,
    ConditionExpression: condition(mark),
    ExpressionAttributeNames: { "#mark": `${mail}MailedAt`, "#ref": "ref" },
    ExpressionAttributeValues: { ":now": now, ":orderId": orderId, ":askedAt": askedAt },
  });
  return written;
};

/** Marks that an order's mail was not sent, and why. From then on the order is found by its id alone, as after a mail. */
export const unsent = async (mark: Mark & { reason: UnsentReason }): Promise<void> => {
  const { userId, orderId, mail, askedAt, reason } = mark;
  await conditional({
    TableName: table("Orders"),
    Key: Table.orderKey(userId, orderId),
    UpdateExpression: `SET ${mail}Unsent = :reason, #ref = :orderId`,
    ConditionExpression: condition(mark),
    ExpressionAttributeNames: { "#ref": "ref", ...(askedAt === undefined && { "#mark": `${mail}MailedAt` }) },
    ExpressionAttributeValues: { ":reason": reason, ":orderId": orderId, ":askedAt": askedAt },
  });
};
