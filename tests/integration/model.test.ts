/** Whatever happens at small sales, in whatever order: every answer is one that a small model allows, and the auditor is content. */
import { beforeAll, expect, inject, test } from "vitest";
import { type Ground, ground } from "#tests/model/ground.ts";
import { run } from "#tests/model/lanes.ts";

/** ms */
const LONG = 15_000;

let land: Ground;
beforeAll(async () => {
  land = await ground(inject("engines"));
  // requests at once are for `npm run prove`: here the same seed is the same run, on any machine
  land.inTurn = true;
  return () => land.stop();
});

test("nothing that buyers, organisers, workers, the gateway and the clock do brings a sale out of its model", {
  timeout: 120_000,
}, async () => {
  const began = performance.now();
  const report = await run(land, { seed: 3_000, lanes: 6, until: () => performance.now() - began > LONG });
  expect(report.failures).toEqual([]);
  expect(report.actions).toBeGreaterThan(100);
});
