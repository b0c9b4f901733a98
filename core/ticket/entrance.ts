/** How many are in. It is counted from the seats, whose marks change with each check-in. */
import * as Catalog from "#core/catalog/index.ts";
import { iso } from "#core/lib/clock.ts";
import * as Order from "#core/order/index.ts";
import type { Entrance } from "./schema.ts";

type Count = { in: number; expected: number };

/** The event's counts and those of its sections, read at most two seconds ago. 404 `event.not_found`. */
export const entrance = async (eventId: string, now: number): Promise<Entrance> => {
  const [event, { sections: counted, asOf }] = await Promise.all([
    Catalog.event(eventId, now),
    Order.pass(eventId, now),
  ]);
  const sections = event.sections.map(({ sectionId, name }) => {
    const { entered, sold } = counted.get(sectionId) ?? { entered: 0, sold: 0 };
    return { sectionId, name, in: entered, expected: sold };
  });
  const sum = (of: keyof Count) => sections.reduce((total, section) => total + section[of], 0);
  return { in: sum("in"), expected: sum("expected"), sections, asOf: iso(asOf) };
};
