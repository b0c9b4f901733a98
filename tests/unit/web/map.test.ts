/** The seat map's index of a plan, and its alternatives for a taken seat. */
import { expect, test } from "vitest";
import { seatedZones } from "#core/catalog/plan.ts";
import * as Arena from "#ops/seed/plans/arena.ts";
import { alternatives, seatAt, sectionAt, towards } from "../../../web/src/map/find.ts";
import type { Plan } from "../../../web/src/map/model.ts";
import { read } from "../../../web/src/map/plan.ts";
import { between, toScreen, toWorld, fit as whole, zoomAt } from "../../../web/src/map/view.ts";

const row = (y: number, from: number, count: number) => ({
  row_number: String(y),
  position: { x: 0, y: y * 40 },
  seats: Array.from({ length: count }, (_, n) => ({
    seat_guid: `${y}-${from + n}`,
    seat_number: String(from + n),
    position: { x: (from + n) * 25, y: 0 },
    category: "A",
  })),
});

const plan: Plan = {
  name: "Test",
  size: { width: 400, height: 200 },
  categories: [{ name: "A", color: "#ff0000" }],
  zones: [{ name: "Block", zone_id: "block", position: { x: 10, y: 20 }, rows: [row(1, 1, 6), row(2, 1, 6)] }],
};

const seat = (model: ReturnType<typeof read>, id: string) => model.bySeatId.get(id) ?? -1;

test("positions add up: zone, row and seat", () => {
  const model = read(plan);
  const at = seat(model, "2-3");
  expect([model.x[at], model.y[at]]).toEqual([10 + 75, 20 + 80]);
});

test("the map has the arena's sections with the API's names, and every seat", () => {
  const given = Arena.plan;
  const model = read(given as unknown as Plan);
  const zones = seatedZones(given);
  expect(model.sections.map(({ sectionId }) => sectionId)).toEqual(zones.map(({ sectionId }) => sectionId));
  expect(model.bySeatId.size).toBe(zones.reduce((sum, { capacity }) => sum + capacity, 0));
});

test("every section is found at its own middle", () => {
  const model = read(Arena.plan as unknown as Plan);
  for (const [index, { centre }] of model.sections.entries()) expect(sectionAt(model, centre)).toBe(index);
});

test("a tap finds the nearest seat within reach, and no other", () => {
  const model = read(plan);
  expect(seatAt(model, { x: 10 + 52, y: 60 }, 15)).toBe(seat(model, "1-2"));
  expect(seatAt(model, { x: 10 + 52, y: 180 }, 15)).toBeUndefined();
});

test("the nearest alternatives are free neighbours, share no seat, and never span a gap", () => {
  const model = read(plan);
  const states = new Uint8Array(model.ids.length);
  states[seat(model, "1-3")] = 1;
  const found = alternatives(model, states, [seat(model, "1-3"), seat(model, "1-4")]);
  const names = found.map((seats) => seats.map((one) => model.ids[one]));
  expect(names[0]).toEqual(["1-4", "1-5"]);
  expect(new Set(names.flat()).size).toBe(names.flat().length);
  expect(names.flat()).not.toContain("1-3");
  for (const seats of found) expect(seats[1]).toBe((seats[0] ?? 0) + 1);
});

test("no alternative is offered if nothing is free", () => {
  const model = read(plan);
  expect(alternatives(model, new Uint8Array(model.ids.length).fill(2), [0])).toEqual([]);
});

test("an arrow key selects the nearest seat in its direction", () => {
  const points: [number, { x: number; y: number }][] = [
    [1, { x: 10, y: 0 }],
    [2, { x: 30, y: 1 }],
    [3, { x: 0, y: 20 }],
    [4, { x: -5, y: 0 }],
  ];
  expect(towards({ x: 0, y: 0 }, "ArrowRight", points)).toBe(1);
  expect(towards({ x: 0, y: 0 }, "ArrowDown", points)).toBe(3);
  expect(towards({ x: 0, y: 0 }, "ArrowLeft", points)).toBe(4);
  expect(towards({ x: 0, y: 0 }, "ArrowUp", points)).toBeUndefined();
});

test("zooming keeps the point under the finger in its place, and an animation ends at its target", () => {
  const size = { width: 300, height: 200 };
  const view = whole({ left: 0, top: 0, right: 1000, bottom: 500 }, size);
  const finger = { x: 70, y: 120 };
  const zoomed = zoomAt(view, finger, 3, { least: 0.01, most: 10 });
  const under = toScreen(zoomed, toWorld(view, finger));
  expect(under.x).toBeCloseTo(finger.x);
  expect(under.y).toBeCloseTo(finger.y);
  const end = between(view, zoomed, 1, size);
  expect(end.x).toBeCloseTo(zoomed.x);
  expect(end.scale).toBeCloseTo(zoomed.scale);
});
