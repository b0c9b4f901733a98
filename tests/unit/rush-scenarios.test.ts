/** The load scenarios say what can be played, and scale as they say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  crowds,
  load,
  names,
  type Scenario,
  scaled,
  seconds,
  visitors,
  withCards,
} from "#artillery/runner/scenarios.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const journeys = [...read("artillery/players.ts").matchAll(/^const (\w+) = journey\(/gm)].map(([, name]) => name);
const steps = new Set(
  ["journeys/queue.ts", "journeys/buy.ts", "journeys/shop.ts", "players.ts"].flatMap((file) =>
    [...read(`artillery/${file}`).matchAll(/(?:send|timed)\(["`](?:\$\{by\})?(\w+)["`]/g)].map(([, step]) => step),
  ),
);

test("every shape that the product is compared by has its scenario", () => {
  expect(names()).toEqual(
    expect.arrayContaining([
      ...["signin", "journey", "book-230", "queue-10k", "queue-50k", "flow", "confirm-150"],
      ...["flight-deal", "sellout", "soak"],
    ]),
  );
});

test.each(names())(
  "%s plays a journey that there is, by accounts enough, and bounds steps that it takes",
  async (name) => {
    const scenario = await load(name);
    expect(journeys).toContain(scenario.play);
    if (!["limit", "book-230"].includes(name))
      expect(scenario.accounts.count).toBeGreaterThanOrEqual(visitors(scenario));
    for (const metric of Object.keys(scenario.thresholds)) {
      const step = /^(\w+)\.p\d\d$/.exec(metric)?.[1];
      if (step) expect(steps).toContain(step);
    }
    expect(Object.keys(scenario.thresholds)).toContain("failed");
  },
);

test("each second's crowd adds up to the phases: counts, rates, ramps, and parts of a second", () => {
  const come = (...phases: Scenario["phases"]) => crowds({ phases } as Scenario).map(({ count }) => count);
  expect(come({ duration: 3, arrivalRate: 7 }, { duration: 1, arrivalRate: 14 })).toEqual([7, 7, 7, 14]);
  expect(come({ duration: 4, arrivalRate: 0, rampTo: 8 })).toEqual([1, 3, 5, 7]);
  expect(come({ duration: 4, arrivalRate: 0.5 }).reduce((sum, count) => sum + count)).toBe(2);
  expect(crowds({ phases: [{ duration: 1.5, arrivalCount: 115 }] } as Scenario)).toEqual([
    { count: 77, within: 1_000 },
    { count: 38, within: 500 },
  ]);
});

test("half the scale: half the visitors in the same time, for half the seats", async () => {
  for (const name of names()) {
    const whole = await load(name);
    const half = scaled(whole, 0.5);
    expect(visitors(half) / visitors(whole)).toBeCloseTo(0.5, 1);
    expect(seconds(half)).toBe(seconds(whole));
    if (whole.event.zones > 1) expect(half.event.zones).toBe(Math.round(whole.event.zones / 2));
  }
});

test("confirm-150 can be paid by card, and bounds the ratio to payments by points; no other scenario can", async () => {
  const { params, thresholds } = withCards(await load("confirm-150"), 400);
  expect(params).toMatchObject({ byCard: 2, gatewayMs: 400 });
  expect(thresholds).toEqual({ failed: 0, unsettled: 0, "card.ratio": 1.5 });
  const other = await load("flow");
  expect(() => withCards(other, 400)).toThrow("--payments is for confirm-150");
});
