/** Best available: finds seats for a buyer who has not chosen any. */
import * as Catalog from "#core/catalog/index.ts";
import { type Fault, invalid } from "#core/lib/errors.ts";
import { below } from "#core/lib/ids.ts";
import * as Blocks from "./blocks.ts";
import * as SoldOut from "./sold-out-cache.ts";

export type Wanted = { quantity: number; sectionId?: string | undefined; category?: string | undefined };

type Look = { event: Catalog.Event; index: Catalog.SeatIndex; wanted: Wanted; now: number };

type Section = Catalog.SeatIndexSection;

/**
 * Looks for seats in one section after the other until one fits. `exclude` takes the seats that were proven taken since, so a stale
 * read does not find them again. 422 for a section or category that the event does not have.
 */
export const finder = (look: Look) => {
  const excluded = new Set<string>();
  const sections = candidates(look);
  return {
    /** Seats that a quick look finds. Undefined proves nothing. */
    find: (tries: number): Promise<Catalog.PlanSeat[] | undefined> => quick(look, sections, tries, excluded),
    /**
     * Proves that nothing is left, before an answer says so: it reads every section consistently, and excludes no seat, because seats
     * may have been released since. With `useCache` it skips sections that were proven full less than a second ago.
     */
    prove: async (tries: number, useCache: boolean): Promise<Catalog.PlanSeat[] | undefined> => {
      const memory = SoldOut.of(look.event.eventId);
      const { together, apart } = chooser({ ...look, memory }, tries, new Set());
      const { wanted, now } = look;
      const full = (section: Section) => useCache && memory.proven(place(look, section, "any"), wanted.quantity, now);
      return (await visit({ ...look, memory }, sections, { choose: together, full })) ?? apart();
    },
    exclude: (seatIds: string[]): void => {
      for (const seatId of seatIds) excluded.add(seatId);
    },
  };
};

/** The sections to look at. The most expensive comes first, because it is the best. Equal ones are in random order, so that buyers spread. */
const candidates = ({ event, index, wanted }: Look): Section[] => {
  const { sectionId, category, quantity } = wanted;
  const all = [...index.sections.values()];
  const faults: Fault[] = [];
  if (sectionId !== undefined && !index.sections.has(sectionId))
    faults.push({ path: "pick.sectionId", message: "is not a section of this event" });
  if (category !== undefined && !all.some(({ categories }) => categories.has(category)))
    faults.push({ path: "pick.category", message: "is not a category of this event" });
  if (faults.length > 0) throw invalid(...faults);
  const worth = ({ categories }: Catalog.SeatIndexSection) =>
    Math.max(
      ...[...categories]
        .filter((name) => (category ?? name) === name)
        .map((name) => Catalog.priceOf(event, { category: name })),
    );
  return all
    .filter((section) => (sectionId ?? section.sectionId) === section.sectionId)
    .filter(({ categories }) => category === undefined || categories.has(category))
    .filter(({ capacity }) => capacity >= quantity)
    .map((section) => ({ section, worth: worth(section), lot: below(1 << 30) }))
    .sort((a, b) => b.worth - a.worth || a.lot - b.lot)
    .map(({ section }) => section);
};

/** Skips sections in which the wanted seats were missing a moment ago. Looks for neighbours first. Only if no section has any, seats apart. */
const quick = async (
  plain: Look,
  sections: Section[],
  tries: number,
  excluded: Set<string>,
): Promise<Catalog.PlanSeat[] | undefined> => {
  const look = { ...plain, memory: SoldOut.of(plain.event.eventId) };
  const { wanted, now, memory } = look;
  const lacks = (kind: SoldOut.Place["kind"]) => (section: Section) =>
    memory.lacking(place(look, section, kind), wanted.quantity, now);
  const passed = sections.filter(lacks("adjacent"));
  const { together, anywhere, apart } = chooser(look, tries, excluded);
  const fresh = sections.filter((section) => !passed.includes(section));
  const rest = () => passed.filter((section) => !lacks("any")(section));
  const glance = { full: lacks("any"), part: (section: Section) => glimpse(look, section, excluded) };
  return (
    (await visit(look, fresh, { choose: together, ...glance })) ??
    apart() ??
    (await visit(look, rest(), { choose: anywhere, ...glance }))
  );
};

