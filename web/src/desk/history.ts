/** The figures that the live desk has seen since it was opened, for the chart and the forecast. */
import { useRef } from "preact/hooks";
import type { Stats } from "../../../client/shapes.ts";

export type Point = { at: number; sold: number; held: number; serving: number; active: number };

/** An hour at two seconds. */
const maxPoints = 1_800;

export const useHistory = (stats: Stats | undefined, at: number): Point[] => {
  const points = useRef<Point[]>([]);
  if (stats && points.current.at(-1)?.at !== at)
    points.current = [
      ...points.current.slice(-maxPoints + 1),
      {
        at,
        sold: stats.seats.sold,
        held: stats.seats.held,
        serving: stats.queue?.serving ?? 0,
        active: stats.queue?.active ?? 0,
      },
    ];
  return points.current;
};
