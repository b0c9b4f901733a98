/** Finds what is under a pointer, next to the cursor, or near a lost seat. Pure functions. */

import { distance } from "./geometry.ts";
import type { Box, Model, Point } from "./model.ts";
import { FREE } from "./scene.ts";

const inside = ({ x, y }: Point, box: Box, edge: number) =>
  x >= box.left - edge && x <= box.right + edge && y >= box.top - edge && y <= box.bottom + edge;

/** The seat nearest to a point of the world, within `reach`. */
export const seatAt = (model: Model, point: Point, reach: number): number | undefined => {
  let [best, least] = [-1, reach];
  for (const section of model.sections) {
    if (!inside(point, section, reach)) continue;
    for (let seat = section.from; seat < section.to; seat++) {
      const away = Math.hypot((model.x[seat] ?? 0) - point.x, (model.y[seat] ?? 0) - point.y);
      if (away < least) [best, least] = [seat, away];
    }
  }
  return best < 0 ? undefined : best;
};

const crosses = (outline: number[], { x, y }: Point): boolean => {
  let odd = false;
  for (let at = 0, before = outline.length - 2; at < outline.length; before = at, at += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = [outline[at], outline[at + 1], outline[before], outline[before + 1]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
};

/** The section whose outline holds a point, or the one with a seat close to it. */
export const sectionAt = (model: Model, point: Point): number | undefined => {
  const found = model.sections.findIndex((section) => inside(point, section, 0) && crosses(section.outline, point));
  if (found >= 0) return found;
  const seat = seatAt(model, point, model.step * 1.5);
  return seat === undefined ? undefined : model.sectionOf[seat];
};

export type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";
const along: Record<Direction, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The nearest of `points` in a direction from `from`. A sideways distance counts more. */
export const towards = (from: Point, direction: Direction, points: Iterable<[number, Point]>): number | undefined => {
  const { x: dx, y: dy } = along[direction];
  let [best, least]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const [name, point] of points) {
    const [x, y] = [point.x - from.x, point.y - from.y];
    const [ahead, aside] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
    if (ahead <= 0.01 || aside > ahead * 2.5) continue;
    const far = ahead + aside * 1.6;
    if (far < least) [best, least] = [name, far];
  }
  return best;
};

/** The section whose middle is nearest to a point. */
export const nearestSection = (model: Model, to: Point): number | undefined =>
  model.sections
    .map(({ centre }, index) => ({ index, far: Math.hypot(centre.x - to.x, centre.y - to.y) }))
    .toSorted((a, b) => a.far - b.far)[0]?.index;

/** Seats within reach of a key: a few steps around. */
export const seatsAround = function* (model: Model, { x, y }: Point): Generator<[number, Point]> {
  const reach = model.step * 12;
  for (const section of model.sections) {
    if (x < section.left - reach || x > section.right + reach || y < section.top - reach || y > section.bottom + reach)
      continue;
    for (let seat = section.from; seat < section.to; seat++) {
      const [sx, sy] = [model.x[seat] ?? 0, model.y[seat] ?? 0];
      if (Math.abs(sx - x) < reach && Math.abs(sy - y) < reach) yield [seat, { x: sx, y: sy }];
    }
  }
};

/** Every set of `count` free neighbours in the seat's row and in the other rows of its section. */
const blocks = function* (model: Model, states: Uint8Array, section: number, count: number, category: number) {
  for (const row of model.sections[section]?.rows ?? [])
    for (let first = row.from; first + count <= row.to; first++) {
      let fits = true;
      for (let seat = first; fits && seat < first + count; seat++)
        fits =
          states[seat] === FREE &&
          model.category[seat] === category &&
          (seat === first || distance(model, seat, seat - 1) <= model.step * 1.6);
      if (fits) yield Array.from({ length: count }, (_, n) => first + n);
    }
};

/**
 * Up to `most` sets of as many neighbouring free seats of the same price as were wanted, nearest first, none sharing a seat;
 * in the same section, or in the nearest one that has some.
 */
export const alternatives = (model: Model, states: Uint8Array, wanted: number[], most = 3): number[][] => {
  const [first] = wanted;
  if (first === undefined) return [];
  const centre = {
    x: mean(wanted.map((seat) => model.x[seat] ?? 0)),
    y: mean(wanted.map((seat) => model.y[seat] ?? 0)),
  };
  const away = (seats: number[]) =>
    Math.hypot(
      mean(seats.map((seat) => model.x[seat] ?? 0)) - centre.x,
      mean(seats.map((seat) => model.y[seat] ?? 0)) - centre.y,
    );
  const sections = model.sections
    .map((section, index) => ({ index, far: Math.hypot(section.centre.x - centre.x, section.centre.y - centre.y) }))
    .toSorted((a, b) =>
      a.index === model.sectionOf[first] ? -1 : b.index === model.sectionOf[first] ? 1 : a.far - b.far,
    );
  for (const { index } of sections) {
    const found = [...blocks(model, states, index, wanted.length, model.category[first] ?? 0)].toSorted(
      (a, b) => away(a) - away(b),
    );
    const chosen: number[][] = [];
    const used = new Set<number>();
    for (const seats of found) {
      if (seats.some((seat) => used.has(seat))) continue;
      chosen.push(seats);
      for (const seat of seats) used.add(seat);
      if (chosen.length === most) break;
    }
    if (chosen.length > 0) return chosen;
  }
  return [];
};

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
