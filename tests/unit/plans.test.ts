/** The project's own plans: valid, in real proportions, without overlaps. */
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { faults, seatedZones } from "#core/catalog/plan.ts";
import { Plan } from "#core/catalog/plan-schema.ts";
import { index } from "#core/catalog/seat-index.ts";
import * as A320 from "#ops/seed/plans/a320.ts";
import * as Arena from "#ops/seed/plans/arena.ts";
import * as Attic from "#ops/seed/plans/attic.ts";
import * as Club from "#ops/seed/plans/club.ts";
import * as Theatre from "#ops/seed/plans/theatre.ts";

const halls = { Arena, Theatre, A320, Attic };
type Point = { x: number; y: number };

const positions = (plan: Plan): Point[] =>
  plan.zones.flatMap((zone) =>
    (zone.rows ?? []).flatMap((row) =>
      row.seats.map((seat) => ({
        x: zone.position.x + (row.position?.x ?? 0) + seat.position.x,
        y: zone.position.y + (row.position?.y ?? 0) + seat.position.y,
      })),
    ),
  );

/** The smallest distance between two points, by a grid. */
const closest = (points: Point[]): number => {
  const cells = new Map<string, Point[]>();
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const [cx, cy] = [Math.floor(point.x / 40), Math.floor(point.y / 40)];
    for (let x = cx - 1; x <= cx + 1; x++)
      for (let y = cy - 1; y <= cy + 1; y++)
        for (const other of cells.get(`${x},${y}`) ?? [])
          least = Math.min(least, Math.hypot(point.x - other.x, point.y - other.y));
    cells.set(`${cx},${cy}`, [...(cells.get(`${cx},${cy}`) ?? []), point]);
  }
  return least;
};

/** WCAG's contrast of a colour with white. */
const contrast = (color: string): number => {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 1.05 / (0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) + 0.05);
};

describe.each(Object.entries(halls))("%s", (_, hall) => {
  const { plan } = hall;
  const prices: Record<string, number> = hall.prices;

  test("is a plan that can be sold", () => {
    expect(z.safeParse(Plan, plan).error).toBeUndefined();
    const generalAdmission = "generalAdmission" in hall ? hall.generalAdmission : undefined;
    expect(faults({ plan, generalAdmission, prices })).toEqual([]);
  });

  test("has seats at least a seat's width (44 cm) apart, and all within its size", () => {
    const points = positions(plan);
    expect(closest(points)).toBeGreaterThan(22);
    for (const { x, y } of points) {
      expect(x > 0 && x < plan.size.width && y > 0 && y < plan.size.height).toBe(true);
    }
  });

  test("has categories with distinct colours, each readable on white", () => {
    expect(new Set(plan.categories.map(({ color }) => color)).size).toBe(plan.categories.length);
    for (const { color } of plan.categories) expect(contrast(color), color).toBeGreaterThan(4.5);
  });
});

const seats = (plan: Plan): number => seatedZones(plan).reduce((sum, { capacity }) => sum + capacity, 0);

test("the halls have their intended sizes", () => {
  const standing = Arena.generalAdmission.reduce((sum, { capacity }) => sum + capacity, 0);
  expect(seats(Arena.plan)).toBeGreaterThan(14_000);
  expect(seats(Arena.plan) + standing).toBeLessThan(16_000);
  expect(seats(Theatre.plan)).toBeGreaterThan(1_050);
  expect(seats(Theatre.plan)).toBeLessThan(1_150);
  expect(seats(A320.plan)).toBe(180);
  expect(faults(Club)).toEqual([]);
});

test("the arena's standing area is drawn where its places are sold", () => {
  const names = Arena.plan.zones.flatMap(({ areas }) => (areas ?? []).map(({ text }) => text?.text));
  for (const { name } of Arena.generalAdmission) expect(names).toContain(name);
});

test("an A320's row is ABC, aisle, DEF", () => {
  const sections = seatedZones(A320.plan).map(({ sectionId, zone, capacity }) => ({
    sectionId,
    name: zone.name,
    kind: "seated" as const,
    capacity,
  }));
  const rows = index({ sections, general: {} }, A320.plan).sections.get("cabin")?.rows ?? [];
  expect(rows).toHaveLength(30);
  for (const row of rows) expect(row.map((run) => run.map(({ number }) => number).join(""))).toEqual(["ABC", "DEF"]);
});
