/** The map on its canvas: it keeps the view and moves it by gestures and keys. */
import { themeColours } from "./colour.ts";
import { seatAt, sectionAt } from "./find.ts";
import { listen } from "./gestures.ts";
import { listenKeys } from "./keys.ts";
import type { Box, Point } from "./model.ts";
import { motion } from "./motion.ts";
import { isNear } from "./paint.ts";
import type { Scene } from "./scene.ts";
import { screen } from "./screen.ts";
import { fit, keepIn, overlap, pan, seen, toWorld, type View, zoomAt } from "./view.ts";

export type Hooks = {
  seat: (seat: number) => void;
  section: (section: number) => void;
  /** A tap on neither. */
  elsewhere: (at: Point) => void;
  /** The visible part has changed. */
  sight: (sections: number[], near: boolean) => void;
  /** The keyboard's cursor has moved. */
  cursor: (cursor: Scene["cursor"]) => void;
};

export type Stage = ReturnType<typeof stage>;

export const stage = (canvas: HTMLCanvasElement, scene: Scene, hooks: Hooks) => {
  const { model } = scene;
  const display = screen(canvas, scene);
  const { draw, size } = display;
  let view: View = { scale: 1, x: 0, y: 0 };
  let touched = false;

  const near = () => isNear(model, view);
  const limits = () => ({
    least: fit(model.bounds, size()).scale * 0.8,
    most: Math.max(44 / model.step, fit(model.bounds, size()).scale * 1.2),
  });
  let reported = "";
  const tell = () => {
    const box = seen(view, size());
    const sections = model.sections.flatMap((section, index) => (overlap(section, box) ? [index] : []));
    const key = `${near()} ${sections.join()}`;
    if (key !== reported) hooks.sight(sections, near());
    reported = key;
  };
  const show = (next: View) => {
    touched = true;
    view = keepIn(next, model.bounds, size());
    display.look(view);
    tell();
  };
  const { halt, travel, glide } = motion({ view: () => view, size, show });
  const go = (to: View) => travel(keepIn(to, model.bounds, size()));

  const centre = (at: Point, scale = view.scale) =>
    go({ scale, x: at.x - size().width / 2 / scale, y: at.y - size().height / 2 / scale });
  const whole = () => go(fit(model.bounds, size()));
  const middle = (): Point => toWorld(view, { x: size().width / 2, y: size().height / 2 });
  const zoom = (factor: number) => go(zoomAt(view, { x: size().width / 2, y: size().height / 2 }, factor, limits()));
  const toBox = (box: Box) => {
    const least = 12 / model.step;
    const scale = Math.min(Math.max(fit(box, size(), 40).scale, least), Math.max(30 / model.step, least));
    centre({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, scale);
  };
  const toSection = (index: number) => {
    const section = model.sections[index];
    if (section) toBox(section);
  };
  const toSeats = (seats: number[]) => {
    const [xs, ys] = [seats.map((seat) => model.x[seat] ?? 0), seats.map((seat) => model.y[seat] ?? 0)];
    const edge = model.step * 5;
    toBox({
      left: Math.min(...xs) - edge,
      right: Math.max(...xs) + edge,
      top: Math.min(...ys) - edge,
      bottom: Math.max(...ys) + edge,
    });
  };

  const tap = (at: Point) => {
    const world = toWorld(view, at);
    if (near()) {
      const seat = seatAt(model, world, Math.max(model.step * 0.6, 16 / view.scale));
      if (seat !== undefined) return hooks.seat(seat);
    }
    const section = sectionAt(model, world);
    if (section === undefined) return hooks.elsewhere(world);
    if (!near()) toSection(section);
    hooks.section(section);
  };
  const stopListening = listen(canvas, {
    pan: (dx, dy) => {
      halt();
      show(pan(view, dx, dy));
    },
    zoom: (at, factor) => {
      halt();
      show(zoomAt(view, at, factor, limits()));
    },
    tap,
    hover: (at) => {
      const world = at && toWorld(view, at);
      const on = world && (near() ? seatAt(model, world, model.step * 0.6) : sectionAt(model, world));
      canvas.style.cursor = on === undefined ? "grab" : "pointer";
    },
    fling: glide,
  });
  const stopKeys = listenKeys(canvas, scene, {
    near,
    middle,
    inSight: (at) => {
      const box = seen(view, size());
      const edge = model.step * 2;
      return at.x > box.left + edge && at.x < box.right - edge && at.y > box.top + edge && at.y < box.bottom - edge;
    },
    centre,
    toSection,
    whole,
    zoom,
    put: (cursor) => {
      scene.cursor = cursor;
      draw();
      hooks.cursor(cursor);
    },
    seat: hooks.seat,
    section: hooks.section,
  });

  const measure = () => {
    if (!display.measure()) return;
    if (!touched) view = fit(model.bounds, size());
    display.renew(view);
    tell();
  };
  const observer = new ResizeObserver(measure);
  observer.observe(canvas);
  const repaint = () => {
    scene.colours = themeColours(canvas.parentElement ?? document.body);
    draw();
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", repaint);
  addEventListener("onsale:theme", repaint);
  measure();

  return {
    draw,
    whole,
    zoom,
    toSection,
    toSeats,
    stop: () => {
      halt();
      display.stop();
      observer.disconnect();
      stopListening();
      stopKeys();
      dark.removeEventListener("change", repaint);
      removeEventListener("onsale:theme", repaint);
    },
  };
};
