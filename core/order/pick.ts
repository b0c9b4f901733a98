/** Best available: which seats a buyer gets who leaves the choice to us. */
import * as Catalog from "#core/catalog/index.ts";
import { type Fault, invalid } from "#core/lib/errors.ts";
import { below } from "#core/lib/ids.ts";
import * as Blocks from "./blocks.ts";
import * as Scarce from "./scarce.ts";

export type Wanted = { quantity: number; sectionId?: string | undefined; category?: string | undefined };

type Look = { event: Catalog.Event; index: Catalog.SeatIndex; wanted: Wanted; now: number };

/**
 * Looks for seats, reading one section after the other until one fits. `exclude` takes what was proven taken since, so that a stale
 * read is not believed twice. 422 for a section or category that the event does not have.
 */
export const finder = (look: Look) => {
  const excluded = new Set<string>();
  const sections = candidates(look);
  return {
    /** Seats as far as a quick look tells: undefined proves nothing. */
    find: (tries: number): Promise<Catalog.PlanSeat[] | undefined> => quick(look, sections, tries, excluded),
    /** Before anybody is told that nothing is left: every section, read consistently, without what may have been released since. */
    prove: (tries: number): Promise<Catalog.PlanSeat[] | undefined> => {
      const { together, apart } = chooser(look, tries, new Set());
      return visit(look, sections, together).then((seats) => seats ?? apart());
    },
    exclude: (seatIds: string[]): void => {
      for (const seatId of seatIds) excluded.add(seatId);
    },
  };
};

/** The sections to look at: the dearest first, for they are the best; among equals by lot, so that a crowd spreads. */
const candidates = ({ event, index, wanted }: Look): Catalog.SeatIndexSection[] => {
  const { sectionId, category, quantity } = wanted;
  const all = [...index.sections.values()];
  const faults: Fault[] = [];
  if (sectionId !== undefined && !index.sections.has(sectionId))
    faults.push({ path: "pick.sectionId", message: "is no section of this event" });
  if (category !== undefined && !all.some(({ categories }) => categories.has(category)))
    faults.push({ path: "pick.category", message: "is no category of this event" });
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

/** Passes over sections that lacked a moment ago what is wanted: first neighbours, and only where no section has any, seats apart. */
const quick = async (
  look: Look,
  sections: Catalog.SeatIndexSection[],
  tries: number,
  excluded: Set<string>,
): Promise<Catalog.PlanSeat[] | undefined> => {
  const { wanted, now } = look;
  const lacks = (kind: Scarce.Place["kind"]) => (section: Catalog.SeatIndexSection) =>
    Scarce.lacking(place(look, section, kind), wanted.quantity, now);
  const passed = sections.filter(lacks("adjacent"));
  const { together, anywhere, apart } = chooser(look, tries, excluded);
  const fresh = sections.filter((section) => !passed.includes(section));
  const rest = () => passed.filter((section) => !lacks("any")(section));
  const part = (section: Catalog.SeatIndexSection) => glimpse(look, section, excluded);
  return (await visit(look, fresh, together, part)) ?? apart() ?? (await visit(look, rest(), anywhere, part));
};

const place = ({ event, wanted }: Look, { sectionId }: Catalog.SeatIndexSection, kind: Scarce.Place["kind"]) => ({
  eventId: event.eventId,
  sectionId,
  category: wanted.category,
  kind,
});

type Free = (seatId: string) => boolean;
type Choose = (section: Catalog.SeatIndexSection, free: Free) => Catalog.PlanSeat[] | undefined;

/** Chooses in one section after the other, remembers the first seats apart that it comes by, and notes what a section lacks. */
const chooser = (look: Look, tries: number, excluded: Set<string>) => {
  const { wanted, now } = look;
  let scattered: Catalog.PlanSeat[] | undefined;
  const noted = (
    section: Catalog.SeatIndexSection,
    kind: Scarce.Place["kind"],
    seats: Catalog.PlanSeat[] | undefined,
  ) => {
    if (!seats) Scarce.note(place(look, section, kind), wanted.quantity, now);
    return seats;
  };
  const open = (free: Free) => (seatId: string) => free(seatId) && !excluded.has(seatId);
  const anywhere: Choose = (section, free) => {
    const choose =
      section.kind === "general"
        ? Blocks.standing(section, wanted.quantity, open(free), below)
        : Blocks.scattered(section, wanted, open(free), below);
    return noted(section, "any", choose);
  };
  const together: Choose = (section, free) => {
    const seats =
      section.kind === "general" ? anywhere(section, free) : Blocks.adjacent(section, wanted, open(free), tries, below);
    if (!seats && section.kind === "seated") scattered ??= anywhere(section, free);
    return noted(section, "adjacent", seats);
  };
  return { together, anywhere, apart: () => scattered };
};

/** Sections read at the same time, once the first one had nothing. */
const AT_ONCE = 8;

/**
 * What is chosen in the first section where something is. With `part`, which may find something without reading the whole section, it
 * is a quick look; without it, a proof: everything is read consistently.
 */
const visit = async (
  { event, now }: Look,
  sections: Catalog.SeatIndexSection[],
  choose: Choose,
  part?: (section: Catalog.SeatIndexSection) => Promise<Catalog.PlanSeat[] | undefined>,
): Promise<Catalog.PlanSeat[] | undefined> => {
  const read = async (section: Catalog.SeatIndexSection) => {
    const found = await part?.(section);
    if (found) return () => found;
    const taken = await Catalog.taken(event.eventId, section.sectionId, now, { consistent: !part });
    return () => choose(section, (seatId) => !taken.has(seatId));
  };
  for (let at = 0; at < sections.length; at += at === 0 ? 1 : AT_ONCE) {
    const some = sections.slice(at, at === 0 ? 1 : at + AT_ONCE);
    for (const chosen of await Promise.all(some.map(read))) {
      const seats = chosen();
      if (seats) return seats;
    }
  }
  return undefined;
};

/** Places of general admission that are looked at before all are: of 10,000 taken ones the reading alone would be 200 read units. */
const GLIMPSE = 256;

/** Free places in some small part of general admission; undefined where there are too few, which says nothing of the rest. */
const glimpse = async ({ event, wanted, now }: Look, section: Catalog.SeatIndexSection, excluded: Set<string>) => {
  if (section.kind !== "general" || section.capacity <= GLIMPSE) return undefined;
  const { numbers, ...between } = Blocks.span(section, GLIMPSE, below);
  const taken = await Catalog.taken(event.eventId, section.sectionId, now, { between });
  const free = (seatId: string) => !taken.has(seatId) && !excluded.has(seatId);
  return Blocks.standing(section, wanted.quantity, free, below, numbers);
};
