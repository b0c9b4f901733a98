/** An Airbus A320 with 180 seats: rows 1–31 without a 13, ABC and DEF, two exit rows over the wings; its nose at the top. */
import type { Plan } from "#core/catalog/index.ts";
import * as Draw from "./draw.ts";

/** An inch in the plan's two centimetres. */
const INCH = 1.27;
const PITCH = 29 * INCH;
const EXIT = 9 * INCH;
const SEAT = 19 * INCH;
const AISLE = 20 * INCH;

const numbers = Array.from({ length: 31 }, (_, n) => n + 1).filter((number) => number !== 13);
const exits = [12, 14];
const letters = ["A", "B", "C", "D", "E", "F"];
const length = 29 * PITCH + exits.length * EXIT;

const category = (number: number): string => (exits.includes(number) ? "Exit row" : number <= 5 ? "Front" : "Standard");

const x = (letter: number): number => (letter - 2.5) * SEAT + (letter < 3 ? -1 : 1) * (AISLE / 2);

const rows: Draw.Row[] = numbers.map((number, index) => ({
  label: String(number),
  seats: letters.map((letter, n) => ({
    guid: `${number}${letter}`,
    number: letter,
    category: category(number),
    at: { x: x(n), y: index * PITCH + exits.filter((exit) => exit <= number).length * EXIT },
  })),
}));

const WIDE = 4 * SEAT;
const [nose, tail] = [-330, length + 460];
const hull = "#eceef1";
const wing = "#cfd4db";

/** The fuselage from the nose down its right side, around the tail and back. */
const fuselage = (): Draw.Point[] => {
  const round = (from: number, to: number, y: number, height: number) =>
    Array.from({ length: 25 }, (_, n) => {
      const angle = ((from + ((to - from) * n) / 24) * Math.PI) / 180;
      return { x: WIDE * Math.cos(angle), y: y + height * Math.sin(angle) };
    });
  return [...round(180, 360, -60, -nose - 60), ...round(0, 180, length + 60, tail - length - 60)];
};

const mirrored = (points: Draw.Point[]): Draw.Point[] => points.map((point) => ({ x: -point.x, y: point.y }));

const wings: Draw.Point[] = [
  { x: WIDE - 4, y: length * 0.3 },
  { x: WIDE + 780, y: length * 0.63 },
  { x: WIDE + 780, y: length * 0.68 },
  { x: WIDE - 4, y: length * 0.52 },
];
const stabiliser: Draw.Point[] = [
  { x: WIDE * 0.72, y: tail - 230 },
  { x: WIDE + 215, y: tail - 60 },
  { x: WIDE + 215, y: tail - 5 },
  { x: WIDE * 0.45, y: tail - 80 },
];

const origin = { x: 0, y: 0 };
const polygon = (color: string, points: Draw.Point[]): Draw.Area => ({ color, at: origin, polygon: { points } });
const galley = (y: number, height: number): Draw.Area => ({
  color: "#b9c0ca",
  at: { x: -2.6 * SEAT, y },
  rectangle: { width: 5.2 * SEAT, height },
});

export const prices = { Front: 129_000, "Exit row": 119_000, Standard: 89_000 };

export const plan: Plan = Draw.plan({
  name: "Airbus A320, 180 seats",
  categories: [
    { name: "Front", color: "#7b1fa2" },
    { name: "Exit row", color: "#b3261e" },
    { name: "Standard", color: "#1a56b0" },
  ],
  zones: [
    {
      name: "Aircraft",
      areas: [
        ...[wings, mirrored(wings), stabiliser, mirrored(stabiliser)].map((points) => polygon(wing, points)),
        polygon(hull, fuselage()),
        galley(-110, 60),
        galley(length + 50, 60),
      ],
    },
    { id: "cabin", name: "Cabin", rows },
  ],
});
