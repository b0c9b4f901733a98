/** The scenarios of artillery/scenarios, and what `--scale` makes of them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Crowd, Scenario } from "../scenario.ts";
import { folder } from "./artillery.ts";

export type { Scenario };

const files = () => join(folder, "scenarios");

export const names = (): string[] =>
  readdirSync(files())
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3))
    .sort();

export const load = async (name: string): Promise<Scenario> => {
  if (!names().includes(name)) throw new Error(`There is no scenario ${name}. See: npm run rush -- --list`);
  return ((await import(join(files(), `${name}.ts`))) as { default: Scenario }).default;
};

/** Fewer visitors in the same time for fewer seats: rates, counts, rows and the queue's rate shrink alike; durations stay. */
export const scaled = (scenario: Scenario, scale: number): Scenario => {
  const by = (value: number) => Math.max(1, Math.round(value * scale));
  const { event, accounts } = scenario;
  return {
    ...scenario,
    phases: scenario.phases.map((phase) => ({
      ...phase,
      ...(phase.arrivalRate !== undefined && { arrivalRate: Math.max(0.1, phase.arrivalRate * scale) }),
      ...(phase.rampTo !== undefined && { rampTo: phase.rampTo * scale }),
      ...(phase.arrivalCount !== undefined && { arrivalCount: by(phase.arrivalCount) }),
    })),
    accounts: { ...accounts, count: by(accounts.count) },
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
  if (scenario.play !== "confirmAndPay")
    throw new Error("--payments is for confirm-150: no other scenario pays by both.");
  return {
    ...scenario,
    title: `${scenario.title}; every second pays by card, ${gatewayMs} ms a call`,
    params: { ...scenario.params, byCard: 2, gatewayMs },
    thresholds: { failed: 0, unsettled: 0, "card.ratio": 1.5 },
  };
};

type Phase = Scenario["phases"][number];

/** How many visitors have come `t` seconds after a phase began. */
const come = ({ duration, arrivalRate = 0, rampTo = arrivalRate, arrivalCount }: Phase, t: number): number =>
  Math.round(
    arrivalCount === undefined
      ? arrivalRate * t + ((rampTo - arrivalRate) * t * t) / (2 * duration)
      : (arrivalCount * t) / duration,
  );

/** The visitors of each second of a scenario. */
export const crowds = ({ phases }: Scenario): Crowd[] =>
  phases.flatMap((phase) =>
    Array.from({ length: Math.ceil(phase.duration) }, (_, second) => {
      const until = Math.min(second + 1, phase.duration);
      return { count: come(phase, until) - come(phase, second), within: 1_000 * (until - second) };
    }),
  );

/** How many visitors come in all. */
export const visitors = (scenario: Scenario): number => crowds(scenario).reduce((sum, { count }) => sum + count, 0);

export const seconds = ({ phases }: Scenario): number => phases.reduce((sum, { duration }) => sum + duration, 0);
