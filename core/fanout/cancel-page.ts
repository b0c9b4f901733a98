/** One page of a cancelled event: the orders of its seats are ended. The passes repeat until no order can change any more. */
import * as Catalog from "#core/catalog/index.ts";
import { link } from "#core/lib/config.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Payment from "#core/payment/index.ts";
import { type CancelMessage, type Outcome, post, unwritten } from "./message.ts";
import { pageDelaySeconds, pageSeats, passDelaySeconds } from "./pace.ts";

/** Passes after which an order that is left needs a person: about half an hour. A card is decided within ten minutes. */
const stuckAfterPasses = 7;

/** Ends the orders of one page, and then sends the next page, or the first one of the next pass. */
export const cancelPage = async (message: CancelMessage, now: number): Promise<Outcome> => {
  const event = await Catalog.find(message.eventId);
  const { cancelled } = event ?? {};
  // It is not written yet, or was refused, or a retry has taken over.
  if (!event || cancelled?.run !== message.logId) return unwritten(message, now);
  // A message that came twice has a double that has finished this pass.
  if (cancelled.finished || (cancelled.pass ?? 0) > message.pass) return { outcome: "passed" };
  const { seats, next } = await Catalog.seatPage({ event, after: message.after, limit: pageSeats });
  const endings = await endAll(seats, cancelled.by, now);
  const refunds = endings.filter((ending) => ending === "refunded" || ending === "refunding").length;
  const left = message.left || endings.includes("left");
  const ended = message.ended || endings.some((ending) => ending === "released") || refunds > 0;
  const delay = pageDelaySeconds(refunds, link("Settings").mailRate);
  if (next) await post({ ...message, after: next, left, ended }, delay);
  else await endPass({ ...message, left, ended }, delay);
  return { outcome: next ? "page" : left || ended ? "pass" : "last" };
};

const endAll = (seats: Catalog.TakenSeat[], by: string, now: number): Promise<Payment.Ending[]> => {
  const orders = new Map(seats.map(({ orderId, userId }) => [orderId, { orderId, userId }]));
  return Promise.all([...orders.values()].map((order) => end({ ...order, by, now })));
};

/** An order that fails is left for the next pass, so that it does not stop the others. */
const end = async (order: Parameters<typeof Payment.endWithEvent>[0]): Promise<Payment.Ending> => {
  const { orderId } = order;
  try {
    const outcome = await Payment.endWithEvent(order);
    logger.info("cancel", { operation: "cancel", orderId, outcome });
    return outcome;
  } catch (error) {
    logger.error("cancel", { operation: "cancel", orderId, outcome: "failed", error: error as Error });
    return "left";
  }
};

/**
 * A second pass always follows. It finds the holds that other environments made in the seconds after the cancellation. The last pass is one
 * that found nothing to do. The next pass is sent before the mark: a crash in between sends it twice, and one of the two ends at its mark.
 */
const endPass = async ({ eventId, logId, pass, left, ended }: CancelMessage, delay: number): Promise<void> => {
  const next = pass + 1;
  const finished = !left && !ended && pass > 0;
  if (left && pass >= stuckAfterPasses) count("CancellationStuck");
  if (!finished) await post({ kind: "cancel", eventId, logId, pass: next }, Math.max(delay, passDelaySeconds(next)));
  await Catalog.passed(eventId, logId, { pass: next, finished });
};
