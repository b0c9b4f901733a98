/** Pointer gestures on the map: drag, pinch, wheel, tap. */
import type { Point } from "./model.ts";

export type Gestures = {
  pan: (dx: number, dy: number) => void;
  zoom: (at: Point, factor: number) => void;
  tap: (at: Point) => void;
  /** The pointer moved without a button, or left (undefined). */
  hover: (at: Point | undefined) => void;
  /** A gesture ended with this speed, in pixels a ms. */
  fling: (vx: number, vy: number) => void;
};

/** A touch that moves less than this is a tap, in pixels. */
const SLOP = 8;

export const listen = (element: HTMLElement, on: Gestures): (() => void) => {
  const down = new Map<number, Point>();
  let start: Point | undefined;
  let moved = false;
  let speed = { x: 0, y: 0, at: 0 };

  const at = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const spread = () => {
    const [a, b] = [...down.values()];
    return a && b
      ? { length: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } }
      : undefined;
  };

  const pressed = (event: PointerEvent) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
    if (down.size === 1) {
      start = at(event);
      moved = false;
      speed = { x: 0, y: 0, at: event.timeStamp };
    } else moved = true;
  };
  const move = (event: PointerEvent) => {
    const before = down.get(event.pointerId);
    const point = at(event);
    if (!before) return on.hover(point);
    if (down.size === 2) {
      const was = spread();
      down.set(event.pointerId, point);
      const is = spread();
      if (!was || !is || was.length < 1) return;
      on.zoom(is.middle, is.length / was.length);
      return on.pan(is.middle.x - was.middle.x, is.middle.y - was.middle.y);
    }
    if (!moved && start && Math.hypot(point.x - start.x, point.y - start.y) < SLOP) return;
    moved = true;
    down.set(event.pointerId, point);
    const [dx, dy, ms] = [point.x - before.x, point.y - before.y, Math.max(1, event.timeStamp - speed.at)];
    speed = { x: dx / ms, y: dy / ms, at: event.timeStamp };
    on.pan(dx, dy);
  };
  const lifted = (event: PointerEvent) => {
    if (!down.delete(event.pointerId) || down.size > 0) return;
    if (!moved && event.type === "pointerup") on.tap(at(event));
    else if (moved && event.timeStamp - speed.at < 60) on.fling(speed.x, speed.y);
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    on.zoom(at(event), Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 120 : 400)));
  };
  const left = () => on.hover(undefined);

  element.addEventListener("pointerdown", pressed);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", lifted);
  element.addEventListener("pointercancel", lifted);
  element.addEventListener("pointerleave", left);
  element.addEventListener("wheel", wheel, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", pressed);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", lifted);
    element.removeEventListener("pointercancel", lifted);
    element.removeEventListener("pointerleave", left);
    element.removeEventListener("wheel", wheel);
  };
};
