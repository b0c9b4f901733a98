/** Reads a plan. Positions add up: zone + row + seat. */
import type { Event } from "../../../client/shapes.ts";
import { areaBox, around, boxOf, distance, outlineOf } from "./geometry.ts";
import type { Area, Box, Model, Plan, PlanZone, Point, Row, Section } from "./model.ts";

const add = (...points: (Point | null | undefined)[]): Point =>
  points.reduce<Point>((sum, point) => ({ x: sum.x + (point?.x ?? 0), y: sum.y + (point?.y ?? 0) }), { x: 0, y: 0 });

/** A zone's section id, as the API makes it: its `zone_id` if a path can contain it, otherwise an id by position. */
const sectionIdOf = (zone: PlanZone, index: number): string =>
  /^[A-Za-z0-9._-]{1,64}$/.test(zone.zone_id ?? "") ? (zone.zone_id ?? "") : `zone-${index + 1}`;

const usual = (steps: number[]): number => steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 20;

/**
 * Reads a plan. Rows may come in any order; sections without seats are areas only. It pauses after each zone, so that a slow phone
 * can answer in between.
 */
export function* reading(plan: Plan): Generator<undefined, Model> {
  const total = plan.zones.reduce(
    (sum, zone) => sum + (zone.rows ?? []).reduce((n, row) => n + row.seats.length, 0),
    0,
  );
  const model: Model = {
    plan,
    sections: [],
    areas: plan.zones.flatMap((zone) =>
      (zone.areas ?? []).map((area) => ({ ...area, at: add(zone.position, area.position) })),
    ),
    categories: plan.categories,
    ids: new Array(total),
    numbers: new Array(total),
    x: new Float32Array(total),
    y: new Float32Array(total),
    category: new Uint16Array(total),
    sectionOf: new Uint16Array(total),
    rowOf: new Uint32Array(total),
    rows: [],
    bySeatId: new Map(),
    step: 20,
    bounds: { left: 0, top: 0, right: plan.size.width, bottom: plan.size.height },
  };
  const categories = new Map(plan.categories.map(({ name }, index) => [name, index]));
  const steps: number[] = [];
  let seat = 0;
  for (const [index, zone] of plan.zones.entries()) {
    const from = seat;
    const rows: Row[] = [];
    for (const row of zone.rows ?? []) {
      if (row.seats.length === 0) continue;
      const start = seat;
      for (const one of row.seats) {
        model.ids[seat] = one.seat_guid;
        model.numbers[seat] = one.seat_number;
        model.x[seat] = zone.position.x + (row.position?.x ?? 0) + one.position.x;
        model.y[seat] = zone.position.y + (row.position?.y ?? 0) + one.position.y;
        model.category[seat] = categories.get(one.category) ?? 0;
        model.sectionOf[seat] = model.sections.length;
        model.rowOf[seat] = model.rows.length;
        model.bySeatId.set(one.seat_guid, seat);
        if (seat > start && steps.length < 4_000) steps.push(distance(model, seat, seat - 1));
        seat++;
      }
      const made = { label: row.row_number, from: start, to: seat, ...boxOf(model, start, seat) };
      rows.push(made);
      model.rows.push(made);
    }
    if (seat > from) model.sections.push(sectionOf(model, zone, index, rows, from, seat));
    yield;
  }
  model.step = usual(steps);
  model.bounds = boundsOf(model);
  return model;
}

/** Reads a plan in one go. */
export const read = (plan: Plan): Model => {
  const steps = reading(plan);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
};

const sectionOf = (model: Model, zone: PlanZone, index: number, rows: Row[], from: number, to: number): Section => {
  const counts = new Map<number, number>();
  for (let seat = from; seat < to; seat++)
    counts.set(model.category[seat] ?? 0, (counts.get(model.category[seat] ?? 0) ?? 0) + 1);
  const category = [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
  const middle = rows[Math.floor(rows.length / 2)];
  const seat = middle ? Math.floor((middle.from + middle.to - 1) / 2) : from;
  return {
    sectionId: sectionIdOf(zone, index),
    name: zone.name,
    rows,
    from,
    to,
    category,
    outline: outlineOf(model, rows),
    centre: { x: model.x[seat] ?? 0, y: model.y[seat] ?? 0 },
    ...around(rows),
  };
};

const boundsOf = (model: Model): Box => {
  const all = around(model.sections);
  const { width, height } = model.plan.size;
  if (model.ids.length === 0) return { left: 0, top: 0, right: width, bottom: height };
  const edge = model.step;
  const sizes = model.areas.map((area) => areaBox(area));
  return [all, ...sizes].reduce(
    (box, { left, top, right, bottom }) => ({
      left: Math.min(box.left, left - edge),
      top: Math.min(box.top, top - edge),
      right: Math.max(box.right, right + edge),
      bottom: Math.max(box.bottom, bottom + edge),
    }),
    all,
  );
};

/** The areas of general admission: those with its name. */
export const standing = (model: Model, event: Event): { sectionId: string; name: string; area: Area }[] =>
  event.sections.flatMap(({ sectionId, name, kind }) => {
    const area = kind === "general" ? model.areas.find(({ text }) => text?.text?.trim() === name) : undefined;
    return area ? [{ sectionId, name, area }] : [];
  });
