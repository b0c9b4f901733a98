/** The scenarios: Artillery's scripts, the project's own generator's, what each needs before it begins, and what `--scale` makes of them. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Crowd, Prepared } from "../generator/start.ts";
import { folder } from "./artillery.ts";

// it has no types
const yaml = createRequire(import.meta.url)("js-yaml") as { load(text: string): unknown };

export type Phase = {
  /** Seconds, or as `1500ms`. */
  duration: number | string;
  arrivalRate?: number;
  arrivalCount?: number;
  name?: string;
};

export type EventRecipe = {
  /** Zones of equal rows; seats are `S<zone>-<row>-<number>`. */
  zones: number;
  rows: number;
  seats: number;
  holdSeconds?: number;
  /** None without it. */
  queue?: { admitPerSecond: number; maxActive: number; claimSeconds?: number };
};

type Recipe = {
  event: EventRecipe;
  /** Other events in the catalogue, for lists to have pages. */
  catalogue?: number;
  /** The accounts can sign in by password. */
  login?: true;
  /** Upper bounds that Artillery cannot check: `<what>.drift` and `card.ratio` as ratios; `pick.success` is a lower one, in percent. */
  bounds?: Record<string, number>;
  /** What the machine is expected to be short of, said in the report where it was. */
  measures?: "dynamodb";
  /** Seconds after the last visitor before the audit, for holds to lapse. */
  rest?: number;
};

export type Scenario = Recipe & {
  name: string;
  title: string;
  phases: Phase[];
  /** Variables of the script; `visitors` is how many accounts it needs. */
  variables: { visitors?: number; balance?: number; poor?: number } & Record<string, unknown>;
  /** Upper bounds: `<step>.p95` and the like in ms, else a counter. */
  thresholds: Record<string, number>;
  /** The journey that the project's own generator plays; Artillery plays the script without it. */
  journey?: Prepared["journey"];
};

const queue = { admitPerSecond: 100, maxActive: 2_000 };
const flow = { event: { zones: 10, rows: 20, seats: 40, queue }, measures: "dynamodb" } as const;
const small = { zones: 4, rows: 10, seats: 20 };
const journey = { zones: 8, rows: 25, seats: 30 };
const pages = { catalogue: 280 };
const entry = { admitPerSecond: 50, maxActive: 1_000 };

/** What has to be there before Artillery's scripts begin. */
const recipes: Record<string, Recipe> = {
  smoke: flow,
  flow,
  soak: {
    ...flow,
    event: { zones: 30, rows: 25, seats: 40, queue },
    bounds: { "hold.drift": 1.5, "pay.drift": 1.5, "settled.drift": 1.5, "memory.drift": 1.15, "handles.drift": 1.15 },
  },
  signin: { event: { zones: 1, rows: 1, seats: 10 }, login: true },
  "book-230": { event: small },
  "confirm-150": { event: small, measures: "dynamodb" },
  journey: { ...pages, event: { zones: 4, rows: 20, seats: 20, queue: entry } },
  "journey-2000": { ...pages, event: { ...journey, queue: entry } },
  "journey-2000-open": { ...pages, event: journey },
  "flight-deal": {
    event: { zones: 1, rows: 30, seats: 6, queue: { admitPerSecond: 30, maxActive: 300 } },
    measures: "dynamodb",
  },
  // what is abandoned stays held for `holdSeconds` and five minutes of grace: after that every seat is sold or free
  sellout: {
    event: {
      ...{ zones: 15, rows: 25, seats: 40, holdSeconds: 20 },
      queue: { admitPerSecond: 15, maxActive: 3_000, claimSeconds: 30 },
    },
    bounds: { "pick.success": 95, "seats.held": 0 },
    ...{ rest: 325, measures: "dynamodb" },
  },
  "limit-artillery": { event: { zones: 1, rows: 1, seats: 10 } },
};

const waiting = { failed: 0, impatient: 0, "join.p95": 250, "status.p95": 250, "claim.p95": 250 };
const hall = { zones: 10, rows: 25, seats: 40 };

/** Scenarios above what Artillery sends from two cores. */
const generated: Scenario[] = [
  {
    name: "queue-10k",
    title: "10,000 visitors join at 1,000 a second, and wait",
    journey: "queue",
    phases: [{ duration: 10, arrivalRate: 1_000 }],
    variables: { visitors: 10_000 },
    event: { ...hall, queue: { admitPerSecond: 250, maxActive: 10_000 } },
    thresholds: waiting,
  },
  {
    // the rate is what two cores give the system, its engines and the generator together within the bounds
    name: "queue-50k",
    title: "50,000 visitors join at 1,087 a second, and wait",
    journey: "queue",
    phases: [{ duration: 46, arrivalCount: 50_000 }],
    variables: { visitors: 50_000 },
    event: { ...hall, queue: { admitPerSecond: 500, maxActive: 50_000 } },
    thresholds: waiting,
  },
  {
    name: "limit",
    title: "The generator's own limit: ever more requests to a server that answers at once",
    journey: "ask",
    phases: [500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000].map((arrivalRate) => ({ duration: 5, arrivalRate })),
    variables: { visitors: 1 },
    event: { zones: 1, rows: 1, seats: 10 },
    thresholds: { failed: 0 },
  },
];

