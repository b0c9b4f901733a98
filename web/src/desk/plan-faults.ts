/** Finds faults in a plan before it is sent, with the API's own paths, so that the picture can show them. Pure. */
import { d } from "../i18n/desk.ts";
import type { Plan } from "../map/model.ts";

export type Fault = { path: string; message: string };

const maxSeats = 100_000;

/** Undefined if this is not a plan. The API reports faults of the format. */
export const parse = (text: string): Plan | undefined => {
  try {
    const plan = JSON.parse(text) as Plan;
    const fits =
      Array.isArray(plan.zones) &&
      Array.isArray(plan.categories) &&
      typeof plan.size?.width === "number" &&
      plan.zones.every(
        ({ position, rows }) =>
          position && (rows ?? []).every(({ seats }) => Array.isArray(seats) && seats.every((seat) => seat.position)),
      );
    return fits ? plan : undefined;
  } catch {
    return undefined;
  }
};

export const faultsOf = (plan: Plan): Fault[] => {
  const words = d.new.kinds;
  const categories = new Set(plan.categories.map(({ name }) => name));
  const seen = new Set<string>();
  const found: Fault[] = [];
  let seats = 0;
  for (const [z, zone] of plan.zones.entries())
    for (const [r, row] of (zone.rows ?? []).entries())
      for (const [s, seat] of row.seats.entries()) {
        const path = `plan.zones.${z}.rows.${r}.seats.${s}`;
        seats++;
        if (seen.has(seat.seat_guid))
          found.push({ path: `${path}.seat_guid`, message: words.duplicate(seat.seat_guid) });
        seen.add(seat.seat_guid);
        if (!categories.has(seat.category))
          found.push({ path: `${path}.category`, message: words.category(seat.category) });
      }
  if (seats === 0) found.push({ path: "plan.zones", message: words.empty });
  if (seats > maxSeats) found.push({ path: "plan.zones", message: words.many(seats) });
  return found;
};

/** The seat (index in the model's order) that a fault's path names; undefined if it names something else. */
export const seatOf = (plan: Plan, path: string): number | undefined => {
  const [, zone, row, seat] = /^plan\.zones\.(\d+)\.rows\.(\d+)\.seats\.(\d+)/.exec(path) ?? [];
  if (seat === undefined) return undefined;
  let index = 0;
  for (const [z, { rows = [] }] of plan.zones.entries())
    for (const [r, { seats }] of rows.entries()) {
      if (z === Number(zone) && r === Number(row)) return index + Number(seat);
      index += seats.length;
    }
  return undefined;
};
