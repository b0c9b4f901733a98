/** The polls of a waiting buyer: simulated hours, without a browser. */
import { expect, test } from "vitest";
import { nextLook, pace } from "#client/pace.ts";
import type { QueueStatus } from "#client/shapes.ts";

const HOUR = 3_600_000;

/**
 * A page that waits in a line whose `serving` is a function of time; returns its number of polls, and the delay until it showed the turn
 * (ms).
 */
const waits = (number: number, promised: number, serving: (at: number) => number, hidden = false) => {
  const paced = pace(0);
  const looks: number[] = [];
  let at = 0;
  while (at <= 3 * HOUR) {
    looks.push(at);
    if (serving(at) >= number) break;
    const status = { phase: "line", serving: serving(at), admitPerSecond: promised } as QueueStatus;
    at += paced(status, { at, serverAt: at, number, hidden }).delay;
  }
  let turn = 0;
  while (serving(turn) < number) turn += 100;
  const busiest = Math.max(...looks.map((from) => looks.filter((look) => look >= from && look < from + HOUR).length));
  return { looks: looks.length, busiest, late: at - turn };
};

test("an hour's wait takes at most 120 requests, and the turn is shown within 5 seconds", () => {
  for (const perSecond of [0.2, 1, 5, 50]) {
    const { busiest, late } = waits(Math.round(3600 * perSecond), perSecond, (at) =>
      Math.floor((at / 1000) * perSecond),
    );
    expect(busiest).toBeLessThanOrEqual(120);
    expect(late).toBeLessThanOrEqual(5_000);
  }
});

test("the same is true if the capacity admits fewer than the rate", () => {
  for (const share of [0.9, 0.5, 0.1]) {
    const { busiest, late } = waits(Math.round(3600 * 5 * share), 5, (at) => Math.floor((at / 1000) * 5 * share));
    expect(busiest).toBeLessThanOrEqual(120);
    expect(late).toBeLessThanOrEqual(5_000);
  }
});

test("a line that does not move for an hour is polled at most 120 times", () => {
  const { busiest } = waits(500, 5, (at) => (at < HOUR ? 10 : 10 + Math.floor((at - HOUR) / 200)));
  expect(busiest).toBeLessThanOrEqual(120);
});

test("a hidden page polls less often than a visible one", () => {
  const line = (at: number) => Math.floor(at / 1000);
  expect(waits(3600, 1, line, true).looks).toBeLessThan(waits(3600, 1, line).looks);
});

test("every delay is between 3 and 120 seconds", () => {
  for (const wait of [undefined, 0, 10_000, 100_000, HOUR, 24 * HOUR])
    for (const still of [0, HOUR])
      for (const hidden of [true, false]) {
        const delay = nextLook({ wait, still, hidden, spent: 0 });
        expect(delay).toBeGreaterThanOrEqual(3_000);
        expect(delay).toBeLessThanOrEqual(120_000);
      }
});
