/** The rules for a plan, and its index of seats. */
import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { Meta } from "#core/catalog/catalog.table.ts";
import { NewEvent } from "#core/catalog/index.ts";
import { faults, maxSeats, sections } from "#core/catalog/plan.ts";
import type { Plan } from "#core/catalog/plan-schema.ts";
import { index } from "#core/catalog/seat-index.ts";
import { block } from "#tests/support/stage.ts";

const prices = { Standard: 10_000 };
const general = (sectionId: string, more = {}) => ({
  sectionId,
  name: "Standing",
  capacity: 100,
  category: "Standard",
  ...more,
});
/** A plan of these zones. */
const zones = (...all: Plan["zones"]): Plan => ({ ...block(1, 1), zones: all });
const zone = (zone_id: string | undefined, name = "A", rows = 1, seats = 2): Plan["zones"][number] => {
  const made = (block(rows, seats, zone_id ?? name).zones[0] ?? {}) as Plan["zones"][number];
  const { zone_id: _, ...rest } = made;
  return { ...rest, name, ...(zone_id !== undefined && { zone_id }) };
};
/** With something changed deep inside. */
const changed = (change: (plan: ReturnType<typeof block>) => void): Plan => {
  const plan = block(2, 3);
  change(plan);
  return plan;
};
// biome-ignore lint/suspicious/noExplicitAny: a test breaks what the type forbids
const seat = (plan: any, row: number, n: number) => plan.zones[0].rows[row].seats[n];

test.each<[string, Parameters<typeof faults>[0], string[]]>([
  ["a sound plan has no fault", { plan: block(2, 3), prices }, []],
  ["general admission alone has none", { generalAdmission: [general("floor")], prices }, []],
  [
    "a plan and general admission together have none",
    { plan: block(2, 3), generalAdmission: [general("f")], prices },
    [],
  ],
  ["nothing to sell", { prices }, ["plan"]],
  [
    "two seats of one guid",
    { plan: changed((plan) => Object.assign(seat(plan, 1, 2), { seat_guid: "A-1-1" })), prices },
    ["plan.zones.0.rows.1.seats.2.seat_guid"],
  ],
  [
    "an unknown category, at each of its seats",
    {
      plan: changed((plan) => {
        seat(plan, 0, 0).category = "Gold";
        seat(plan, 1, 1).category = "constructor";
      }),
      prices,
    },
    ["plan.zones.0.rows.0.seats.0.category", "plan.zones.0.rows.1.seats.1.category"],
  ],
  ["a category without a price", { plan: block(1, 1), prices: {} }, ["plan.categories.0.name"]],
  [
    "a category by the name of a method has no price either",
    { plan: block(1, 1, "A", "toString"), prices: {} },
    ["plan.categories.0.name"],
  ],
  [
    "one category twice",
    { plan: changed((plan) => plan.categories.push({ name: "Standard", color: "#000" })), prices },
    ["plan.categories.1.name"],
  ],
  [
    "general admission without a price",
    { generalAdmission: [general("f", { category: "VIP" })], prices },
    ["generalAdmission.0.category"],
  ],
  ["no seats", { plan: zones(zone("A", "A", 0)), prices }, ["plan.zones"]],
  ["one zone_id twice", { plan: zones(zone("A"), { ...zone("B"), zone_id: "A" }), prices }, ["plan.zones.1.zone_id"]],
  [
    "two zones with one zone_id that a key cannot contain",
    { plan: zones(zone("가"), { ...zone("나"), zone_id: "가" }), prices },
    ["plan.zones.1.zone_id"],
  ],
  [
    "a general section with the id of a zone, also of a generated one",
    { plan: zones(zone("A"), zone(undefined, "B")), generalAdmission: [general("A"), general("zone-2")], prices },
    ["generalAdmission.0.sectionId", "generalAdmission.1.sectionId"],
  ],
  [
    "one general section twice",
    { generalAdmission: [general("f"), general("f")], prices },
    ["generalAdmission.1.sectionId"],
  ],
  [
    "a general place with the id of a seat of the plan",
    { plan: block(2, 3), generalAdmission: [general("A-2")], prices },
    ["generalAdmission.0.sectionId"],
  ],
  ["more seats than an event may have", { plan: block(401, 250), prices }, ["plan.zones"]],
  [
    "more places than an event may have",
    { plan: block(1, 1), generalAdmission: [general("f", { capacity: maxSeats })], prices },
    ["generalAdmission"],
  ],
  [
    "more sections than an event may have",
    { plan: zones(...Array.from({ length: 401 }, (_, n) => zone(`z${n}`))), prices },
    ["plan.zones"],
  ],
])("%s", (_, offer, paths) => {
  expect(faults(offer).map(({ path }) => path)).toEqual(paths);
});

test("every fault is listed, not only the first", () => {
  const plan = changed((plan) => {
    seat(plan, 0, 1).category = "Gold";
    seat(plan, 1, 0).seat_guid = "A-1-1";
    plan.categories.push({ name: "Silver", color: "#999" });
  });
  expect(faults({ plan, generalAdmission: [general("A")], prices })).toHaveLength(4);
});

