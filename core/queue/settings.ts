/** An event's settings as they are mirrored in Redis, so that joining and polling read no DynamoDB. */
import * as Catalog from "#core/catalog/index.ts";
import { QueueDisabled } from "./schema.ts";

/** A queue's keys outlive the event's start and sale by a week. */
const keptAfterMs = 7 * 86_400_000;

/** `name=value;…`, times in epoch ms; `lobby` and `seed` from the freeze on. 404 `event.not_found`, `queue.disabled`. */
export const load = async (eventId: string, now: number): Promise<string> => {
  const event = await Catalog.event(eventId, now);
  // holds lapse and refunds come without telling anyone: who waits at a sold-out sale has nobody else to count again
  return write(event.soldOut ? await Catalog.counted(eventId, now) : event, now);
};

/**
 * Freezes the lobby at `lobby`, unless it is frozen already, and gives the settings with the draw in them; without it while the sale
 * has not opened after all, for an organiser may have moved it.
 */
export const freeze = async (args: { eventId: string; lobby: number; now: number }): Promise<string> => {
  const frozen = await Catalog.freeze(args);
  const event = await Catalog.event(args.eventId, args.now);
  return write({ ...event, draw: { ...event.draw, ...frozen } }, args.now);
};

const write = ({ queue, draw, ...event }: Catalog.Event, now: number): string => {
  if (!queue.enabled) throw QueueDisabled();
  const fields = {
    opens: event.salesOpenAt,
    closes: event.salesCloseAt,
    set: event.set ?? "",
    sold: event.soldOut ? 1 : 0,
    rate: queue.admitPerSecond,
    max: queue.maxActive,
    session: queue.sessionSeconds,
    claim: queue.claimSeconds,
    ...(queue.challenge === "work" && { work: queue.difficulty ?? Catalog.defaultWorkBits }),
    commitment: draw.commitment,
    expires: Math.max(event.startsAt, event.salesCloseAt, now) + keptAfterMs,
    ...(draw.lobby !== undefined && { lobby: draw.lobby, seed: draw.seed }),
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
};
