/** One page of a changed event: the buyers of its seats are mailed, each once. */
import * as Catalog from "#core/catalog/index.ts";
import { link } from "#core/lib/config.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Ses from "#core/lib/ses.ts";
import * as Log from "#core/log/index.ts";
import { concernsBuyers } from "./changes.ts";
import { inform } from "./inform.ts";
import { type ChangedMessage, type Outcome, post, unwritten } from "./message.ts";
import { pageDelaySeconds, pageSeats } from "./pace.ts";

/** Mails the buyers of one page, and then sends the next page. If one buyer could not be mailed now, the page comes again. */
export const changedPage = async (message: ChangedMessage, now: number): Promise<Outcome> => {
  const { eventId, logId } = message;
  const [event, entry] = await Promise.all([Catalog.find(eventId), Log.find({ of: eventId, logId })]);
  if (!event || !entry) return unwritten(message, now);
  if (!concernsBuyers(entry)) return { outcome: "nothing to tell" };
  if (event.cancelled) return { outcome: "cancelled" }; // the e-mail about the refund says so
  const { seats, next } = await Catalog.seatPage({ event, after: message.after, limit: pageSeats });
  const entries = await changesOf(eventId);
  const buyers = new Set(seats.filter(({ state }) => state === "sold").map(({ userId }) => userId));
  const outcomes = await Promise.all([...buyers].map((userId) => attempt({ userId, event, entries, now })));
  if (outcomes.includes("later")) return { outcome: "later", again: true };
  const sent = outcomes.filter((outcome) => outcome === "sent").length;
  if (next) await post({ ...message, after: next }, pageDelaySeconds(sent, link("Settings").mailRate));
  return { outcome: next ? "page" : "over" };
};

/** All changes of the event that concern buyers, the newest first. A buyer who got no e-mail about an earlier change gets that change too. */
const changesOf = async (eventId: string): Promise<Log.Entry[]> => {
  const found: Log.Entry[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await Log.list({ of: eventId, cursor, limit: 1_000 });
    found.push(...items.filter(concernsBuyers));
    cursor = next ?? undefined;
  } while (cursor);
  return found;
};

/** A failure does not stop the other buyers. Only the error's name is logged, because its message may have an address. */
const attempt = async (buyer: Parameters<typeof inform>[0]): Promise<"sent" | "skipped" | "later"> => {
  try {
    return await inform(buyer);
  } catch (error) {
    const outcome = Ses.refusalOf(error) === "rate" ? "later" : "failed";
    if (outcome === "failed") count("MailFailed");
    const { userId } = buyer;
    logger.error("changed", { operation: "changed", userId, outcome, reason: (error as Error).name });
    return "later";
  }
};
