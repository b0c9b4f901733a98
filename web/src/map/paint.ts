/** Draws the visible part of the map: blocks when zoomed out, seats when zoomed in. */
import { type Colours, inkOn, mix } from "./colour.ts";
import type { Area, Box, Model, Section } from "./model.ts";
import { FONT, paintSeats } from "./paint-seats.ts";
import type { Scene } from "./scene.ts";
import { overlap, type Size, type View } from "./view.ts";

/** Seats are drawn if neighbours are at least this far apart, in pixels. */
export const NEAR = 7.5;
export const isNear = (model: Model, view: View): boolean => model.step * view.scale >= NEAR;

/** How far a name or a ring reaches beyond what it belongs to, in pixels. */
const REACH = 60;

/** Paints the map; of `part`, in pixels of the device, only that part. */
export const paint = (
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  size: Size,
  ratio: number,
  part: Box = { left: 0, top: 0, right: size.width * ratio, bottom: size.height * ratio },
): void => {
  const { model, colours } = scene;
  const k = view.scale * ratio;
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.beginPath();
  ctx.rect(part.left, part.top, part.right - part.left, part.bottom - part.top);
  ctx.clip();
  ctx.clearRect(part.left, part.top, part.right - part.left, part.bottom - part.top);
  ctx.setTransform(k, 0, 0, k, -view.x * k, -view.y * k);
  for (const area of model.areas) paintArea(ctx, area, colours);
  const sight = {
    left: view.x + part.left / k,
    top: view.y + part.top / k,
    right: view.x + part.right / k,
    bottom: view.y + part.bottom / k,
  };
  const near = isNear(model, view);
  const visible = model.sections.filter((section) => overlap(section, sight, model.step));
  for (const section of visible) paintBlock(ctx, scene, section, near);
  if (near) paintSeats(ctx, scene, visible, view, sight, ratio);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintMarks(ctx, scene, view);
  for (const area of model.areas) paintText(ctx, area, view, colours);
  if (!near)
    for (const section of model.sections)
      if (overlap(section, sight, REACH / view.scale)) paintName(ctx, scene, section, view);
  ctx.restore();
};

/** Plans are made for a white background: in dark mode their areas are darkened. */
const areaColour = (area: Area, colours: Colours): string =>
  mix(area.color || colours.line, colours.paper, inkOn(colours.paper) === "#fff" ? 0.2 : 0.9);

const paintArea = (ctx: CanvasRenderingContext2D, area: Area, colours: Colours) => {
  ctx.save();
  ctx.translate(area.at.x, area.at.y);
  if (area.rotation) ctx.rotate((area.rotation * Math.PI) / 180);
  ctx.beginPath();
  if (area.rectangle) ctx.roundRect(0, 0, area.rectangle.width, area.rectangle.height, 4);
  else if (area.circle) ctx.arc(0, 0, area.circle.radius, 0, 7);
  else if (area.ellipse) ctx.ellipse(0, 0, area.ellipse.radius.x, area.ellipse.radius.y, 0, 0, 7);
  else for (const { x, y } of area.polygon?.points ?? []) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.fillStyle = areaColour(area, colours);
  ctx.fill();
  ctx.restore();
};

/** Rings around marked seats, also visible when zoomed out. */
const paintMarks = (ctx: CanvasRenderingContext2D, { model, marked, colours }: Scene, view: View) => {
  ctx.lineWidth = 2.5;
  ctx.strokeStyle = colours.signal;
  for (const seat of marked) {
    ctx.beginPath();
    const [x, y] = [((model.x[seat] ?? 0) - view.x) * view.scale, ((model.y[seat] ?? 0) - view.y) * view.scale];
    ctx.arc(x, y, Math.max(7, model.step * 0.55 * view.scale), 0, 7);
    ctx.stroke();
  }
};

