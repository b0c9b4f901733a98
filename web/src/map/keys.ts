/** The map by keyboard: arrows move between sections and seats, Enter zooms in and chooses. */
import { type Direction, nearestSection, seatAt, seatsAround, towards } from "./find.ts";
import type { Point } from "./model.ts";
import type { Scene } from "./scene.ts";

type Acts = {
  near: () => boolean;
  /** The middle of the visible part. */
  middle: () => Point;
  /** Whether a point is visible with some margin. */
  inSight: (at: Point) => boolean;
  centre: (at: Point) => void;
  toSection: (section: number) => void;
  whole: () => void;
  zoom: (factor: number) => void;
  put: (cursor: Scene["cursor"]) => void;
  /** Enter on a seat, or on a section. */
  seat: (seat: number) => void;
  section: (section: number) => void;
};

export const listenKeys = (canvas: HTMLCanvasElement, scene: Scene, on: Acts): (() => void) => {
  const { model } = scene;
  const pointOf = (seat: number): Point => ({ x: model.x[seat] ?? 0, y: model.y[seat] ?? 0 });

  const walkSections = (direction: Direction) => {
    const now = scene.cursor.section;
    const from = now === undefined ? on.middle() : (model.sections[now]?.centre ?? on.middle());
    const centres = model.sections.map((section, index) => [index, section.centre] as [number, Point]);
    on.put({ section: towards(from, direction, centres) ?? now ?? nearestSection(model, on.middle()) });
  };
  const walkSeats = (direction: Direction) => {
    const now = scene.cursor.seat;
    const seat =
      now === undefined
        ? seatAt(model, on.middle(), Infinity)
        : towards(pointOf(now), direction, seatsAround(model, pointOf(now)));
    if (seat === undefined) return;
    on.put({ seat });
    if (!on.inSight(pointOf(seat))) on.centre(pointOf(seat));
  };
  const enter = () => {
    const { seat, section } = scene.cursor;
    if (on.near()) return seat !== undefined && on.seat(seat);
    if (section === undefined) return;
    on.toSection(section);
    const centre = model.sections[section]?.centre;
    on.put({ seat: centre && seatAt(model, centre, Infinity) });
    on.section(section);
  };
  const back = () => {
    const { seat, section } = scene.cursor;
    on.put({ section: seat === undefined ? section : model.sectionOf[seat] });
    on.whole();
  };

  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (/^Arrow(Left|Right|Up|Down)$/.test(key)) (on.near() ? walkSeats : walkSections)(key as Direction);
    else if (key === "Enter" || key === " ") enter();
    else if (key === "Escape") back();
    else if (key === "+" || key === "=") on.zoom(1.6);
    else if (key === "-" || key === "_") on.zoom(1 / 1.6);
    else return;
    event.preventDefault();
  };
  canvas.addEventListener("keydown", pressed);
  return () => canvas.removeEventListener("keydown", pressed);
};
