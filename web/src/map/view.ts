/** The view of the map: screen = (world − origin) × scale. Pure functions. */
import type { Box, Point } from "./model.ts";

export type View = { scale: number; x: number; y: number };
export type Size = { width: number; height: number };

/** Shows a box whole, with a margin in pixels. */
export const fit = (box: Box, size: Size, margin = 16): View => {
  const [width, height] = [Math.max(1, box.right - box.left), Math.max(1, box.bottom - box.top)];
  const scale = Math.min(Math.max(1, size.width - 2 * margin) / width, Math.max(1, size.height - 2 * margin) / height);
  return {
    scale,
    x: (box.left + box.right) / 2 - size.width / 2 / scale,
    y: (box.top + box.bottom) / 2 - size.height / 2 / scale,
  };
};

export const toWorld = (view: View, point: Point): Point => ({
  x: view.x + point.x / view.scale,
  y: view.y + point.y / view.scale,
});
export const toScreen = (view: View, point: Point): Point => ({
  x: (point.x - view.x) * view.scale,
  y: (point.y - view.y) * view.scale,
});

/** The point under the finger stays there. */
export const zoomAt = (view: View, at: Point, factor: number, limits: { least: number; most: number }): View => {
  const scale = Math.min(limits.most, Math.max(limits.least, view.scale * factor));
  const world = toWorld(view, at);
  return { scale, x: world.x - at.x / scale, y: world.y - at.y / scale };
};

export const pan = (view: View, dx: number, dy: number): View => ({
  ...view,
  x: view.x - dx / view.scale,
  y: view.y - dy / view.scale,
});

/** Keeps a part of the plan visible. */
export const keepIn = (view: View, box: Box, size: Size): View => {
  const [w, h] = [size.width / view.scale, size.height / view.scale];
  const within = (at: number, seen: number, low: number, high: number) => {
    const span = high - low;
    if (span <= seen) return Math.min(low, Math.max(high - seen, at));
    return Math.min(high - seen * 0.6, Math.max(low - seen * 0.4, at));
  };
  return { ...view, x: within(view.x, w, box.left, box.right), y: within(view.y, h, box.top, box.bottom) };
};

export const seen = (view: View, size: Size): Box => ({
  left: view.x,
  top: view.y,
  right: view.x + size.width / view.scale,
  bottom: view.y + size.height / view.scale,
});

export const overlap = (a: Box, b: Box, edge = 0): boolean =>
  a.left <= b.right + edge && a.right >= b.left - edge && a.top <= b.bottom + edge && a.bottom >= b.top - edge;

/** Between two views, evenly to the eye. `t` from 0 to 1. */
export const between = (a: View, b: View, t: number, size: Size): View => {
  const scale = a.scale * (b.scale / a.scale) ** t;
  const middle = (view: View) => toWorld(view, { x: size.width / 2, y: size.height / 2 });
  const [from, to] = [middle(a), middle(b)];
  const share = a.scale === b.scale ? t : (1 / a.scale - 1 / scale) / (1 / a.scale - 1 / b.scale);
  return {
    scale,
    x: from.x + (to.x - from.x) * share - size.width / 2 / scale,
    y: from.y + (to.y - from.y) * share - size.height / 2 / scale,
  };
};
