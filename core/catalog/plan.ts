/** The rules of a seating plan, and its sections: pure functions of the organiser's input. */
import type { Fault } from "#core/lib/errors.ts";
import type { Plan } from "./plan-schema.ts";
import type { NewEvent, Section } from "./schema.ts";

/** Seats of an event, including general admission. */
export const maxSeats = 100_000;
/** Limited, because the sections are in the event's single item and in every answer about it. */
export const maxSections = 400;

type Zone = Plan["zones"][number];
type Offer = Pick<NewEvent, "plan" | "generalAdmission" | "prices">;

/** The zones with seats, each with its section id: its `zone_id` if that can be part of keys and paths, else an id from its position. */
export const seatedZones = (plan: Plan): { sectionId: string; zone: Zone; index: number; capacity: number }[] => {
  const seated = plan.zones
    .map((zone, index) => ({ zone, index, capacity: seatsOf(zone) }))
    .filter(({ capacity }) => capacity > 0);
  const given = new Set(seated.map(({ zone }) => zone.zone_id));
  return seated.map((entry) => ({ ...entry, sectionId: sectionIdOf(entry.zone, entry.index, given) }));
};

const seatsOf = (zone: Zone): number => (zone.rows ?? []).reduce((sum, row) => sum + row.seats.length, 0);

const sectionIdOf = (zone: Zone, index: number, given: Set<string | undefined>): string => {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(zone.zone_id ?? "")) return zone.zone_id ?? "";
  let made = `zone-${index + 1}`;
  while (given.has(made)) made = `zone-${made}`;
  return made;
};

/** An event's sections: the plan's zones with seats, then general admission. */
export const sections = ({ plan, generalAdmission = [] }: Pick<Offer, "plan" | "generalAdmission">): Section[] => [
  ...(plan ? seatedZones(plan) : []).map(({ sectionId, zone, capacity }) => ({
    sectionId,
    name: zone.name,
    kind: "seated" as const,
    capacity,
  })),
  ...generalAdmission.map(({ sectionId, name, capacity }) => ({ sectionId, name, kind: "general" as const, capacity })),
];

/** The faults in an offer, one entry each. Empty if it can be sold. */
export const faults = (offer: Offer): Fault[] => {
  const { plan, generalAdmission } = offer;
  if (!plan && !generalAdmission)
    return [{ path: "plan", message: "is missing, and generalAdmission is missing too; one of them is needed" }];
  return [
    ...(plan ? [...categoryFaults(plan, offer.prices), ...seatFaults(plan)] : []),
    ...generalFaults(offer),
    ...sectionFaults(offer),
    ...sizeFaults(offer),
  ];
};

const unpriced = (prices: Record<string, number>, category: string) => !Object.hasOwn(prices, category);

const categoryFaults = (plan: Plan, prices: Record<string, number>): Fault[] =>
  plan.categories.flatMap(({ name }, index) => {
    const path = `plan.categories.${index}.name`;
    const first = plan.categories.findIndex((category) => category.name === name);
    if (first < index) return [{ path, message: `is already the name of plan.categories.${first}` }];
    return unpriced(prices, name) ? [{ path, message: "has no price" }] : [];
  });

const seatFaults = (plan: Plan): Fault[] => {
  const categories = new Set(plan.categories.map(({ name }) => name));
  const known = new Map<string, string>();
  const found: Fault[] = [];
  for (const [path, seat] of eachSeat(plan)) {
    const first = known.get(seat.seat_guid);
    if (first) found.push({ path: `${path}.seat_guid`, message: `is already the seat_guid of ${first}` });
    else known.set(seat.seat_guid, path);
    if (!categories.has(seat.category))
      found.push({ path: `${path}.category`, message: "is not a category of the plan" });
  }
  return found;
};

function* eachSeat(plan: Plan) {
  for (const [z, zone] of plan.zones.entries())
    for (const [r, row] of (zone.rows ?? []).entries())
      for (const [s, seat] of row.seats.entries()) yield [`plan.zones.${z}.rows.${r}.seats.${s}`, seat] as const;
}

const generalFaults = ({ plan, generalAdmission = [], prices }: Offer): Fault[] => {
  const guids = plan && generalAdmission.length > 0 ? [...eachSeat(plan)].map(([, seat]) => seat.seat_guid) : [];
  return generalAdmission.flatMap(({ sectionId, capacity, category }, index) => {
    const path = `generalAdmission.${index}`;
    const clash = guids.find((guid) => (generalNumber(guid, sectionId) ?? Number.POSITIVE_INFINITY) <= capacity);
    return [
      ...(unpriced(prices, category) ? [{ path: `${path}.category`, message: "has no price" }] : []),
      ...(clash
        ? [{ path: `${path}.sectionId`, message: `gives a place the same id as the plan's seat ${clash}` }]
        : []),
    ];
  });
};

/** The n of general admission's `<sectionId>-<n>`, or undefined for any other id. */
export const generalNumber = (seatId: string, sectionId: string): number | undefined => {
  if (!seatId.startsWith(`${sectionId}-`)) return undefined;
  const digits = seatId.slice(sectionId.length + 1);
  return /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : undefined;
};

const sectionFaults = ({ plan, generalAdmission = [] }: Offer): Fault[] => {
  const zones = plan ? seatedZones(plan) : [];
  const named = [
    ...zones.flatMap(({ zone, sectionId, index }) =>
      [...new Set([zone.zone_id ?? sectionId, sectionId])].map((id) => ({ id, path: `plan.zones.${index}.zone_id` })),
    ),
    ...generalAdmission.map(({ sectionId }, index) => ({ id: sectionId, path: `generalAdmission.${index}.sectionId` })),
  ];
  const first = new Map<string, string>();
  return named.flatMap(({ id, path }) => {
    const other = first.get(id);
    if (other) return [{ path, message: `is already the section of ${other}` }];
    first.set(id, path);
    return [];
  });
};

const sizeFaults = ({ plan, generalAdmission = [] }: Offer): Fault[] => {
  const all = sections({ plan, generalAdmission });
  const seated = all.filter(({ kind }) => kind === "seated").reduce((sum, { capacity }) => sum + capacity, 0);
  const places = generalAdmission.reduce((sum, { capacity }) => sum + capacity, 0);
  const found: Fault[] = [];
  if (plan && seated === 0) found.push({ path: "plan.zones", message: "have no seats" });
  if (seated > maxSeats)
    found.push({ path: "plan.zones", message: `have ${seated} seats; at most ${maxSeats} are allowed` });
  else if (seated + places > maxSeats)
    found.push({
      path: "generalAdmission",
      message: `makes ${seated + places} places; at most ${maxSeats} are allowed`,
    });
  if (all.length > maxSections)
    found.push({
      path: plan ? "plan.zones" : "generalAdmission",
      message: `make ${all.length} sections; at most ${maxSections} are allowed`,
    });
  return found;
};
