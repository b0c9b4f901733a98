/** An organiser moves an event to another date. */
import { iso, ms } from "#core/lib/clock.ts";
import { type Fault, invalid } from "#core/lib/errors.ts";
import type { Meta } from "./catalog.table.ts";
import { moveTo } from "./change.ts";
import { type Author, write } from "./edit.ts";
import { freshMeta } from "./event.ts";
import { factFaults } from "./facts.ts";
import { type Event, EventCancelled, EventIsDraft, type Postpone } from "./schema.ts";

/**
 * Moves the start, and lets buyers return their tickets until `refundUntil`, whatever `cancelUntil` says. Repeated, it changes nothing more. 404
 * `event.not_found`; 409 `event.draft`, `event.cancelled`, `event.changed`; 422 for a start or a window that cannot be.
 */
export const postpone = async (args: Author & Postpone & { eventId: string }): Promise<Event> => {
  const { eventId, startsAt, refundUntil, ...author } = args;
  const before = await freshMeta(eventId);
  if (before.draft) throw EventIsDraft();
  if (before.cancelled) throw EventCancelled();
  const postponed = { from: before.postponed?.from ?? before.startsAt, refundUntil: ms(refundUntil) };
  const to = { ...moveTo(ms(startsAt), before), ...flightAt(ms(startsAt), before), postponed };
  const isMade = to.startsAt === before.startsAt && postponed.refundUntil === before.postponed?.refundUntil;
  const wrong = isMade ? [] : [...windowFaults(before, to, args.now), ...factFaults({ ...before, ...to })];
  if (wrong.length > 0) throw invalid(...wrong);
  const pinned = ["salesOpenAt", "salesCloseAt", "cancelUntil"]; // they were checked as they were read
  return write({ ...author, before, action: "event.postponed", to, pinned });
};

/** A flight takes as long as before. */
const flightAt = (startsAt: number, before: Event) => {
  const { flight } = before;
  const moved = (at: string) => iso(ms(at) + startsAt - before.startsAt);
  return flight && { flight: { ...flight, departsAt: moved(flight.departsAt), arrivesAt: moved(flight.arrivesAt) } };
};

const windowFaults = (before: Meta, to: Pick<Event, "startsAt" | "postponed">, now: number): Fault[] => {
  const { startsAt, postponed: { refundUntil } = { refundUntil: 0 } } = to;
  const promised = before.postponed?.refundUntil ?? 0;
  const found: Fault[] = [];
  if (startsAt === before.startsAt) found.push({ path: "startsAt", message: "is the start already" });
  if (startsAt <= now) found.push({ path: "startsAt", message: "is in the past" });
  if (refundUntil <= now) found.push({ path: "refundUntil", message: "is in the past" });
  if (refundUntil > startsAt) found.push({ path: "refundUntil", message: `is after the new start, ${iso(startsAt)}` });
  if (refundUntil < promised)
    found.push({ path: "refundUntil", message: `is before ${iso(promised)}, which buyers were promised` });
  return found;
};