const place = ({ wanted }: Look, { sectionId }: Section, kind: SoldOut.Place["kind"]): SoldOut.Place => ({
  ...{ sectionId, kind },
  category: wanted.category,
});

type Known = Look & { memory: SoldOut.Memory };
/** A section's taken seats as they were read at `at` (epoch ms). `consistent`: every earlier write is in it. */
type Seen = { taken: SoldOut.Taken; at: number; consistent: boolean };
/** Whether a seat is free, by what was read and what was excluded since. */
const free = (taken: SoldOut.Taken, excluded: Set<string>, now: number) => (seatId: string) =>
  (taken.get(seatId) ?? 0) < now && !excluded.has(seatId);

type Choose = (section: Section, seen: Seen) => Catalog.PlanSeat[] | undefined;

/** Chooses in one section after another, keeps the first separate seats that it finds, and records what a section lacks. */
const chooser = (look: Known, tries: number, excluded: Set<string>) => {
  const { wanted, now, memory } = look;
  let scattered: Catalog.PlanSeat[] | undefined;
  const lack = (section: Section, kind: SoldOut.Place["kind"], { taken, at, consistent }: Seen) => {
    const until = [...taken.values()].reduce((first, time) => Math.min(first, time), Number.POSITIVE_INFINITY);
    const proven = consistent && excluded.size === 0;
    memory.note(place(look, section, kind), { quantity: wanted.quantity, at, until, proven });
    return undefined;
  };
  const open = ({ taken }: Seen) => free(taken, excluded, now);
  const anywhere: Choose = (section, seen) => {
    const choose =
      section.kind === "general"
        ? Blocks.standing(section, wanted.quantity, open(seen), below)
        : Blocks.scattered(section, wanted, open(seen), below);
    return choose ?? lack(section, "any", seen);
  };
  const together: Choose = (section, seen) => {
    const seats =
      section.kind === "general" ? anywhere(section, seen) : Blocks.adjacent(section, wanted, open(seen), tries, below);
    if (!seats && section.kind === "seated") scattered ??= anywhere(section, seen);
    return seats ?? lack(section, "adjacent", seen);
  };
  return { together, anywhere, apart: () => scattered };
};

/** Sections that are read at the same time, after the first one had nothing. */
const parallelSections = 8;

type Visit = {
  choose: Choose;
  /** A section that is known to be full when its turn comes is not read. */
  full: (section: Section) => boolean;
  /** May find seats without reading the whole section. With it a visit is a quick look. Without it everything is read consistently. */
  part?: (section: Section) => Promise<Catalog.PlanSeat[] | undefined>;
};

/** The seats chosen in the first section that has some. */
const visit = async (
  look: Known,
  sections: Section[],
  { choose, full, part }: Visit,
): Promise<Catalog.PlanSeat[] | undefined> => {
  const { event, wanted, now, memory } = look;
  const read = async (section: Section) => {
    if (full(section)) return () => undefined;
    const found = await part?.(section);
    if (found) return () => found;
    // A quick look reads consistently, too, if little was left lately. So it proves something, and `prove` need not read again.
    const late = part !== undefined && memory.late(place(look, section, "any"), wanted.quantity, now);
    const consistent = late || !part;
    const load = () => Catalog.taken(event.eventId, section.sectionId, now, { consistent });
    const seen = late ? await memory.read(section.sectionId, now, load) : { at: now, taken: await load() };
    return () => choose(section, { ...seen, consistent });
  };
  for (let at = 0; at < sections.length; at += at === 0 ? 1 : parallelSections) {
    const some = sections.slice(at, at === 0 ? 1 : at + parallelSections);
    for (const chosen of await Promise.all(some.map(read))) {
      const seats = chosen();
      if (seats) return seats;
    }
  }
  return undefined;
};

/** Places of general admission that are read before all are read. To read 10,000 taken places would cost 200 read units. */
const glimpsePlaces = 256;

/** Free places in a small random part of general admission. Undefined if there are too few, which says nothing about the rest. */
const glimpse = async ({ event, wanted, now }: Look, section: Section, excluded: Set<string>) => {
  if (section.kind !== "general" || section.capacity <= glimpsePlaces) return undefined;
  const { numbers, ...between } = Blocks.span(section, glimpsePlaces, below);
  const taken = await Catalog.taken(event.eventId, section.sectionId, now, { between });
  return Blocks.standing(section, wanted.quantity, free(taken, excluded, now), below, numbers);
};
