/** Where an order's e-mails go. An organiser may change it for one order, because its buyer has mistyped their address, and never for an account. */
import { contend, failed, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import { logger } from "#core/lib/logger.ts";
import * as Log from "#core/log/index.ts";
import { takeMail } from "./mail-quota.ts";
import { type Order, orderKey } from "./order.table.ts";
import { adminView } from "./organiser.ts";
import { get, ownerOf } from "./read.ts";
import type { AdminOrder } from "./schema.ts";

/**
 * From then on the order's e-mails go to `email`, and its account keeps its own address. The order records who changed it last (`by`, a
 * user id) and when, and the event's log gets an entry. Repeating it changes nothing more. Without `userId` the order's mail must have
 * gone out. 404 `order.not_found`; 429 `mail.too_many` with `Retry-After`; 503 `unavailable`.
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
  return adminView(await write(order, { email, by, at: now }), now);
};

/**
 * Of two organisers at the same time, the later write is the order's address. Of two requests with the same address, the first one is
 * written, and the other answers as a repeated one. The log has no address, because nobody could erase it there.
 */
const write = (order: Order, mailTo: NonNullable<Order["mailTo"]>): Promise<Order> => {
  const { eventId, userId, orderId } = order;
  const { by, at: now } = mailTo;
  const entry = Log.entry({ of: eventId, by, action: "order.mail_address", subject: orderId, now });
  const change = {
    Update: {
      TableName: table("Orders"),
      Key: orderKey(userId, orderId),
      // With `ref` its id alone finds it, and a search by the new address reads it so.
      UpdateExpression: "SET mailTo = :mailTo, #ref = :orderId",
      // The order exists: an update of an absent item would make one.
      ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(mailTo) OR mailTo.email <> :email)",
      ExpressionAttributeNames: { "#ref": "ref" },
      ExpressionAttributeValues: { ":mailTo": mailTo, ":email": mailTo.email, ":orderId": orderId },
    },
  };
  return contend(async () => {
    const refusals = await transact([change, entry]);
    if (refusals) return failed(refusals, 0) ? get(order) : undefined;
    logger.info("mail address", { operation: "mail address", orderId, outcome: "changed", by });
    return { ...order, mailTo };
  }, Unavailable);
};
