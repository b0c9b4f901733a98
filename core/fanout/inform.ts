/** Mails one buyer about an event's changes. */
import * as Account from "#core/account/index.ts";
import * as Basket from "#core/basket/index.ts";
import type * as Catalog from "#core/catalog/index.ts";
import { link } from "#core/lib/config.ts";
import { logger } from "#core/lib/logger.ts";
import * as Limit from "#core/lib/mail-limit.ts";
import { count } from "#core/lib/metrics.ts";
import * as Ses from "#core/lib/ses.ts";
import type * as Log from "#core/log/index.ts";
import * as Order from "#core/order/index.ts";
import { merged } from "./changes.ts";
import * as Letter from "./letter.ts";

/** ms after a change in which a buyer may still have seen the event as it was: its answers are kept for so long. */
const seenBeforeMs = 5_000;

type Buyer = {
  userId: string;
  event: Catalog.Event;
  /** The changes that concern buyers, the newest first. */
  entries: Log.Entry[];
  now: number;
};

/**
 * Mails a buyer with a confirmed order about all changes since the last e-mail or since they bought, each once. The basket's mark is
 * read before and written after the e-mail, so a crash in between sends it once more. Throws if SES takes no e-mail now.
 */
export const inform = async (buyer: Buyer): Promise<"sent" | "skipped"> => {
  const { userId, event, entries } = buyer;
  const { eventId } = event;
  const { informed = "" } = await Basket.read({ userId, eventId });
  const unread = entries.filter(({ logId }) => logId > informed);
  if (unread.length === 0) return "skipped";
  const [account, orders] = await Promise.all([Account.get(userId), confirmed(userId, eventId)]);
  if (!account || account.erasing || orders.length === 0) return "skipped";
  const boughtAt = Math.min(...orders.map(({ createdAt }) => createdAt));
  const news = unread.filter(({ at }) => at + seenBeforeMs > boughtAt);
  if (merged(news).length === 0) return "skipped";
  // An organiser may have changed where the e-mails of one order go.
  for (const [to, own] of Map.groupBy(orders, ({ mailTo }) => mailTo?.email ?? account.email))
    await mail({ ...buyer, to, orders: own, locale: account.locale ?? "en", entries: news });
  await Basket.inform({ userId, eventId, logId: entries[0]?.logId ?? "" });
  return "sent";
};

const confirmed = async (userId: string, eventId: string): Promise<Order.Order[]> => {
  const found: Order.Order[] = [];
  for await (const order of Order.all(userId))
    if (order.eventId === eventId && order.status === "confirmed") found.push(order);
  return found;
};

type Mailing = Buyer & Pick<Letter.Letter, "to" | "locale"> & { orders: Order.Order[] };

/** An e-mail above the address's limit of the day is not sent, and neither is one that SES refuses each time: the order's page shows the event as it is. */
const mail = async ({ userId, event, entries, to, ...letter }: Mailing): Promise<void> => {
  const name = `${event.eventId} ${entries[0]?.logId}`;
  if (!(await Limit.take({ email: to, of: "orders", mail: name, now: letter.now }))) return count("MailLimited");
  const { mailFrom: from, publicUrl } = link("Settings");
  const postponed = entries.some(({ action }) => action === "event.postponed");
  try {
    await Ses.send(Letter.compose({ ...letter, event, changes: merged(entries), postponed, to, from, publicUrl }));
    count("MailSent");
  } catch (error) {
    if (Ses.refusalOf(error) !== "lasting") throw error;
    count("MailParked");
    logger.error("changed", { operation: "changed", userId, outcome: "parked", reason: (error as Error).name });
  }
};
