/** Sends an order's e-mails, each at least once. Usually it is once, because its mark is read before and written right after. */
import * as z from "zod/mini";
import * as Account from "#core/account/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { link } from "#core/lib/config.ts";
import { logger } from "#core/lib/logger.ts";
import * as Limit from "#core/lib/mail-limit.ts";
import * as Ses from "#core/lib/ses.ts";
import * as Order from "#core/order/index.ts";
import { codes } from "./codes.ts";
import * as Letter from "./letter.ts";

/**
 * - `limited`: the address has reached its limit of today
 * - `parked`: this e-mail cannot be made, or SES refuses it
 *
 * Both are noted on the order, whose page says so. `npm run redrive -- --unsent` tries again if it is the first e-mail about that status.
 */
export type Outcome = "sent" | "skipped" | "limited" | "parked";

/**
 * Sends the e-mail about the order's status `kind`, unless it was sent or the order has another status by now, which has an e-mail of
 * its own. A shard of the stream is read by one invocation at a time, so no other invocation sends between the read and the mark.
 * Throws if SES takes no e-mail now: the stream tries again.
 */
export const send = async (args: {
  userId: string;
  orderId: string;
  kind: Order.MailKind;
  now: number;
}): Promise<Outcome> => {
  const { userId, orderId, kind, now } = args;
  const order = await Order.find({ userId, orderId });
  if (!order || Order.mailOf(order) !== kind || order[`${kind}MailedAt`] !== undefined) return "skipped";
  return post({ order, kind, now });
};

/**
 * Sends the e-mail about the order's present status again, because its owner or an organiser asked for it (an `Order.MailRequest`), unless
 * this request or a later one was answered. If the first e-mail has not gone out yet, this is the first. Throws if SES takes no e-mail now.
 */
export const again = async (message: unknown, now: number): Promise<Outcome> => {
  const { userId, orderId, askedAt } = z.parse(Order.MailRequest, message);
  const order = await Order.find({ userId, orderId });
  const kind = order && Order.mailOf(order);
  if (!order || !kind || (order.mailAgainAt ?? 0) >= askedAt) return "skipped";
  return post({ order, kind, askedAt, now });
};

/** Sends the e-mail and marks on the order that it was sent, or why not. */
const post = async (args: {
  order: Order.Order;
  kind: Order.MailKind;
  askedAt?: number;
  now: number;
}): Promise<Outcome> => {
  const { order, kind, askedAt, now } = args;
  const { userId, orderId } = order;
  const [account, event, tickets] = await Promise.all([
    Account.get(userId),
    eventOf(order, now),
    kind === "confirmed" ? codes(order) : [],
  ]);
  if (!account) return "skipped"; // the account does not exist any more
  const to = order.mailTo?.email ?? account.email;
  const mark = { userId, orderId, mail: kind, askedAt };
  if (!(await Limit.take({ email: to, of: "orders", mail: `${orderId} ${kind} ${askedAt ?? ""}`.trim(), now }))) {
    await Order.unsent({ ...mark, reason: "limit" });
    return "limited";
  }
  const { mailFrom, publicUrl } = link("Settings");
  const attempt = order.attempts[order.attemptId ?? ""];
  try {
    await deliver({
      kind,
      locale: account.locale ?? "en",
      byCard: attempt?.method === "card",
      otherwise: attempt?.returnedOtherwise !== undefined,
      eventCancelled: order.eventCancelled && { reason: event.cancelled?.reason },
      order,
      tickets,
      event,
      to,
      from: mailFrom,
      publicUrl,
      now,
    });
  } catch (error) {
    if (!isOfThisMail(error)) throw error;
    // It is not tried again here, because a record that is tried again delays all e-mails behind it.
    await Order.unsent({ ...mark, reason: "refused" });
    // the message may hold an address
    logger.error("mail", { operation: "mail", orderId, kind, outcome: "parked", reason: (error as Error).name });
    return "parked";
  }
  await Order.mailed({ ...mark, now });
  return "sent";
};

/** If its event was cancelled, it is read as last written: a copy in memory may be older than the cancellation. */
const eventOf = async ({ eventId, eventCancelled }: Order.Order, now: number): Promise<Catalog.Event> =>
  (eventCancelled && (await Catalog.find(eventId))) || Catalog.event(eventId, now);

class MailNotMade extends Error {
  override name = "MailNotMade";
}

const deliver = (letter: Letter.Letter): Promise<void> => Ses.send(made(letter));

const made = (letter: Letter.Letter) => {
  try {
    return Letter.compose(letter);
  } catch (cause) {
    throw new MailNotMade("An order's e-mail cannot be made.", { cause });
  }
};

/** Whether a person has to look at this e-mail. Any other error affects every e-mail, and passes with time. */
const isOfThisMail = (error: unknown): boolean => error instanceof MailNotMade || Ses.refusalOf(error) === "lasting";
