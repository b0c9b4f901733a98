/** What came of a run: percentiles, rates, counts, and whether they are what the scenario asks for. */
import { Transitions } from "../../core/order/index.ts";
import type { Audit } from "../../ops/audit/index.ts";
import type { EventRecipe } from "../scenario.ts";
import { merge, percentile, type Second } from "../series.ts";
import { drift } from "./drift.ts";
import type { Watched } from "./processes.ts";
import type { Scenario } from "./scenarios.ts";

/** What journeys time that is no single request. */
export const SPANS = ["wait", "settled", "card.settled", "journey"];

export type StepResult = {
  count: number;
  failed: number;
  p50: number;
  p95: number;
  p99: number;
  /** A second, in the busiest second. */
  peak: number;
};
export type Bound = { metric: string; bound: number; value: number | undefined; ok: boolean };
export type Line = { at: number; serving: number; issued: number; active: number };

export type Result = {
  scenario: string;
  title: string;
  scale: number;
  target: string;
  began: number;
  machine: { cpus: number; model: string; memory: number; node: string; load: number };
  /** Visitors that came, in how many seconds, and until the last one was gone. */
  visitors: number;
  arrivals: number;
  duration: number;
  steps: Record<string, StepResult>;
  counters: Record<string, number>;
  bounds: Bound[];
  /** ms that the generator was late, 95th percentile of its seconds; past 50 its latencies are no longer the system's. */
  lag: number;
  /** Visitors a second that were asked for and that came, in the busiest second. */
  asked: number;
  /** Transactions a second of the bare engine, before the run. */
  raw?: number;
  seconds: Second[];
  line: Line[];
  processes: Watched[];
  audit?: Audit;
};

const stepResults = (seconds: Second[]): Record<string, StepResult> => {
  const names = [...new Set(seconds.flatMap(({ steps }) => Object.keys(steps)))];
  return Object.fromEntries(
    names.map((name) => {
      const each = seconds.flatMap(({ steps }) => steps[name] ?? []);
      const ms = merge(each.map((step) => step.ms));
      const sum = (field: "ok" | "failed") => each.reduce((total, step) => total + step[field], 0);
      return [
        name,
        {
          count: sum("ok") + sum("failed"),
          failed: sum("failed"),
          ...{ p50: percentile(ms, 0.5), p95: percentile(ms, 0.95), p99: percentile(ms, 0.99) },
          peak: Math.max(...each.map(({ ok, failed }) => ok + failed)),
        },
      ];
    }),
  );
};

const counted = (seconds: Second[]): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const { counters } of seconds)
    for (const [name, count] of Object.entries(counters)) total[name] = (total[name] ?? 0) + count;
  return total;
};

type Found = Pick<Result, "steps" | "counters" | "seconds" | "processes">;

/** Seats of each order in the journeys that count what they hold and abandon. */
const EACH = 2;

/** Seats that were free as each second ended: what was abandoned comes back when its hold lapses. */
const freeSeats = (seconds: Second[], { zones, rows, seats, holdSeconds = Number.POSITIVE_INFINITY }: EventRecipe) => {
  const lapse = 1_000 * holdSeconds + Transitions.settleGraceMs;
  let taken = 0;
  let lapsed = 0;
  return seconds.map(({ at, counters }) => {
    taken += counters.held ?? 0;
    for (let then = seconds[lapsed]; then && then.at + lapse <= at; then = seconds[++lapsed])
      taken -= then.counters.abandoned ?? 0;
    return zones * rows * seats - EACH * taken;
  });
};

/**
 * Percent of the picks that got seats while there were any. That none is left is an answer, not a failure, but only if it was so: not if
 * seats were free all the while from the second before to the second after.
 */
const pickSuccess = (seconds: Second[], event: EventRecipe): number | undefined => {
  const free = freeSeats(seconds, event);
  const untrue = seconds.map(({ counters: { "pick.refused": refused = 0 } }, n) =>
    Math.min(...free.slice(Math.max(0, n - 1), n + 2)) >= EACH ? refused : 0,
  );
  const { "pick.held": held = 0 } = counted(seconds);
  const refused = untrue.reduce((sum, each) => sum + each, 0);
  return held + refused > 0 ? (100 * held) / (held + refused) : undefined;
};

/** Calls to the gateway until an order that is paid by card is confirmed: one that prepares the payment, one that authorises it. */
const callsBefore = 2;

/** How much slower a payment by card is settled than one by points, beside the time that is the gateway's. */
const cardRatio = ({ steps }: Found, gatewayMs = 0): number | undefined => {
  const [card, points] = [steps["card.settled"]?.p95, steps.settled?.p95];
  return card && points ? (card - callsBefore * gatewayMs) / points : undefined;
};

/**
 * The value that a threshold is about: `<step>.p95` in ms, `<what>.drift` and `card.ratio` as ratios, `pick.success` in percent, else a
 * counter.
 */
const measured = (metric: string, found: Found, { event, params }: Scenario): number | undefined => {
  const { steps, counters, seconds } = found;
  const [, step = "", p] = /^(.+)\.(p50|p95|p99)$/.exec(metric) ?? [];
  if (p) return steps[step]?.[p as "p95"];
  if (metric.endsWith(".drift")) return drift(metric.slice(0, -".drift".length), found);
  if (metric === "pick.success") return pickSuccess(seconds, event);
  if (metric === "card.ratio") return cardRatio(found, params?.gatewayMs);
  return counters[metric] ?? 0;
};

const bounds = (scenario: Scenario, found: Found): Bound[] =>
  Object.entries(scenario.thresholds).map(([metric, bound]) => {
    const value = measured(metric, found, scenario);
    const ok = value !== undefined && (metric === "pick.success" ? value >= bound : value <= bound);
    return { metric, bound, value, ok };
  });

type Given = Pick<
  Result,
  "scenario" | "scale" | "target" | "began" | "machine" | "seconds" | "line" | "processes" | "asked"
> & {
  file: Scenario;
  arrivals: number;
  raw?: number | undefined;
  /** Counters of what the run left behind. */
  left?: Record<string, number>;
};

export const result = ({ file, raw, left = {}, ...given }: Given): Result => {
  const { seconds } = given;
  const steps = stepResults(seconds);
  const counters = { ...counted(seconds), ...left };
  const lags = seconds.map(({ lag }) => lag).sort((a, b) => a - b);
  return {
    ...given,
    title: file.title,
    visitors: counters.arrived ?? 0,
    duration: Math.round(((seconds.at(-1)?.at ?? given.began) - given.began) / 1000),
    steps,
    counters,
    bounds: bounds(file, { ...given, steps, counters }),
    lag: lags[Math.floor(lags.length * 0.95)] ?? 0,
    ...(raw !== undefined && { raw }),
  };
};

/** Whether everything that was asked for came out, and the audit is clean. */
export const passed = ({ bounds, audit }: Pick<Result, "bounds" | "audit">): boolean =>
  bounds.every(({ ok }) => ok) && (audit?.clean ?? true);
