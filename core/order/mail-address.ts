/** Where an order's e-mails go. An organiser may change it for one order, because its buyer has mistyped their address, and never for an account. */
import { conditional, table } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import { takeMail } from "./mail-quota.ts";
import { type Order, orderKey } from "./order.table.ts";
import { adminView } from "./organiser.ts";
import { get, ownerOf } from "./read.ts";
import { type AdminOrder, OrderNotFound } from "./schema.ts";

/**
 * From then on the order's e-mails go to `email`, and its account keeps its own address. The order records who changed it last (`by`, a
 * user id) and when. Repeating it changes nothing more. Without `userId` the order's mail must have gone out. 404 `order.not_found`; 429
 * `mail.too_many` with `Retry-After`.
 */
export const changeMailAddress = async (args: {
  orderId: string;
  userId?: string | undefined;
  email: string;
  by: string;
  now: number;
}): Promise<AdminOrder> => {
  const { orderId, email, by, now } = args;
  const userId = args.userId ?? (await ownerOf(orderId));
  const order = await get({ userId, orderId });
  if (order.mailTo?.email === email) return adminView(order, now);
  await takeMail(orderId, "addressesPerOrder", now);
  const mailTo = { email, by, at: now };
  await write(order, mailTo);
  logger.info("mail address", { operation: "mail address", orderId, outcome: "changed", by });
  return adminView({ ...order, mailTo }, now);
};

/** Of two organisers at the same time, the later write is the order's address. Each gets the address that they wrote as the answer. */
const write = async ({ userId, orderId }: Order, mailTo: NonNullable<Order["mailTo"]>): Promise<void> => {
  const { written } = await conditional({
    TableName: table("Orders"),
    Key: orderKey(userId, orderId),
    UpdateExpression: "SET mailTo = :mailTo",
    // The order exists: an update of an absent item would make one.
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":mailTo": mailTo },
  });
  if (!written) throw OrderNotFound();
};
