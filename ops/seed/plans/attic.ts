/** An attic with sixteen chairs: small enough to be sold out by two groups. */
import type { Plan } from "#core/catalog/index.ts";
import * as Draw from "./draw.ts";

export const prices = { Chair: 30_000 };

export const plan: Plan = Draw.plan({
  name: "The Attic",
  categories: [{ name: "Chair", color: "#8a5a00" }],
  zones: [
    {
      name: "Corner",
      areas: [
        {
          color: "#3f444d",
          at: { x: -90, y: -130 },
          rectangle: { width: 180, height: 70 },
          text: "STAGE",
          textSize: 26,
        },
      ],
    },
    {
      id: "chairs",
      name: "Chairs",
      rows: Array.from({ length: 4 }, (_, r) =>
        Draw.row({
          prefix: "chair",
          label: String(r + 1),
          points: Draw.line({ centre: { x: 0, y: r * Draw.ROW }, count: 4, pitch: 34 }),
          category: "Chair",
        }),
      ),
    },
  ],
});
