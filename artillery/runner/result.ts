/** The result of a run: percentiles, rates, counts, and whether they meet the scenario's bounds. */
import { Transitions } from "../../core/order/index.ts";
import type { Audit } from "../../ops/audit/index.ts";
import { drift } from "./drift.ts";
import type { Figures, Period } from "./played.ts";
import type { Watched } from "./processes.ts";
import type { EventRecipe, Scenario } from "./recipes.ts";

/** Times that journeys measure over several requests. */
export const SPANS = ["wait", "settled", "card.settled"];

export type StepResult = Figures & {
  /** A second, in the busiest period. */
  peak: number;
};
export type Bound = { metric: string; bound: number; value: number | undefined; ok: boolean };
export type Line = { at: number; serving: number; issued: number; active: number };

export type Result = {
  scenario: string;
  /** Which program sent the requests. */
  sender: "Artillery" | "generator";
  title: string;
  scale: number;
  target: string;
  began: number;
  machine: { cpus: number; model: string; memory: number; node: string; load: number };
  /** The number of visitors, the seconds in which they came, and the seconds until the last one left. */
  visitors: number;
  arrivals: number;
  duration: number;
  steps: Record<string, StepResult>;
  counters: Record<string, number>;
  bounds: Bound[];
  /** ms: the sender's delay, 95th percentile of the periods. Above 50 its latencies no longer describe the system. */
  lag: number;
  /** Visitors a second that the scenario asks for, in the busiest phase. */
  asked: number;
  /** Transactions a second of the bare engine, before the run. */
  raw?: number;
  periods: Period[];
  line: Line[];
  processes: Watched[];
  audit?: Audit;
};

const peak = (periods: Period[], name: string): number =>
  Math.max(0, ...periods.map(({ steps, seconds }) => (steps[name]?.count ?? 0) / seconds));

const counted = (periods: Period[]): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const { counters } of periods)
    for (const [name, count] of Object.entries(counters)) total[name] = (total[name] ?? 0) + count;
  return total;
};

type Found = Pick<Result, "steps" | "counters" | "periods" | "processes">;

/** The seats of each order in the journeys that count held and abandoned seats. */
const EACH = 2;

/** The free seats at the end of each period. Abandoned seats are free again when their hold lapses. */
const freeSeats = (periods: Period[], { zones, rows, seats, holdSeconds = Number.POSITIVE_INFINITY }: EventRecipe) => {
  const lapseMs = 1_000 * holdSeconds + Transitions.settleGraceMs;
  let taken = 0;
  let lapsed = 0;
  return periods.map(({ at, counters }) => {
    taken += counters.held ?? 0;
    for (let then = periods[lapsed]; then && then.at + lapseMs <= at; then = periods[++lapsed])
      taken -= then.counters.abandoned ?? 0;
    return zones * rows * seats - EACH * taken;
  });
};

/**
 * Percent of the picks that got seats while there were any. "None left" is a right answer unless seats were free during the whole
 * time from the period before to the period after.
 */
const pickSuccess = (periods: Period[], event: EventRecipe): number | undefined => {
  const free = freeSeats(periods, event);
  const untrue = periods.map(({ counters: { "pick.refused": refused = 0 } }, n) =>
    Math.min(...free.slice(Math.max(0, n - 1), n + 2)) >= EACH ? refused : 0,
  );
  const { "pick.held": held = 0 } = counted(periods);
  const refused = untrue.reduce((sum, each) => sum + each, 0);
  return held + refused > 0 ? (100 * held) / (held + refused) : undefined;
};

/** Calls to the gateway until an order paid by card is confirmed: one prepares the payment, one authorises it. */
const callsBefore = 2;

/** The ratio of the settling times of payments by card and by points, without the gateway's own time. */
const cardRatio = ({ steps }: Found, gatewayMs = 0): number | undefined => {
  const [card, points] = [steps["card.settled"]?.p95, steps.settled?.p95];
  return card && points ? (card - callsBefore * gatewayMs) / points : undefined;
};

/**
 * The value that a threshold names: `<step>.p95` in ms, `<name>.drift` and `card.ratio` as ratios, `pick.success` in percent, otherwise
 * a counter.
 */
const measured = (metric: string, found: Found, { event, variables }: Scenario): number | undefined => {
  const { steps, counters, periods } = found;
  const [, step = "", p] = /^(.+)\.(p50|p95|p99)$/.exec(metric) ?? [];
  if (p) return steps[step]?.[p as "p95"];
  if (metric.endsWith(".drift")) return drift(metric.slice(0, -".drift".length), found);
  if (metric === "pick.success") return pickSuccess(periods, event);
  if (metric === "card.ratio") return cardRatio(found, Number(variables.gatewayMs ?? 0));
  return counters[metric] ?? 0;
};

const bounds = (scenario: Scenario, found: Found): Bound[] =>
  Object.entries(scenario.thresholds).map(([metric, bound]) => {
    const value = measured(metric, found, scenario);
    const ok = value !== undefined && (metric === "pick.success" ? value >= bound : value <= bound);
    return { metric, bound, value, ok };
  });

type Given = Pick<Result, "scale" | "target" | "began" | "machine" | "periods" | "line" | "processes" | "asked"> & {
  file: Scenario;
  steps: Record<string, Figures>;
  ended: number;
  arrivals: number;
  raw?: number | undefined;
  /** Counters of the state after the run. */
  left?: Record<string, number>;
};

export const result = ({ file, raw, left = {}, ended, ...given }: Given): Result => {
  const { periods } = given;
  const steps = Object.fromEntries(
    Object.entries(given.steps).map(([name, figures]) => [name, { ...figures, peak: peak(periods, name) }]),
  );
  const counters = { ...counted(periods), ...left };
  const late = periods.map((period) => period.late).sort((a, b) => a - b);
  return {
    ...given,
    scenario: file.name,
    sender: file.journey ? "generator" : "Artillery",
    title: file.title,
    visitors: counters.arrived ?? 0,
    duration: Math.round((ended - given.began) / 100) / 10,
    steps,
    counters,
    bounds: bounds(file, { ...given, steps, counters }),
    lag: late[Math.floor(late.length * 0.95)] ?? 0,
    ...(raw !== undefined && { raw }),
  };
};

/** Whether every bound is met and the audit found no violation. */
export const passed = ({ bounds, audit }: Pick<Result, "bounds" | "audit">): boolean =>
  bounds.every(({ ok }) => ok) && (audit?.clean ?? true);
