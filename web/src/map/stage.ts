/** The map on its canvas: holds the view, draws when something changed, moves by gesture and key. */
import { themeColours } from "./colour.ts";
import { type Direction, nearestSection, seatAt, seatsAround, sectionAt, towards } from "./find.ts";
import { listen } from "./gestures.ts";
import { isNear, paint, type Scene } from "./paint.ts";
import type { Box, Point } from "./plan.ts";
import { between, fit, keepIn, overlap, pan, type Size, seen, toWorld, type View, zoomAt } from "./view.ts";

export type Hooks = {
  seat: (seat: number) => void;
  section: (section: number) => void;
  /** A tap on neither. */
  elsewhere: (at: Point) => void;
  /** What is in sight changed. */
  sight: (sections: number[], near: boolean) => void;
  /** The cursor of the keyboard moved. */
  cursor: (cursor: Scene["cursor"]) => void;
};

export type Stage = ReturnType<typeof stage>;

/** A frame that takes longer to draw than this, in ms, comes from a slow device. */
const SLOW = 2.5;

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export const stage = (canvas: HTMLCanvasElement, scene: Scene, hooks: Hooks) => {
  const { model } = scene;
  const ctx = canvas.getContext("2d");
  let size: Size = { width: 1, height: 1 };
  let ratio = 1;
  let view: View = { scale: 1, x: 0, y: 0 };
  let frame = 0;
  let moving = 0;
  let touched = false;

  const limits = () => ({
    least: fit(model.bounds, size).scale * 0.8,
    most: Math.max(44 / model.step, fit(model.bounds, size).scale * 1.2),
  });
  let cost = 0;
  let settling = 0;
  /** While it moves a slow device draws less; all of it once it rests. */
  const hasten = () => {
    scene.swift = cost > SLOW;
    clearTimeout(settling);
    settling = window.setTimeout(() => {
      scene.swift = false;
      draw();
    }, 140);
  };
  const draw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (!ctx) return;
      const began = performance.now();
      paint(ctx, scene, view, size, ratio);
      if (!scene.swift) cost = performance.now() - began;
    });
  };
  let told = "";
  const tell = () => {
    const near = isNear(model, view);
    const box = seen(view, size);
    const sections = model.sections.flatMap((section, index) => (overlap(section, box) ? [index] : []));
    const key = `${near} ${sections.join()}`;
    if (key !== told) hooks.sight(sections, near);
    told = key;
  };
  const show = (next: View) => {
    view = keepIn(next, model.bounds, size);
    hasten();
    draw();
    tell();
  };
  const halt = () => cancelAnimationFrame(moving);

  /** Moves there in a third of a second, at once where less motion is wanted. */
  const travel = (to: View) => {
    halt();
    touched = true;
    const from = view;
    const target = keepIn(to, model.bounds, size);
    if (calm()) return show(target);
    const began = performance.now();
    const step = (at: number) => {
      const t = Math.min(1, Math.max(0, (at - began) / 340));
      show(between(from, target, 1 - (1 - t) ** 3, size));
      if (t < 1) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  };
  const glide = (vx: number, vy: number) => {
    halt();
    if (calm() || Math.hypot(vx, vy) < 0.2) return;
    let [x, y, last] = [vx, vy, performance.now()];
    const step = (at: number) => {
      const ms = Math.min(40, at - last);
      last = at;
      show(pan(view, x * ms, y * ms));
      x *= 0.995 ** ms;
      y *= 0.995 ** ms;
      if (Math.hypot(x, y) > 0.03) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  };

  const whole = () => travel(fit(model.bounds, size));
  const toBox = (box: Box) => {
    const fitted = fit(box, size, 40);
    const least = 12 / model.step;
    const scale = Math.min(Math.max(fitted.scale, least), Math.max(30 / model.step, least));
    const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
    travel({ scale, x: middle.x - size.width / 2 / scale, y: middle.y - size.height / 2 / scale });
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
  const zoom = (factor: number) => travel(zoomAt(view, { x: size.width / 2, y: size.height / 2 }, factor, limits()));

  const tap = (at: Point) => {
    const world = toWorld(view, at);
    if (isNear(model, view)) {
      const seat = seatAt(model, world, Math.max(model.step * 0.6, 16 / view.scale));
      if (seat !== undefined) return hooks.seat(seat);
    }
    const section = sectionAt(model, world);
    if (section === undefined) return hooks.elsewhere(world);
    if (!isNear(model, view)) toSection(section);
    hooks.section(section);
  };

  const stopListening = listen(canvas, {
    pan: (dx, dy) => {
      halt();
      touched = true;
      show(pan(view, dx, dy));
    },
    zoom: (at, factor) => {
      halt();
      touched = true;
      show(zoomAt(view, at, factor, limits()));
    },
    tap,
    hover: (at) => {
      const world = at && toWorld(view, at);
      const on = world && (isNear(model, view) ? seatAt(model, world, model.step * 0.6) : sectionAt(model, world));
      canvas.style.cursor = on === undefined ? "grab" : "pointer";
    },
    fling: glide,
  });

  const put = (cursor: Scene["cursor"]) => {
    scene.cursor = cursor;
    draw();
    hooks.cursor(cursor);
  };
  const inSight = (at: Point) => {
    const box = seen(view, size);
    const edge = model.step * 2;
    return at.x > box.left + edge && at.x < box.right - edge && at.y > box.top + edge && at.y < box.bottom - edge;
  };
  const pointOf = (seat: number): Point => ({ x: model.x[seat] ?? 0, y: model.y[seat] ?? 0 });
  const walk = (direction: Direction) => {
    const middle = toWorld(view, { x: size.width / 2, y: size.height / 2 });
    if (!isNear(model, view)) {
      const now = scene.cursor.section;
      const from = now === undefined ? middle : (model.sections[now]?.centre ?? middle);
      const next = towards(
        from,
        direction,
        model.sections.map((section, index) => [index, section.centre] as [number, Point]),
      );
      return put({ section: next ?? now ?? nearestSection(model, middle) });
    }
    const now = scene.cursor.seat;
    const seat =
      now === undefined
        ? seatAt(model, middle, Infinity)
        : towards(pointOf(now), direction, seatsAround(model, pointOf(now)));
    if (seat === undefined) return;
    put({ seat });
    if (!inSight(pointOf(seat)))
      travel({
        ...view,
        x: pointOf(seat).x - size.width / 2 / view.scale,
        y: pointOf(seat).y - size.height / 2 / view.scale,
      });
  };
  const enter = () => {
    const { seat, section } = scene.cursor;
    if (isNear(model, view)) return seat !== undefined && hooks.seat(seat);
    if (section === undefined) return;
    toSection(section);
    const centre = model.sections[section]?.centre;
    put({ seat: centre && seatAt(model, centre, Infinity) });
    hooks.section(section);
  };
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => unknown> = {
      "+": () => zoom(1.6),
      "=": () => zoom(1.6),
      "-": () => zoom(1 / 1.6),
      _: () => zoom(1 / 1.6),
      Escape: () => {
        put({ section: scene.cursor.seat === undefined ? scene.cursor.section : model.sectionOf[scene.cursor.seat] });
        whole();
      },
      Enter: enter,
      " ": enter,
      ArrowLeft: () => walk("ArrowLeft"),
      ArrowRight: () => walk("ArrowRight"),
      ArrowUp: () => walk("ArrowUp"),
      ArrowDown: () => walk("ArrowDown"),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  canvas.addEventListener("keydown", key);

  const measure = () => {
    const box = canvas.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) return;
    size = { width: box.width, height: box.height };
    ratio = Math.min(2, devicePixelRatio || 1);
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    if (!touched) view = fit(model.bounds, size);
    if (ctx) paint(ctx, scene, view, size, ratio); // at once: a resized canvas is empty
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
      clearTimeout(settling);
      cancelAnimationFrame(frame);
      observer.disconnect();
      stopListening();
      canvas.removeEventListener("keydown", key);
      dark.removeEventListener("change", repaint);
      removeEventListener("onsale:theme", repaint);
    },
  };
};
