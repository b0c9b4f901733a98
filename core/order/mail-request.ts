/** The owner of an order, or an organiser, asks for its e-mail again. A worker sends it (core/ticket/mail.ts `again`). */

import { takeMail } from "./mail-quota.ts";
import { mailOf } from "./mails.ts";
import { get, ownerOf } from "./read.ts";
import { type MailRequest, NoMail } from "./schema.ts";

/**
 * Asks for the e-mail about the order's present status: one message. 404 `order.not_found`; 409 `order.no_mail`; 429 `mail.too_many` with
 * `Retry-After`, by order and by account.
 */
export const askMail = async (args: { userId: string; orderId: string; now: number }): Promise<void> => {
  const { userId, orderId, now } = args;
  if (!mailOf(await get({ userId, orderId }))) throw NoMail();
  await takeMail(orderId, "askedPerOrder", now);
  await takeMail(userId, "askedPerAccount", now);
  const { send } = await import("#core/lib/sqs.ts");
  const message: MailRequest = { kind: "order", userId, orderId, askedAt: now };
  await send("MailQueue", message);
};

/**
 * An organiser asks for it, within the limits of its owner. Errors as `askMail`. Without `userId` the order's mail must have gone out, or
 * the order must say why not.
 */
export const askMailByOrganiser = async (args: {
  orderId: string;
  userId?: string | undefined;
  now: number;
}): Promise<void> => {
  const { orderId, now } = args;
  await askMail({ userId: args.userId ?? (await ownerOf(orderId)), orderId, now });
};
