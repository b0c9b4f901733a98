/** Sends an order's e-mails, each at least once. Mostly it is once, because its mark is read before and written right after. */
import * as Account from "#core/account/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { link } from "#core/lib/config.ts";
import { logger } from "#core/lib/logger.ts";
import * as Ses from "#core/lib/ses.ts";
import * as Order from "#core/order/index.ts";
import { codes } from "./codes.ts";
import * as Letter from "./letter.ts";
import * as Limit from "./mail-limit.ts";

/**
 * - `limited`: the address has reached its limit of today
 * - `parked`: this e-mail cannot be made, or SES refuses it
 *
 * Both are noted on the order, whose page says so; `npm run redrive -- --untold` tries again.
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
  if (order?.status !== kind || order[`${kind}MailedAt`] !== undefined) return "skipped";
  const attempt = order.attempts[order.attemptId ?? ""];
  if (kind === "released" && attempt?.reason !== "payment.capture_failed") return "skipped"; // it was a hold that was given back
  const [account, event, tickets] = await Promise.all([
    Account.get(userId),
    Catalog.event(order.eventId, now),
    kind === "confirmed" ? codes(order) : [],
  ]);
  if (!account) return "skipped"; // the account does not exist any more
  const unsent = { userId, orderId, mail: kind };
  if (!(await Limit.take({ email: account.email, mail: `${orderId} ${kind}`, now }))) {
    await Order.unsent({ ...unsent, reason: "limit" });
    return "limited";
  }
  const { mailFrom, publicUrl } = link("Settings");
  const byCard = attempt?.method === "card";
  const otherwise = attempt?.returnedOtherwise !== undefined;
  try {
    await deliver({
      kind,
      locale: account.locale ?? "en",
      byCard,
      otherwise,
      order,
      tickets,
      event,
      to: account.email,
      from: mailFrom,
      publicUrl,
      now,
    });
  } catch (error) {
    if (!isOfThisMail(error)) throw error;
    // It is not tried again here, because a record that is tried again delays all e-mails behind it.
    await Order.unsent({ ...unsent, reason: "refused" });
    // the message may hold an address
    logger.error("mail", { operation: "mail", orderId, kind, outcome: "parked", reason: (error as Error).name });
    return "parked";
  }
  await Order.mailed({ userId, orderId, mail: kind, now });
  return "sent";
};

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