const ENDPOINT = "plugins.metrics-by-endpoint.response_time.";

type Script = {
  config: {
    phases: Phase[];
    variables?: Scenario["variables"];
    ensure?: { thresholds?: Record<string, number>[] };
  };
};

export const scriptOf = (name: string): string => join(folder, `${name}.yml`);

const script = (name: string, recipe: Recipe): Scenario => {
  const text = readFileSync(scriptOf(name), "utf8");
  const { phases, variables = {}, ensure } = (yaml.load(text) as Script).config;
  const thresholds = (ensure?.thresholds ?? []).flatMap(Object.entries) as [string, number][];
  return {
    ...recipe,
    ...{ name, phases, variables },
    title: /^# (.*)/.exec(text)?.[1] ?? name,
    thresholds: {
      failed: 0,
      ...Object.fromEntries(thresholds.map(([metric, bound]) => [metric.replace(ENDPOINT, ""), bound])),
      ...recipe.bounds,
    },
  };
};

export const names = (): string[] =>
  [
    ...readdirSync(folder)
      .filter((file) => file.endsWith(".yml"))
      .map((file) => file.slice(0, -4)),
    ...generated.map(({ name }) => name),
  ].sort();

export const load = (name: string): Scenario => {
  const own = generated.find((scenario) => scenario.name === name);
  if (own) return own;
  const recipe = recipes[name];
  if (!recipe) throw new Error(`There is no scenario ${name}. See: npm run load -- --list`);
  return script(name, recipe);
};

/** Fewer visitors in the same time for fewer seats: rates, counts, rows and the queue's rate shrink alike; durations stay. */
export const scaled = (scenario: Scenario, scale: number): Scenario => {
  const by = (value: number) => Math.max(1, Math.round(value * scale));
  const { event, variables } = scenario;
  return {
    ...scenario,
    phases: scenario.phases.map((phase) => ({
      ...phase,
      ...(phase.arrivalRate !== undefined && { arrivalRate: by(phase.arrivalRate) }),
      ...(phase.arrivalCount !== undefined && { arrivalCount: by(phase.arrivalCount) }),
    })),
    variables: { ...variables, ...(variables.visitors !== undefined && { visitors: by(variables.visitors) }) },
    event: {
      ...event,
      zones: scale < 1 ? by(event.zones) : event.zones,
      ...(event.queue && {
        queue: { ...event.queue, admitPerSecond: Math.max(1, event.queue.admitPerSecond * scale) },
      }),
    },
  };
};

/** Every second visitor pays by card, at a gateway whose calls take so many ms each. */
export const withCards = (scenario: Scenario, gatewayMs: number): Scenario => {
  if (scenario.name !== "confirm-150")
    throw new Error("--payments is for confirm-150: no other scenario pays by both.");
  return {
    ...scenario,
    title: `${scenario.title}; every second pays by card, ${gatewayMs} ms a call`,
    variables: { ...scenario.variables, cardEvery: 2, gatewayMs },
    thresholds: { failed: 0, unsettled: 0, "card.ratio": 1.5 },
  };
};

const secondsOf = ({ duration }: Phase): number =>
  typeof duration === "number" ? duration : Number.parseInt(duration, 10) / 1_000;

const countOf = (phase: Phase): number => phase.arrivalCount ?? (phase.arrivalRate ?? 0) * secondsOf(phase);

/** The visitors of each second of a scenario. */
export const crowds = ({ phases }: Pick<Scenario, "phases">): Crowd[] =>
  phases.flatMap((phase) => {
    const duration = secondsOf(phase);
    const come = (t: number) => Math.round((countOf(phase) * t) / duration);
    return Array.from({ length: Math.ceil(duration) }, (_, second) => {
      const until = Math.min(second + 1, duration);
      return { count: come(until) - come(second), within: 1_000 * (until - second) };
    });
  });

/** How many visitors come in all. */
export const visitors = (scenario: Scenario): number =>
  Math.round(scenario.phases.reduce((sum, phase) => sum + countOf(phase), 0));

export const seconds = ({ phases }: Scenario): number => phases.reduce((sum, phase) => sum + secondsOf(phase), 0);

/** Visitors a second in the busiest phase. */
export const asked = ({ phases }: Scenario): number =>
  Math.max(...phases.map((phase) => countOf(phase) / Math.max(1, secondsOf(phase))));
