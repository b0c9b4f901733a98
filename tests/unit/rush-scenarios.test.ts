/** The load scenarios say what can be played, and scale as they say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load, names, scaled, seconds, visitors } from "#local/rush/scenarios.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const journeys = [...read("artillery/players.ts").matchAll(/^const (\w+) = journey\(/gm)].map(([, name]) => name);
const steps = new Set(
  ["journeys/queue.ts", "journeys/buy.ts", "journeys/shop.ts", "players.ts"].flatMap((file) =>
    [...read(`artillery/${file}`).matchAll(/(?:send|timed)\("(\w+)"/g)].map(([, step]) => step),
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

test("half the scale: half the visitors in the same time, for half the seats", async () => {
  for (const name of names()) {
    const whole = await load(name);
    const half = scaled(whole, 0.5);
    expect(visitors(half) / visitors(whole)).toBeCloseTo(0.5, 1);
    expect(seconds(half)).toBe(seconds(whole));
    if (whole.event.zones > 1) expect(half.event.zones).toBe(Math.round(whole.event.zones / 2));
  }
});
