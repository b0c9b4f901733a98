/** Whether a long run gets slower or heavier: its last third beside its second; the first still warms up. */
import { merge, percentile, type Second } from "../series.ts";
import type { Watched } from "./processes.ts";

const API = "API and workers";

const thirds = <T>(all: T[]): [T[], T[]] => {
  const third = Math.floor(all.length / 3);
  return [all.slice(third, 2 * third), all.slice(2 * third)];
};

const p95 = (seconds: Second[], step: string): number =>
  percentile(merge(seconds.map(({ steps }) => steps[step]?.ms ?? {})), 0.95);

const mean = (processes: Watched[], what: "memory" | "handles"): number => {
  const all = processes.flatMap(({ usage }) => usage[API]?.[what] ?? []);
  return all.reduce((sum, value) => sum + value, 0) / all.length;
};

/**
 * The last third's value ÷ the second third's: of a step's 95th percentile, or of the API's mean `memory` or `handles`. Undefined where
 * there is nothing to compare.
 */
export const drift = (of: string, { seconds, processes }: { seconds: Second[]; processes: Watched[] }) => {
  const [before, after] =
    of === "memory" || of === "handles"
      ? thirds(processes).map((part) => mean(part, of))
      : thirds(seconds).map((part) => p95(part, of));
  return before && after ? after / before : undefined;
};
