/** Sends an order's e-mails, each at least once; in practice once, because its mark is looked for before and set right after. */
import * as Account from "#core/account/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { link } from "#core/lib/config.ts";
import * as Ses from "#core/lib/ses.ts";
import * as Order from "#core/order/index.ts";
import { codes } from "./codes.ts";
import * as Letter from "./letter.ts";

/**
 * Sends the e-mail that tells of the order's status `kind`, unless that was done or the order has gone on to another status, whose
 * own e-mail then says more. A shard of the stream is read by one invocation at a time, so nobody else sends between the look and
 * the mark. Throws if SES does not take it: the stream tries again.
 */
export const send = async (args: {
  userId: string;
  orderId: string;
  kind: Letter.Kind;
  now: number;
}): Promise<"sent" | "skipped"> => {
  const { userId, orderId, kind, now } = args;
  const order = await Order.find({ userId, orderId });
  if (order?.status !== kind || order[`${kind}MailedAt`] !== undefined) return "skipped";
  const attempt = order.attempts[order.attemptId ?? ""];
  if (kind === "released" && attempt?.reason !== "payment.capture_failed") return "skipped"; // a hold given back
  const [account, event, tickets] = await Promise.all([
    Account.get(userId),
    Catalog.event(order.eventId, now),
    kind === "confirmed" ? codes(order) : [],
  ]);
  if (!account) return "skipped"; // nobody to write to
  const { mailFrom, publicUrl } = link("Settings");
  const byCard = attempt?.method === "card";
  const otherwise = attempt?.returnedOtherwise !== undefined;
  const letter = { kind, byCard, otherwise, order, tickets, event, to: account, from: mailFrom, publicUrl, now };
  await Ses.send(Letter.compose(letter));
  await Order.mailed({ userId, orderId, mail: kind, now });
  return "sent";
};