const paintText = (ctx: CanvasRenderingContext2D, area: Area, view: View, colours: Colours) => {
  const text = area.text?.text;
  if (!text) return;
  const centred = area.rectangle ? { x: area.rectangle.width / 2, y: area.rectangle.height / 2 } : { x: 0, y: 0 };
  const at = area.text?.position ?? centred;
  const size = Math.min(18, Math.max(10, (area.text?.size ?? 16) * view.scale));
  ctx.font = `600 ${size}px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const [x, y] = [(area.at.x + at.x - view.x) * view.scale, (area.at.y + at.y - view.y) * view.scale];
  ctx.fillStyle = inkOn(areaColour(area, colours));
  ctx.fillText(text, x, y);
};

/** The category's colour, paler if fewer seats are free. It is mixed, not transparent: overlaps of fill and stroke would show. */
const blockColour = ({ model, free, only, colours }: Scene, section: Section): string => {
  const share = free[model.sectionOf[section.from] ?? 0];
  if (share === 0) return colours.line;
  const dimmed = only !== undefined && only !== section.category;
  const strength = dimmed ? 0.15 : share === undefined ? 0.6 : 0.35 + 0.65 * Math.sqrt(share);
  return mix(model.categories[section.category]?.color ?? colours.strong, colours.paper, strength);
};

const shapes = new WeakMap<Section, Path2D>();
const shapeOf = (section: Section): Path2D => {
  const known = shapes.get(section);
  if (known) return known;
  const path = new Path2D();
  for (let at = 0; at < section.outline.length; at += 2)
    path.lineTo(section.outline[at] ?? 0, section.outline[at + 1] ?? 0);
  path.closePath();
  shapes.set(section, path);
  return path;
};

/** The outline runs through the middles of the outer seats. A block of one or two rows is widened to be visible. */
const paintBlock = (ctx: CanvasRenderingContext2D, scene: Scene, section: Section, near: boolean) => {
  const { model, colours } = scene;
  const shape = shapeOf(section);
  ctx.fillStyle = near
    ? mix(model.categories[section.category]?.color ?? colours.strong, colours.paper, 0.08)
    : blockColour(scene, section);
  ctx.fill(shape);
  ctx.lineJoin = "round";
  if (near || section.rows.length < 3) {
    ctx.strokeStyle = ctx.fillStyle;
    ctx.lineWidth = model.step * (near ? 1.1 : 0.9);
    ctx.stroke(shape);
  }
  if (scene.cursor.section !== (model.sectionOf[section.from] ?? 0)) return;
  ctx.strokeStyle = colours.ink;
  ctx.lineWidth = model.step * 0.35;
  ctx.stroke(shape);
};

/** How much of its box a section fills: a slanted block has less space for text than its box. */
const fills = new WeakMap<Section, number>();
const fillOf = (section: Section): number => {
  const known = fills.get(section);
  if (known !== undefined) return known;
  const { outline } = section;
  let area = 0;
  for (let at = 0, before = outline.length - 2; at < outline.length; before = at, at += 2)
    area += (outline[before] ?? 0) * (outline[at + 1] ?? 0) - (outline[at] ?? 0) * (outline[before + 1] ?? 0);
  const box = (section.right - section.left) * (section.bottom - section.top);
  const fill = box > 0 ? Math.min(1, Math.abs(area) / 2 / box) : 1;
  fills.set(section, fill);
  return fill;
};

/** A name that is too long for its block is shortened to its last word ("Floor A": "A"), or left out. */
const paintName = (ctx: CanvasRenderingContext2D, scene: Scene, section: Section, view: View) => {
  const { model } = scene;
  const width = (section.right - section.left) * view.scale;
  const height = (section.bottom - section.top) * view.scale;
  if (width < 26 || height < 12) return;
  const available = width * Math.max(0.6, fillOf(section)) + model.step * 0.4 * view.scale;
  const size = Math.min(15, Math.max(10, Math.min(width / 5, height / 2)));
  const [x, y] = [(section.centre.x - view.x) * view.scale, (section.centre.y - view.y) * view.scale];
  const left = scene.left[model.sectionOf[section.from] ?? 0];
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = inkOn(blockColour(scene, section));
  const fits = (text: string) => ctx.measureText(text).width <= available;
  ctx.font = `500 ${size * 0.85}px ${FONT}`;
  const count = height > 44 && width > 64 && left !== undefined ? scene.words.left(left) : "";
  const second = count !== "" && fits(count);
  if (second) ctx.fillText(count, x, y + size * 0.65);
  ctx.font = `600 ${size}px ${FONT}`;
  const name = [section.name, section.name.split(/\s+/).at(-1) ?? ""].find(fits);
  if (name) ctx.fillText(name, x, second ? y - size * 0.55 : y);
};
