/** What reads did not find a moment ago: it saves reading full sections for each pick late in a sale, and proves nothing. */

/** ms that a section is passed over. A seat that comes back meanwhile waits that long for a pick, unless no other is left. */
const BELIEVED = 1_000;
const MOST = 5_000;

/** A section of an event, one of its categories or all, and whether neighbours are meant or seats at all. */
export type Place = { eventId: string; sectionId: string; category: string | undefined; kind: "adjacent" | "any" };

const lacks = new Map<string, { quantity: number; at: number }>();

const key = ({ eventId, sectionId, category, kind }: Place) => JSON.stringify([eventId, sectionId, category, kind]);

/** Whether so many seats were not there a moment before `now` (epoch ms). */
export const lacking = (place: Place, quantity: number, now: number): boolean => {
  const lack = lacks.get(key(place));
  return lack !== undefined && lack.quantity <= quantity && lack.at <= now && now - lack.at < BELIEVED;
};

export const note = (place: Place, quantity: number, now: number): void => {
  if (lacking(place, quantity, now)) return; // one that asked for fewer says more
  if (lacks.size >= MOST) lacks.clear();
  lacks.set(key(place), { quantity, at: now });
};