test.each<[string, (plan: ReturnType<typeof block>) => void, string]>([
  ["no name", (plan) => Object.assign(plan, { name: undefined }), "plan.name"],
  ["a zone without a name", (plan) => Object.assign(plan.zones[0] ?? {}, { name: " " }), "plan.zones.0.name"],
  [
    "a category without a name",
    (plan) => Object.assign(plan.categories[0] ?? {}, { name: "" }),
    "plan.categories.0.name",
  ],
  ["rows that are no list", (plan) => Object.assign(plan.zones[0] ?? {}, { rows: {} }), "plan.zones.0.rows"],
  [
    "a seat that is no object",
    (plan) => plan.zones[0]?.rows[0]?.seats.splice(1, 1, 5 as never),
    "plan.zones.0.rows.0.seats.1",
  ],
  [
    "a seat_guid of digits",
    (plan) => Object.assign(seat(plan, 0, 0), { seat_guid: 12 }),
    "plan.zones.0.rows.0.seats.0.seat_guid",
  ],
  [
    "a control character",
    (plan) => Object.assign(seat(plan, 0, 0), { seat_guid: "A\u0000" }),
    "plan.zones.0.rows.0.seats.0.seat_guid",
  ],
  [
    "half a character",
    (plan) => Object.assign(seat(plan, 0, 0), { seat_guid: "A\ud800" }),
    "plan.zones.0.rows.0.seats.0.seat_guid",
  ],
  [
    "a position without y",
    (plan) => Object.assign(seat(plan, 1, 2), { position: { x: 1 } }),
    "plan.zones.0.rows.1.seats.2.position.y",
  ],
  [
    "a position that is too far away",
    (plan) => Object.assign(seat(plan, 1, 2), { position: { x: 1e300, y: 0 } }),
    "plan.zones.0.rows.1.seats.2.position.x",
  ],
  ["an infinite size", (plan) => Object.assign(plan.size, { width: Number.POSITIVE_INFINITY }), "plan.size.width"],
])("a plan with %s is refused with its path", (_, change, path) => {
  const event = {
    kind: "concert",
    title: "T",
    venue: "V",
    startsAt: "2030-01-01T00:00:00Z",
    salesOpenAt: "2029-01-01T00:00:00Z",
    prices,
    plan: changed(change),
  };
  const result = z.safeParse(NewEvent, event);
  expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});

test("zones with the same name are separate sections; a zone_id that cannot be a key is replaced by the zone's position", () => {
  const plan = zones(
    { ...zone(undefined, "Stage"), rows: [] },
    zone("left", "Balcony"),
    zone(undefined, "Balcony"),
    zone("2층 가운데", "Balcony"),
    zone("zone-3", "Trap"),
  );
  expect(
    sections({ plan, generalAdmission: [general("floor")] }).map(({ sectionId, name }) => [sectionId, name]),
  ).toEqual([
    ["left", "Balcony"],
    ["zone-zone-3", "Balcony"],
    ["zone-4", "Balcony"],
    ["zone-3", "Trap"],
    ["floor", "Standing"],
  ]);
});

const indexOf = (plan: Plan | undefined, generalAdmission: ReturnType<typeof general>[] = []) => {
  const categories = Object.fromEntries(generalAdmission.map(({ sectionId, category }) => [sectionId, category]));
  const meta = { sections: sections({ plan, generalAdmission }), general: categories } as Pick<
    Meta,
    "sections" | "general"
  >;
  return index(meta, plan);
};

test("the index knows every seat of the plan and every place of general admission, and nothing else", () => {
  const { seat, sections } = indexOf(block(2, 3), [general("floor"), general("floor-1", { category: "VIP" })]);
  expect(seat("A-2-3")).toEqual({ seatId: "A-2-3", sectionId: "A", row: "2", number: "3", category: "Standard" });
  expect(seat("floor-100")).toEqual({
    seatId: "floor-100",
    sectionId: "floor",
    row: null,
    number: null,
    category: "Standard",
  });
  expect(seat("floor-1-7")).toMatchObject({ sectionId: "floor-1", category: "VIP" });
  for (const unknown of [
    "A-3-1",
    "floor-0",
    "floor-101",
    "floor-01",
    "floor-",
    "floor-1e1",
    "floor--1",
    "constructor",
    "",
  ])
    expect(seat(unknown), unknown).toBeUndefined();
  expect([...sections.keys()]).toEqual(["A", "floor", "floor-1"]);
});

test("an aisle splits a row into runs of neighbours", () => {
  const plan = changed((plan) => {
    seat(plan, 0, 2).position = { x: 55, y: 0 };
  });
  const rows = indexOf(plan).sections.get("A")?.rows ?? [];
  expect(rows.map((runs) => runs.map((run) => run.map(({ number }) => number)))).toEqual([
    [["1", "2"], ["3"]],
    [["1", "2", "3"]],
  ]);
});
