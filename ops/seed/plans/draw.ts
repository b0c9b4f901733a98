/**
 * Draws seating plans: rows and areas are given by their position in the hall, and become zones whose
 * positions add up. One unit is two centimetres, so a seat is 25 wide and the next row 40 behind.
 */
import type { Plan } from "#core/catalog/index.ts";

export type Point = { x: number; y: number };
export type Seat = { guid: string; number: string; category: string; at: Point };
export type Row = { label: string; seats: Seat[] };
export type Area = { color: string; text?: string; textSize?: number; at: Point } & (
  | { rectangle: { width: number; height: number } }
  | { circle: { radius: number } }
  | { ellipse: { radius: Point } }
  | { polygon: { points: Point[] } }
);
export type Zone = { id?: string; name: string; rows?: Row[]; areas?: Area[] };

type PlanZone = Plan["zones"][number];

export const SEAT = 25;
export const ROW = 40;

const round = (value: number): number => Math.round(value * 10) / 10;
const minus = (a: Point, b: Point): Point => ({ x: round(a.x - b.x), y: round(a.y - b.y) });

/** Points along a straight line, `pitch` apart, their middle at `centre`. */
export const line = ({ centre, count, pitch = SEAT }: { centre: Point; count: number; pitch?: number }): Point[] =>
  Array.from({ length: count }, (_, n) => ({ x: centre.x + (n - (count - 1) / 2) * pitch, y: centre.y }));

/**
 * As many points as fit on an arc between two angles (degrees clockwise, 0 at three o'clock), `pitch` apart, with half of `aisle`
 * left free at each end.
 */
export const arc = (shape: {
  centre: Point;
  radius: number;
  from: number;
  to: number;
  aisle: number;
  pitch?: number;
}): Point[] => {
  const { centre, radius, from, to, aisle, pitch = SEAT } = shape;
  const length = (Math.abs(to - from) * Math.PI * radius) / 180 - aisle;
  // neighbours are measured straight across, the arc along itself
  const step = 2 * Math.asin(pitch / (2 * radius)) * Math.sign(to - from);
  const count = Math.floor(length / pitch) + 1;
  const middle = ((from + to) * Math.PI) / 360;
  return Array.from({ length: count }, (_, n) => polar(centre, radius, middle + (n - (count - 1) / 2) * step));
};

const polar = ({ x, y }: Point, radius: number, angle: number): Point => ({
  x: x + radius * Math.cos(angle),
  y: y + radius * Math.sin(angle),
});

/** The outline of a piece of a ring, as a polygon. Angles as in `arc`. */
export const wedge = (piece: { centre: Point; inner: number; outer: number; from: number; to: number }): Point[] => {
  const { centre, inner, outer, from, to } = piece;
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 3));
  const angles = Array.from({ length: steps + 1 }, (_, n) => ((from + ((to - from) * n) / steps) * Math.PI) / 180);
  return [
    ...angles.map((angle) => polar(centre, inner, angle)),
    ...angles.toReversed().map((angle) => polar(centre, outer, angle)),
  ];
};

/** A row whose seats are numbered from 1 in the order of its points. */
export const row = (args: { prefix: string; label: string; points: Point[]; category: string }): Row => ({
  label: args.label,
  seats: args.points.map((at, n) => ({
    guid: `${args.prefix}-${args.label}-${n + 1}`,
    number: String(n + 1),
    category: args.category,
    at,
  })),
});

/** A plan of the format, moved so that all of it lies `margin` inside its size. */
export const plan = (drawing: {
  name: string;
  categories: Plan["categories"];
  zones: Zone[];
  margin?: number;
}): Plan => {
  const { name, categories, zones, margin = 100 } = drawing;
  const points = zones.flatMap((zone) => [
    ...(zone.rows ?? []).flatMap(({ seats }) => seats.map(({ at }) => at)),
    ...(zone.areas ?? []).flatMap(corners),
  ]);
  const [left, top] = [least(points.map(({ x }) => x)), least(points.map(({ y }) => y))];
  const [right, bottom] = [-least(points.map(({ x }) => -x)), -least(points.map(({ y }) => -y))];
  const origin = { x: left - margin, y: top - margin };
  const size = { width: Math.ceil(right - left + 2 * margin), height: Math.ceil(bottom - top + 2 * margin) };
  return { name, size, categories, zones: zones.map((zone) => toZone(zone, origin)) };
};

const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** The extent of an area. */
export const corners = (area: Area): Point[] => {
  const { at } = area;
  const box = (x: number, y: number, x2: number, y2: number) => [
    { x: at.x + x, y: at.y + y },
    { x: at.x + x2, y: at.y + y2 },
  ];
  if ("rectangle" in area) return box(0, 0, area.rectangle.width, area.rectangle.height);
  if ("circle" in area) return box(-area.circle.radius, -area.circle.radius, area.circle.radius, area.circle.radius);
  if ("ellipse" in area)
    return box(-area.ellipse.radius.x, -area.ellipse.radius.y, area.ellipse.radius.x, area.ellipse.radius.y);
  return area.polygon.points.map(({ x, y }) => ({ x: at.x + x, y: at.y + y }));
};

const toZone = (zone: Zone, origin: Point): PlanZone => {
  const position = minus(zone.rows?.[0]?.seats[0]?.at ?? zone.areas?.[0]?.at ?? origin, origin);
  const from = { x: origin.x + position.x, y: origin.y + position.y };
  return {
    name: zone.name,
    ...(zone.id !== undefined && { zone_id: zone.id }),
    position,
    rows: (zone.rows ?? []).map((each) => toRow(each, from)),
    areas: (zone.areas ?? []).map((area) => toArea(area, from)),
  };
};

const toRow = ({ label, seats }: Row, from: Point) => {
  const position = minus(seats[0]?.at ?? from, from);
  const start = { x: from.x + position.x, y: from.y + position.y };
  return {
    row_number: label,
    position,
    seats: seats.map(({ guid, number, category, at }) => ({
      seat_guid: guid,
      seat_number: number,
      position: minus(at, start),
      category,
    })),
  };
};

const shapes = ["rectangle", "circle", "ellipse", "polygon"] as const;

const toArea = ({ at, text, textSize, color, ...shape }: Area, from: Point) => ({
  shape: shapes.find((name) => name in shape) ?? "polygon",
  color,
  border_color: color,
  rotation: 0,
  position: minus(at, from),
  ...("polygon" in shape
    ? { polygon: { points: shape.polygon.points.map((point) => minus(point, { x: 0, y: 0 })) } }
    : shape),
  ...(text !== undefined && {
    text: {
      text,
      color: "#1b1d21",
      size: textSize ?? 60,
      position: "rectangle" in shape ? middle(shape.rectangle) : { x: 0, y: 0 },
    },
  }),
});

const middle = ({ width, height }: { width: number; height: number }): Point => ({ x: width / 2, y: height / 2 });
