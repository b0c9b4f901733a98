/** Sends an order's e-mails, each at least once; in practice once, because its mark is looked for before and set right after. */
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
 * - `limited`: the address has had its e-mails of today
 * - `parked`: this e-mail cannot be made, or SES refuses it
 *
 * Both are noted on the order, whose page says so; `npm run redrive -- --untold` tries again.
 */
export type Outcome = "sent" | "skipped" | "limited" | "parked";

/**
 * Sends the e-mail that tells of the order's status `kind`, unless that was done or the order has gone on to another status, whose
 * own e-mail then says more. A shard of the stream is read by one invocation at a time, so nobody else sends between the look and
 * the mark. Throws if SES takes no e-mail now: the stream tries again.
 */
export const send = async (args: {
  userId: string;
  orderId: string;
  kind: Letter.Kind;
  now: number;
}): Promise<Outcome> => {
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
    // at once, for a record that is tried again holds up everybody's e-mails behind it
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

/** An e-mail that a person has to look at. All else is about every e-mail, and ends by itself. */
const isOfThisMail = (error: unknown): boolean => error instanceof MailNotMade || Ses.refusalOf(error) === "lasting";
