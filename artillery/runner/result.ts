/** What came of a run: percentiles, rates, counts, and whether they are what the scenario asks for. */
import { Transitions } from "../../core/order/index.ts";
import type { Audit } from "../../ops/audit/index.ts";
import { drift } from "./drift.ts";
import type { Figures, Period } from "./played.ts";
import type { Watched } from "./processes.ts";
import type { EventRecipe, Scenario } from "./recipes.ts";

/** What journeys time that is no single request. */
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
  /** Visitors that came, in how many seconds, and until the last one was gone. */
  visitors: number;
  arrivals: number;
  duration: number;
  steps: Record<string, StepResult>;
  counters: Record<string, number>;
  bounds: Bound[];
  /** ms that the sender was late, 95th percentile of the periods; past 50 its latencies are no longer the system's. */
  lag: number;
  /** Visitors a second that were asked for, in the busiest phase. */
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

/** Seats of each order in the journeys that count what they hold and abandon. */
const EACH = 2;

/** Seats that were free as each period ended: what was abandoned comes back when its hold lapses. */
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
 * Percent of the picks that got seats while there were any. That none is left is an answer, not a failure, but only if it was so: not if
 * seats were free all the while from the period before to the period after.
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
  /** Counters of what the run left behind. */
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

/** Whether everything that was asked for came out, and the audit is clean. */
export const passed = ({ bounds, audit }: Pick<Result, "bounds" | "audit">): boolean =>
  bounds.every(({ ok }) => ok) && (audit?.clean ?? true);
