/** Draws the seats as dots. Each colour and size is drawn once and then copied, which is faster on a slow phone. */
import { inkOn } from "./colour.ts";
import type { Box, Section } from "./model.ts";
import { FREE, type Scene } from "./scene.ts";
import { overlap, type View } from "./view.ts";

export const FONT = `Geist, system-ui, "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", sans-serif`;

type Dot = { picture: HTMLCanvasElement; half: number };
const dots = new Map<string, Dot>();

/** A disc of a radius in device pixels. */
const dot = (colour: string, radius: number, alpha: number): Dot => {
  const size = Math.max(1, Math.round(radius * 2) / 2);
  const key = `${colour} ${size} ${alpha}`;
  const known = dots.get(key);
  if (known) return known;
  if (dots.size > 200) dots.clear(); // zooming leaves many sizes behind
  const picture = document.createElement("canvas");
  const half = Math.ceil(size) + 1;
  picture.width = picture.height = 2 * half;
  const ctx = picture.getContext("2d");
  if (ctx) {
    ctx.globalAlpha = alpha;
    ctx.fillStyle = colour;
    ctx.arc(half, half, size, 0, 7);
    ctx.fill();
  }
  const made = { picture, half };
  dots.set(key, made);
  return made;
};

export const paintSeats = (
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  sections: Section[],
  view: View,
  sight: Box,
  ratio: number,
): void => {
  const { model, states, colours, chosen } = scene;
  const r = model.step * 0.4;
  const k = view.scale * ratio;
  const taken = dot(colours.strong, r * 0.55 * k, 0.45);
  const free = model.categories.map(({ color }, index) =>
    dot(color, r * k, scene.only !== undefined && scene.only !== index ? 0.18 : 1),
  );
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  const rows = sections.flatMap((section) => section.rows.filter((row) => overlap(row, sight, model.step * 1.5)));
  for (const { from, to } of rows)
    for (let seat = from; seat < to; seat++) {
      const [x, y] = [model.x[seat] ?? 0, model.y[seat] ?? 0];
      if (x < sight.left - r || x > sight.right + r || y < sight.top - r || y > sight.bottom + r) continue;
      if (chosen.has(seat)) continue;
      const { picture, half } = (states[seat] === FREE ? free[model.category[seat] ?? 0] : taken) ?? taken;
      // whole pixels, so that nothing has to be smoothed
      ctx.drawImage(picture, Math.round((x - view.x) * k) - half, Math.round((y - view.y) * k) - half);
    }
  ctx.restore();
  const labelled = scene.swift ? 0 : view.scale * model.step;
  if (labelled > 16) for (const row of rows) paintRowLabel(ctx, scene, row.from, row.label);
  if (labelled > 24) paintNumbers(ctx, scene, sections, sight, r);
  paintChosen(ctx, scene, r);
};

const paintRowLabel = (ctx: CanvasRenderingContext2D, { model, colours }: Scene, seat: number, label: string) => {
  ctx.font = `500 ${model.step * 0.5}px ${FONT}`;
  ctx.fillStyle = colours.soft;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const next = Math.min(seat + 1, model.ids.length - 1);
  const [dx, dy] = [(model.x[next] ?? 0) - (model.x[seat] ?? 0), (model.y[next] ?? 0) - (model.y[seat] ?? 0)];
  const long = Math.hypot(dx, dy) || 1;
  ctx.fillText(label, (model.x[seat] ?? 0) - (dx / long) * model.step, (model.y[seat] ?? 0) - (dy / long) * model.step);
};

const paintNumbers = (ctx: CanvasRenderingContext2D, scene: Scene, sections: Section[], sight: Box, r: number) => {
  const { model, states, chosen } = scene;
  ctx.font = `600 ${r * 0.85}px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const section of sections)
    for (let seat = section.from; seat < section.to; seat++) {
      const [x, y] = [model.x[seat] ?? 0, model.y[seat] ?? 0];
      if (x < sight.left - r || x > sight.right + r || y < sight.top - r || y > sight.bottom + r) continue;
      if (states[seat] !== FREE || chosen.has(seat)) continue;
      ctx.fillStyle = inkOn(model.categories[model.category[seat] ?? 0]?.color ?? "");
      ctx.fillText(model.numbers[seat] ?? "", x, y + r * 0.06);
    }
};

const paintChosen = (ctx: CanvasRenderingContext2D, { model, chosen, cursor, colours }: Scene, r: number) => {
  const ring = (seat: number, radius: number, width: number, colour: string) => {
    ctx.beginPath();
    ctx.arc(model.x[seat] ?? 0, model.y[seat] ?? 0, radius, 0, 7);
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.stroke();
  };
  for (const seat of chosen) {
    const [x, y] = [model.x[seat] ?? 0, model.y[seat] ?? 0];
    ctx.beginPath();
    ctx.arc(x, y, r * 1.2, 0, 7);
    ctx.fillStyle = colours.ink;
    ctx.fill();
    ctx.beginPath();
    ctx.moveTo(x - r * 0.5, y + r * 0.02);
    ctx.lineTo(x - r * 0.12, y + r * 0.42);
    ctx.lineTo(x + r * 0.52, y - r * 0.4);
    ctx.lineWidth = r * 0.28;
    ctx.strokeStyle = colours.paper;
    ctx.stroke();
  }
  if (cursor.seat !== undefined) ring(cursor.seat, r * 1.45, r * 0.4, colours.ink);
};
