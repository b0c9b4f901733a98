/** A theatre of about 1,100 seats on two floors, with Korean names. */
import type { Plan } from "#core/catalog/index.ts";
import * as Draw from "./draw.ts";

/** The rows bend around a point behind the stage. */
const centre = { x: 0, y: -850 };
const FIRST_ROW = 900;
const stageFront = -150;

/** Degrees clockwise from three o'clock, so that seats are numbered from the audience's left. */
type Part = { name: string; from: number; to: number };

const parts: Part[] = [
  { name: "왼쪽", from: 124, to: 104 },
  { name: "가운데", from: 104, to: 76 },
  { name: "오른쪽", from: 76, to: 56 },
];

const letters = ["가", "나", "다", "라", "마", "바", "사", "아", "자", "차", "카", "타", "파", "하"];
const label = (row: number): string => `${letters[row]}열`;

const floor = (
  name: string,
  shape: { radius: number; rows: number; category: (part: Part, row: number) => string },
): Draw.Zone[] =>
  parts.map((part) => ({
    name: `${name} ${part.name}`,
    rows: Array.from({ length: shape.rows }, (_, r) =>
      Draw.row({
        prefix: `${name}-${part.name}`,
        label: label(r),
        points: Draw.arc({ centre, radius: shape.radius + r * Draw.ROW, ...part, aisle: 70 }),
        category: shape.category(part, r),
      }),
    ),
  }));

const middle = (part: Part): boolean => part.name === "가운데";

const zones: Draw.Zone[] = [
  {
    name: "무대",
    areas: [
      {
        color: "#3f444d",
        at: { x: -430, y: stageFront - 330 },
        rectangle: { width: 860, height: 330 },
        text: "무대",
        textSize: 90,
      },
      {
        color: "#3f444d",
        at: { x: 0, y: 0 },
        polygon: { points: Draw.wedge({ centre, inner: 650, outer: 820, from: 118, to: 62 }) },
      },
    ],
  },
  ...floor("1층", {
    radius: FIRST_ROW,
    rows: 14,
    category: (part, r) => (r < 6 && middle(part) ? "VIP석" : r < 10 ? "R석" : "S석"),
  }),
  ...floor("2층", {
    radius: FIRST_ROW + 14 * Draw.ROW + 120,
    rows: 6,
    category: (part, r) => (r < 3 && middle(part) ? "S석" : "A석"),
  }),
];

export const prices = { VIP석: 150_000, R석: 120_000, S석: 90_000, A석: 60_000 };

export const plan: Plan = Draw.plan({
  name: "달빛극장",
  categories: [
    { name: "VIP석", color: "#7b1fa2" },
    { name: "R석", color: "#b3261e" },
    { name: "S석", color: "#1a56b0" },
    { name: "A석", color: "#2e7d32" },
  ],
  zones,
});
