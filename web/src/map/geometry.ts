/** Distances, boxes and outlines on the plan. */
import type { Area, Box, Model, Row } from "./model.ts";

export const distance = (model: Pick<Model, "x" | "y">, a: number, b: number): number =>
  Math.hypot((model.x[a] ?? 0) - (model.x[b] ?? 0), (model.y[a] ?? 0) - (model.y[b] ?? 0));

export const boxOf = (model: Pick<Model, "x" | "y">, from: number, to: number): Box => {
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
export const around = (boxes: Box[]): Box => ({
  left: Math.min(...boxes.map(({ left }) => left)),
  top: Math.min(...boxes.map(({ top }) => top)),
  right: Math.max(...boxes.map(({ right }) => right)),
  bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
});

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

/** Along the first row, down the rows' ends, back along the last row, up their beginnings: follows curves as the seats do. */
export const outlineOf = (model: Pick<Model, "x" | "y">, rows: Row[]): number[] => {
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
