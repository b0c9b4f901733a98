/** Whether a long run gets slower or heavier: compares its last third with its second, because the first still warms up. */
import type { Period } from "./played.ts";
import type { Watched } from "./processes.ts";

const API = "API and workers";

const thirds = <T>(all: T[]): [T[], T[]] => {
  const third = Math.floor(all.length / 3);
  return [all.slice(third, 2 * third), all.slice(2 * third)];
};

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of the periods' 95th percentiles. */
const p95 = (periods: Period[], step: string): number => mean(periods.flatMap(({ steps }) => steps[step]?.p95 ?? []));

const used = (processes: Watched[], what: "memory" | "handles"): number =>
  mean(processes.flatMap(({ usage }) => usage[API]?.[what] ?? []));

/**
 * The last third's value ÷ the second third's: of a step's 95th percentile, or of the API's mean `memory` or `handles`. Undefined without
 * values to compare.
 */
export const drift = (of: string, { periods, processes }: { periods: Period[]; processes: Watched[] }) => {
  const [before, after] =
    of === "memory" || of === "handles"
      ? thirds(processes).map((part) => used(part, of))
      : thirds(periods).map((part) => p95(part, of));
  return before && after ? after / before : undefined;
};
