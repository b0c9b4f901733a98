/** The canvas. A change paints it again; a movement shifts the picture and paints only the new edges. */

import type { Box } from "./model.ts";
import { paint } from "./paint.ts";
import type { Scene } from "./scene.ts";
import type { Size, View } from "./view.ts";

/** A frame that takes longer to draw than this, in ms, comes from a slow device. */
const SLOW = 2.5;
/** After this time, in ms, a movement has ended. */
const REST = 140;

/** Begins on a whole device pixel, so that the picture can be shifted without blur. */
const onPixels = (view: View, ratio: number): View => {
  const k = view.scale * ratio;
  return { ...view, x: Math.round(view.x * k) / k, y: Math.round(view.y * k) / k };
};

/** The parts that became visible when a picture of `w` × `h` moved by `dx` and `dy`. */
const edges = (w: number, h: number, dx: number, dy: number): Box[] => [
  ...(dx ? [{ left: dx > 0 ? 0 : w + dx, right: dx > 0 ? dx : w, top: 0, bottom: h }] : []),
  ...(dy ? [{ left: 0, right: w, top: dy > 0 ? 0 : h + dy, bottom: dy > 0 ? dy : h }] : []),
];

export type Screen = ReturnType<typeof screen>;

export const screen = (canvas: HTMLCanvasElement, scene: Scene) => {
  const ctx = canvas.getContext("2d");
  let size: Size = { width: 1, height: 1 };
  let ratio = 1;
  let view: View = { scale: 1, x: 0, y: 0 };
  /** The view on the canvas; undefined if it has to be painted again. */
  let shown: View | undefined;
  let frame = 0;
  let cost = 0;
  let settling = 0;

  const whole = (to: View) => {
    if (!ctx) return;
    const began = performance.now();
    paint(ctx, scene, to, size, ratio);
    if (!scene.swift) cost = performance.now() - began;
  };
  const move = (from: View, to: View) => {
    const k = to.scale * ratio;
    const [dx, dy] = [Math.round((from.x - to.x) * k), Math.round((from.y - to.y) * k)];
    const { width, height } = canvas;
    if (!ctx || Math.abs(dx) >= width || Math.abs(dy) >= height) return whole(to);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalCompositeOperation = "copy";
    ctx.drawImage(canvas, dx, dy);
    ctx.globalCompositeOperation = "source-over";
    for (const edge of edges(width, height, dx, dy)) paint(ctx, scene, to, size, ratio, edge);
  };
  const render = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    const to = onPixels(view, ratio);
    if (shown?.scale === to.scale) move(shown, to);
    else whole(to);
    shown = to;
  };
  const later = () => {
    frame ||= requestAnimationFrame(render);
  };
  /** Something other than the view changed. */
  const draw = () => {
    shown = undefined;
    later();
  };
  const rest = () => {
    scene.swift = false;
    draw();
  };

  return {
    draw,
    size: () => size,
    /** Shows this view. While zooming, a slow device draws fewer details. */
    look: (next: View) => {
      scene.swift = next.scale !== view.scale ? cost > SLOW : scene.swift === true;
      view = next;
      clearTimeout(settling);
      settling = window.setTimeout(rest, REST);
      later();
    },
    /** Takes the size of its box. Returns false if the box has no size. */
    measure: (): boolean => {
      const box = canvas.getBoundingClientRect();
      if (box.width < 1 || box.height < 1) return false;
      size = { width: box.width, height: box.height };
      ratio = Math.min(2, devicePixelRatio || 1);
      canvas.width = Math.round(size.width * ratio);
      canvas.height = Math.round(size.height * ratio);
      return true;
    },
    /** At once: a canvas that was resized is empty. */
    renew: (next: View) => {
      view = next;
      shown = undefined;
      render();
    },
    stop: () => {
      clearTimeout(settling);
      cancelAnimationFrame(frame);
    },
  };
};
