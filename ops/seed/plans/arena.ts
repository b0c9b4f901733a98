/** An arena of about 15,000: a stage, standing in front of it, seats on the floor, two tiers of curved rows around. */
import type { GeneralAdmission, Plan } from "#core/catalog/index.ts";
import * as Draw from "./draw.ts";

const centre = { x: 0, y: 0 };
/** The tiers leave the stage's end open: degrees clockwise from three o'clock. */
const [FIRST, LAST, WEDGES] = [-32, 212, 16];
const AISLE = 70;

const tiers = [
  { first: 101, radius: 1560, rows: 18, categories: ["Lower centre", "Lower side"] },
  { first: 201, radius: 2470, rows: 17, categories: ["Upper centre", "Upper side"] },
] as const;

const backdrop = "#e6e8ec";

/** A wedge of a tier; those that face the stage are the centre. */
const section = (tier: (typeof tiers)[number], n: number): Draw.Zone => {
  const step = (LAST - FIRST) / WEDGES;
  // numbered clockwise from the stage
  const [from, to] = [LAST - n * step, LAST - (n + 1) * step];
  const name = String(tier.first + n);
  const category = tier.categories[n >= 4 && n < WEDGES - 4 ? 0 : 1];
  const outline = { centre, inner: tier.radius - 30, outer: tier.radius + (tier.rows - 1) * Draw.ROW + 30 };
  return {
    id: name,
    name,
    areas: [
      {
        color: backdrop,
        at: centre,
        polygon: { points: Draw.wedge({ ...outline, from: from - 0.35, to: to + 0.35 }) },
      },
    ],
    rows: Array.from({ length: tier.rows }, (_, r) =>
      Draw.row({
        prefix: name,
        label: String(r + 1),
        points: Draw.arc({ centre, radius: tier.radius + r * Draw.ROW, from, to, aisle: AISLE }),
        category,
      }),
    ),
  };
};

const floorBlock = (letter: string, x: number, y: number): Draw.Zone => ({
  id: `floor-${letter}`,
  name: `Floor ${letter}`,
  rows: Array.from({ length: 15 }, (_, r) =>
    Draw.row({
      prefix: letter,
      label: String(r + 1),
      points: Draw.line({ centre: { x, y: y + r * Draw.ROW }, count: 20 }),
      category: "Floor",
    }),
  ),
});

const floor = [...["A", "B", "C"].map((letter, n) => floorBlock(letter, (n - 1) * 580, -210))].concat(
  ["D", "E", "F"].map((letter, n) => floorBlock(letter, (n - 1) * 580, 490)),
);

const stage: Draw.Zone = {
  name: "Stage",
  areas: [
    { color: "#f1f2f4", at: centre, circle: { radius: 1470 } },
    {
      color: "#3f444d",
      at: { x: -1000, y: -1480 },
      rectangle: { width: 2000, height: 520 },
      text: "STAGE",
      textSize: 120,
    },
    { color: "#3f444d", at: { x: -130, y: -960 }, rectangle: { width: 260, height: 110 } },
    {
      color: "#c9b8e8",
      at: { x: -860, y: -830 },
      rectangle: { width: 1720, height: 540 },
      text: "Standing",
      textSize: 100,
    },
  ],
};

export const prices = {
  Standing: 154_000,
  Floor: 176_000,
  "Lower centre": 154_000,
  "Lower side": 132_000,
  "Upper centre": 110_000,
  "Upper side": 88_000,
};

export const plan: Plan = Draw.plan({
  name: "Hangang Arena",
  categories: [
    { name: "Floor", color: "#b3261e" },
    { name: "Lower centre", color: "#1a56b0" },
    { name: "Lower side", color: "#0e7490" },
    { name: "Upper centre", color: "#2e7d32" },
    { name: "Upper side", color: "#8a5a00" },
  ],
  zones: [stage, ...floor, ...tiers.flatMap((tier) => Array.from({ length: WEDGES }, (_, n) => section(tier, n)))],
});

export const generalAdmission: GeneralAdmission[] = [
  { sectionId: "standing", name: "Standing", capacity: 1_200, category: "Standing" },
];
