/**
 * Remembers what reads did not find a moment ago. So picks late in a sale do not read full sections again. Seats that another
 * environment gives back are found a second later. Seats that lapse, or that this environment gives back, are found at once.
 */
import { memo } from "#core/lib/memo.ts";

/** ms during which a section is skipped, or counts as full. */
const trustedMs = 1_000;
/** ms during which a section is read consistently after that. One consistent read costs less than a read that proves nothing and a second one. */
const consistentMs = 10_000;
/** The largest number of events in memory, and of sections of one event that are read at the same time. */
const maxKept = 500;

/** A section, one of its categories or all (undefined), and the kind of seats: neighbours or any. */
export type Place = { sectionId: string; category: string | undefined; kind: "adjacent" | "any" };

/** Fewer than `quantity` seats were free at `at` (epoch ms), and until `until` none lapses. `proven`: a consistent read of all says so. */
type Lack = { quantity: number; at: number; until: number; proven: boolean };

const key = ({ sectionId, category, kind }: Place) => JSON.stringify([sectionId, category, kind]);

/** Seats with the time (epoch ms) until which each is taken for sure. */
export type Taken = Map<string, number>;
type Read = { at: number; taken: Taken };

const memory = () => {
  const lacks = new Map<string, Lack>();
  const during = (ms: number, place: Place, quantity: number, now: number): Lack | undefined => {
    const lack = lacks.get(key(place));
    // A lack of fewer seats is a lack of more, too. One that was noted after `now` is of a request that came later.
    return lack && lack.quantity <= quantity && Math.abs(now - lack.at) < ms ? lack : undefined;
  };
  /** Whether `quantity` seats were missing a moment before `now` (epoch ms). */
  const lacking = (place: Place, quantity: number, now: number): boolean =>
    during(trustedMs, place, quantity, now) !== undefined;
  /** Whether that was proven, and no seat has lapsed since. */
  const proven = (place: Place, quantity: number, now: number): boolean => {
    const { proven = false, until = 0 } = during(trustedMs, place, quantity, now) ?? {};
    return proven && now <= until;
  };
  const late = (place: Place, quantity: number, now: number): boolean =>
    during(consistentMs, place, quantity, now) !== undefined;
  const note = (place: Place, lack: Lack): void => {
    const known = during(trustedMs, place, lack.quantity, lack.at);
    if (known && (known.proven || !lack.proven)) return;
    lacks.set(key(place), lack);
  };
  const reads = memo<Read>(maxKept);
  /** A section's taken seats, read at `now` or by a read that is still under way. */
  const read = (sectionId: string, now: number, load: () => Promise<Taken>): Promise<Read> =>
    reads.get(sectionId, { now, maxAge: 0 }, async () => ({ at: now, taken: await load() }));
  return { lacking, proven, late, note, read };
};

export type Memory = ReturnType<typeof memory>;

const memories = new Map<string, Memory>();

/** The cached facts of an event's sections. After seats were given back the cache is replaced, so notes of earlier reads are not used. */
export const of = (eventId: string): Memory => {
  const known = memories.get(eventId);
  if (known) return known;
  if (memories.size >= maxKept) memories.clear();
  const fresh = memory();
  memories.set(eventId, fresh);
  return fresh;
};

/** Runs work that may give seats of the event back. The memory is invalidated also if the work throws. */
export const invalidateAfter = async <T>(eventId: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } finally {
    memories.delete(eventId);
  }
};
