/** Latencies second by second, and the time until they are as before. Pure except for the given clock. */

export const STEPS = ["hold", "pay", "settled"] as const;
export type StepName = (typeof STEPS)[number];
/** The steps whose latency must recover: those for which a buyer waits. */
export const JUDGED = ["hold", "pay"] as const;

export type Second = Record<StepName, number[]> & { booked: number };

/** Percentile `p` (0–1) of ms; undefined without values. */
export const percentile = (ms: readonly number[], p: number): number | undefined => {
  const sorted = [...ms].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)];
};

export const series = (clock: () => number) => {
  const seconds: Second[] = [];
  const began = clock();
  const here = (): Second => {
    const at = Math.floor((clock() - began) / 1_000);
    while (seconds.length <= at) seconds.push({ hold: [], pay: [], settled: [], booked: 0 });
    return seconds[at] as Second;
  };
  return {
    record: (step: StepName, ms: number): void => void here()[step].push(ms),
    booked: (): void => void here().booked++,
    /** The whole seconds from one to before another, counted from the beginning. */
    slice: (from: number, to: number): Second[] => {
      here();
      return seconds.slice(Math.max(0, from), to);
    },
    now: (): number => Math.floor((clock() - began) / 1_000),
  };
};

export type Series = ReturnType<typeof series>;

export const all = (seconds: readonly Second[], step: StepName): number[] => seconds.flatMap((one) => one[step]);

export const rate = (seconds: readonly Second[]): number =>
  seconds.length === 0 ? 0 : seconds.reduce((sum, { booked }) => sum + booked, 0) / seconds.length;

/** Seconds over which a moment's percentile is taken. */
const WINDOW = 10;
/** The ratio to the normal latency that still counts as normal. */
const SLACK = 1.5;

const windows = (seconds: readonly Second[], step: StepName): number[] => {
  const starts = Array.from({ length: Math.max(1, seconds.length - WINDOW + 1) }, (_, at) => at);
  return starts.map((at) => percentile(all(seconds.slice(at, at + WINDOW), step), 0.95) ?? Number.POSITIVE_INFINITY);
};

/**
 * The bound of normal: 1.5 times the p95 of the time before, or the p95 of its slowest ten seconds. A stricter bound would fail the time
 * before, too.
 */
export const bound = (normal: readonly Second[], step: StepName): number => {
  const usual = percentile(all(normal, step), 0.95) ?? 0;
  return Math.max(SLACK * usual, ...windows(normal, step).filter(Number.isFinite));
};

/** Seconds after the last fault from which every ten seconds are normal, for holds and payments; undefined: never. */
export const returned = (normal: readonly Second[], after: readonly Second[]): number | undefined => {
  const last = JUDGED.map((step) => {
    const most = bound(normal, step);
    return windows(after, step).findLastIndex((p95) => p95 > most);
  });
  const from = Math.max(...last) + 1;
  return from > Math.max(0, after.length - WINDOW) ? undefined : from;
};
