/** The scenarios by their names: Artillery's scripts and the project's own generator's, and what `--scale` makes of them. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Crowd } from "../generator/start.ts";
import { folder } from "./artillery.ts";
import { generated, type Phase, type Recipe, recipes, type Scenario } from "./recipes.ts";

// it has no types
const yaml = createRequire(import.meta.url)("js-yaml") as { load(text: string): unknown };

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

/** Fewer visitors in the same time for fewer seats: rates, counts, rows and the queue's rate shrink by one factor; durations stay. */
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

/** Every second visitor pays by card, at a gateway whose calls take `gatewayMs` each. */
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

/** The number of all visitors. */
export const visitors = (scenario: Scenario): number =>
  Math.round(scenario.phases.reduce((sum, phase) => sum + countOf(phase), 0));

export const seconds = ({ phases }: Scenario): number => phases.reduce((sum, phase) => sum + secondsOf(phase), 0);

/** Visitors a second in the busiest phase. */
export const asked = ({ phases }: Scenario): number =>
  Math.max(...phases.map((phase) => countOf(phase) / Math.max(1, secondsOf(phase))));
