/** An event's settings as they are mirrored in Redis, so that joining and polling read no DynamoDB. */
import * as Catalog from "#core/catalog/index.ts";
import { QueueDisabled } from "./schema.ts";

/** A queue's keys outlive the event's start and sale by a week. */
const keptAfterMs = 7 * 86_400_000;

/** `name=value;…`, times in epoch ms; `lobby` and `seed` from the freeze on. 404 `event.not_found`, `queue.disabled`. */
export const load = async (eventId: string, now: number): Promise<string> => {
  const event = await Catalog.event(eventId, now);
  // Holds lapse and refunds come without an event. So the seats of a sold-out sale are counted again here, for those who wait.
  return write(event.soldOut ? await Catalog.counted(eventId, now) : event, now);
};

/**
 * Freezes the lobby at `lobby`, unless it is frozen already. Answers the settings with the draw. The draw is not in them if the sale has
 * not opened, because an organiser may have moved the opening.
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
    verified: queue.requires?.includes("verifiedEmail") ? 1 : "",
    commitment: draw.commitment,
    expires: Math.max(event.startsAt, event.salesCloseAt, now) + keptAfterMs,
    ...(draw.lobby !== undefined && { lobby: draw.lobby, seed: draw.seed }),
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
};
