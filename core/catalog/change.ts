/** The changes that an organiser may make to an event, and until when. */
import { ms } from "#core/lib/clock.ts";
import { type Fault, invalid, maxFaults } from "#core/lib/errors.ts";
import type { Meta } from "./catalog.table.ts";
import { type Author, write } from "./edit.ts";
import { freshMeta } from "./event.ts";
import { factFaults, type Refusal } from "./facts.ts";
import { type Event, EventCancelled, type EventPatch, SaleFrozen } from "./schema.ts";
import type { Fields } from "./update.ts";

/**
 * Pauses, closes or resumes a sale, sets its queue's rate, changes its facts. Only the requested fields are written, so that two organisers
 * can change different fields in parallel. 404 `event.not_found`; 409 `event.draw_frozen` for the sale's times once the lobby is drawn;
 * 409 `event.changed` if another request changed the same meanwhile; 409 `event.cancelled`; 422 for what no event may have.
 */
export const change = async (args: Author & { eventId: string; patch: EventPatch; refusal?: Refusal }) => {
  const { eventId, patch, refusal, ...author } = args;
  const before = await freshMeta(eventId);
  if (before.cancelled) throw EventCancelled();
  const isSale = patch.salesOpenAt !== undefined || patch.salesCloseAt !== undefined;
  const frozen = ({ draw }: Meta) => (isSale && draw.lobby !== undefined ? SaleFrozen() : undefined);
  const wrong = frozen(before);
  if (wrong) throw wrong;
  const to = { ...setting(patch), ...factsOf(patch, before) };
  check(before, to, patch, refusal);
  // The order of the times is checked with the values that were read, and the draw may be frozen at any moment.
  const pinned = [...(Object.keys(to).some(isTime) ? times : []), ...(isSale ? ["lobby"] : [])];
  return write({ ...author, before, action: "event.changed", to, pinned, refused: frozen });
};

const times = ["startsAt", "salesOpenAt", "salesCloseAt", "cancelUntil"];
const isTime = (path: string) => times.includes(path);

const setting = ({ status, queue = {} }: EventPatch): Fields => ({
  ...(status && { set: status === "onsale" ? undefined : status }),
  ...Object.fromEntries(
    Object.entries(queue).flatMap(([name, value]) => (value === undefined ? [] : [[`queue.${name}`, value]])),
  ),
});

const factsOf = (patch: EventPatch, before: Meta): Partial<Event> => {
  const { status: _status, queue: _queue, startsAt, salesOpenAt, salesCloseAt, cancelUntil, prices, ...rest } = patch;
  return {
    ...rest,
    ...(prices && { prices: { ...before.prices, ...prices } }),
    ...(startsAt !== undefined && moveTo(ms(startsAt), before)),
    ...(salesOpenAt !== undefined && { salesOpenAt: ms(salesOpenAt) }),
    ...(salesCloseAt !== undefined && { salesCloseAt: ms(salesCloseAt) }),
    ...(cancelUntil !== undefined && { cancelUntil: ms(cancelUntil) }),
  };
};

/** The times of an event that starts at another time. A sale that closes at the start closes at the new one. `cancelUntil` keeps its distance to the start. */
export const moveTo = (startsAt: number, before: Event) => ({
  startsAt,
  cancelUntil: before.cancelUntil + startsAt - before.startsAt,
  ...(before.salesCloseAt === before.startsAt && { salesCloseAt: startsAt }),
});

/** The faults of the event as it would be, if a fact changes. The plan's categories stay as they are. */
const check = (before: Meta, to: Partial<Event>, { prices = {} }: EventPatch, refusal?: Refusal): void => {
  const added: Fault[] = Object.keys(prices)
    .filter((category) => !Object.hasOwn(before.prices, category))
    .map((category) => ({ path: `prices.${category}`, message: "is no category of this event" }));
  const isFact = Object.keys(to).some((path) => isTime(path) || path === "prices" || path === "flight");
  const wrong = [...added, ...(isFact ? factFaults({ ...before, ...to }, to.prices && refusal) : [])];
  if (wrong.length > 0) throw invalid(...wrong.slice(0, maxFaults));
};
