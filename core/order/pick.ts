/** Best available: which seats a buyer gets who leaves the choice to us. */
import * as Catalog from "#core/catalog/index.ts";
import { type Fault, invalid } from "#core/lib/errors.ts";
import { below } from "#core/lib/ids.ts";
import { adjacent, scattered, standing } from "./blocks.ts";

export type Wanted = { quantity: number; sectionId?: string | undefined; category?: string | undefined };

type Look = { event: Catalog.Event; index: Catalog.SeatIndex; wanted: Wanted; now: number };

/**
 * Looks for seats, reading one section after the other until one fits. `exclude` takes what was proven taken since, so that a stale
 * read is not believed twice. 422 for a section or category that the event does not have; undefined, with proof, where nothing fits.
 */
export const finder = (look: Look) => {
  const excluded = new Set<string>();
  const sections = candidates(look);
  return {
    find: async (tries: number): Promise<Catalog.PlanSeat[] | undefined> =>
      (await search(look, sections, tries, false, excluded)) ?? (await sure(look, sections, tries)),
    exclude: (seatIds: string[]): void => {
      for (const seatId of seatIds) excluded.add(seatId);
    },
  };
};

/** Before anybody is told that nothing is left, a consistent read has to say so, without what may have been released since. */
const sure = (look: Look, sections: Catalog.SeatIndexSection[], tries: number) =>
  search(look, sections, tries, true, new Set());

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

/** Sections read at the same time, once the first one had nothing. */
const AT_ONCE = 8;

/** Neighbours in the first section that has them; only where no section has any, seats as near as can be. */
const search = async (
  look: Look,
  sections: Catalog.SeatIndexSection[],
  tries: number,
  consistent: boolean,
  excluded: Set<string>,
): Promise<Catalog.PlanSeat[] | undefined> => {
  const { event, wanted, now } = look;
  let apart: Catalog.PlanSeat[] | undefined;
  for (let at = 0; at < sections.length; at += at === 0 ? 1 : AT_ONCE) {
    const read = sections.slice(at, at === 0 ? 1 : at + AT_ONCE).map(async (section) => {
      const taken = await Catalog.taken(event.eventId, section.sectionId, now, { consistent });
      return { section, free: (seatId: string) => !taken.has(seatId) && !excluded.has(seatId) };
    });
    for (const { section, free } of await Promise.all(read)) {
      const together =
        section.kind === "general"
          ? standing(section, wanted.quantity, free, below)
          : adjacent(section, wanted, free, tries, below);
      if (together) return together;
      if (section.kind === "seated") apart ??= scattered(section, wanted, free, below);
    }
  }
  return apart;
};
