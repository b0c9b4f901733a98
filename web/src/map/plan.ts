/** The plan as the map needs it: seats in flat arrays, sections with their outlines. Positions add up: zone + row + seat. */
import type { Event } from "../../../client/shapes.ts";

export type Point = { x: number; y: number };
type PlanSeat = { seat_guid: string; seat_number: string; position: Point; category: string };
type PlanRow = { row_number: string; position?: Point; seats: PlanSeat[] };
export type PlanArea = {
  shape?: string;
  color?: string | null;
  position?: Point;
  rotation?: number | null;
  rectangle?: { width: number; height: number } | null;
  circle?: { radius: number } | null;
  ellipse?: { radius: Point } | null;
  polygon?: { points: Point[] } | null;
  text?: { text?: string | null; position?: Point | null; color?: string; size?: number } | null;
};
type PlanZone = { name: string; zone_id?: string; position: Point; rows?: PlanRow[]; areas?: PlanArea[] };
export type Plan = {
  name: string;
  size: { width: number; height: number };
  categories: { name: string; color: string }[];
  zones: PlanZone[];
};

export type Box = { left: number; top: number; right: number; bottom: number };

export type Row = Box & {
  label: string;
  /** Seats from..to (exclusive), in the plan's order. */
  from: number;
  to: number;
};

export type Section = Box & {
  sectionId: string;
  name: string;
  rows: Row[];
  from: number;
  to: number;
  /** Around the seats, x and y by turns. */
  outline: number[];
  /** The category of most of its seats. */
  category: number;
  centre: Point;
};

export type Area = PlanArea & { at: Point };

export type Model = {
  plan: Plan;
  sections: Section[];
  areas: Area[];
  categories: { name: string; color: string }[];
  /** By seat. */
  ids: string[];
  numbers: string[];
  x: Float32Array;
  y: Float32Array;
  category: Uint16Array;
  sectionOf: Uint16Array;
  rowOf: Uint32Array;
  rows: Row[];
  bySeatId: Map<string, number>;
  /** The usual distance between neighbours. */
  step: number;
  bounds: Box;
};

const add = (...points: (Point | null | undefined)[]): Point =>
  points.reduce<Point>((sum, point) => ({ x: sum.x + (point?.x ?? 0), y: sum.y + (point?.y ?? 0) }), { x: 0, y: 0 });

const boxOf = (model: Pick<Model, "x" | "y">, from: number, to: number): Box => {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let seat = from; seat < to; seat++) {
    const x = model.x[seat] ?? 0;
    const y = model.y[seat] ?? 0;
    if (x < box.left) box.left = x;
    if (x > box.right) box.right = x;
    if (y < box.top) box.top = y;
    if (y > box.bottom) box.bottom = y;
  }
  return box;
};

/** Around several boxes; nothing, if there are none. */
const around = (boxes: Box[]): Box => ({
  left: Math.min(...boxes.map(({ left }) => left)),
  top: Math.min(...boxes.map(({ top }) => top)),
  right: Math.max(...boxes.map(({ right }) => right)),
  bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
});

/** A zone's section id, as the API makes it: `zone_id` where it can stand in a path, else one by position. */
const sectionIdOf = (zone: PlanZone, index: number): string =>
  /^[A-Za-z0-9._-]{1,64}$/.test(zone.zone_id ?? "") ? (zone.zone_id ?? "") : `zone-${index + 1}`;

/** Along the first row, down the rows' ends, back along the last row, up their beginnings: follows curves as the seats do. */
const outlineOf = (model: Pick<Model, "x" | "y">, rows: Row[]): number[] => {
  const points: number[] = [];
  const push = (seat: number) => points.push(model.x[seat] ?? 0, model.y[seat] ?? 0);
  const along = ({ from, to }: Row, backwards: boolean) => {
    const pieces = Math.min(to - from - 1, 12);
    for (let piece = 0; piece <= pieces; piece++) {
      const share = pieces === 0 ? 0 : (backwards ? pieces - piece : piece) / pieces;
      push(from + Math.round(share * (to - from - 1)));
    }
  };
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return points;
  along(first, false);
  for (const row of rows.slice(1, -1)) push(row.to - 1);
  if (rows.length > 1) along(last, true);
  for (const row of rows.slice(1, -1).reverse()) push(row.from);
  return points;
};

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

/** The box of an area, without its rotation. */
export const areaBox = (area: Area): Box => {
  const { x, y } = area.at;
  const reaching = (rx: number, ry: number) => ({ left: x - rx, top: y - ry, right: x + rx, bottom: y + ry });
  if (area.rectangle) return { left: x, top: y, right: x + area.rectangle.width, bottom: y + area.rectangle.height };
  if (area.circle) return reaching(area.circle.radius, area.circle.radius);
  if (area.ellipse) return reaching(area.ellipse.radius.x, area.ellipse.radius.y);
  const points = area.polygon?.points ?? [];
  if (points.length === 0) return reaching(0, 0);
  const [xs, ys] = [points.map((point) => x + point.x), points.map((point) => y + point.y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
};

export const distance = (model: Pick<Model, "x" | "y">, a: number, b: number): number =>
  Math.hypot((model.x[a] ?? 0) - (model.x[b] ?? 0), (model.y[a] ?? 0) - (model.y[b] ?? 0));

/** The areas of general admission: those with its name. */
export const standing = (model: Model, event: Event): { sectionId: string; name: string; area: Area }[] =>
  event.sections.flatMap(({ sectionId, name, kind }) => {
    const area = kind === "general" ? model.areas.find(({ text }) => text?.text?.trim() === name) : undefined;
    return area ? [{ sectionId, name, area }] : [];
  });
