/** Any request gets an answer that the API's document allows, shows no internals, and has no effect if it is refused. */
import { beforeAll, expect, inject, test } from "vitest";
import { isLong } from "#tests/support/long.ts";
import { operations } from "./api.ts";
import { lacks } from "./reach.ts";
import { CONCURRENCY, type Report, run } from "./run.ts";
import { open, type World } from "./world.ts";

const REQUESTS = isLong ? 10_000 : 3_000;
/** Always the same, so that a failure comes from a change. `npm run fuzz` tries others. */
const SEED = 20_261_128;
/** ms. Other tests on the machine may delay an answer; `npm run fuzz` allows one second. */
const slowestMs = 5_000;

let world: World;
let report: Report;

beforeAll(async () => {
  world = await open(inject("engines"));
  report = await run(world, { requests: REQUESTS, seed: SEED, slow: 1_000 });
  const { slow, slowest } = report;
  console.log(`fuzz: seed ${SEED}, ${slow.length} answers over 1 s, the slowest ${Math.round(slowest)} ms`);
  return world.stop;
}, 600_000);

test(`of ${REQUESTS} requests, ${CONCURRENCY} at a time, each gets an answer that is allowed`, () => {
  const again = `npm run fuzz -- --seed ${SEED} --replay`;
  expect(report.violations.slice(0, 5).map((one) => ({ ...one, again: `${again} ${one.n}` }))).toEqual([]);
  expect(report.requests).toBe(REQUESTS);
});

test("every answer is fast, except where a password is hashed", () => {
  expect(report.slow.filter(({ ms }) => ms > slowestMs)).toEqual([]);
});

test("the requests reach every route, its successes and its refusals", () => {
  for (const operation of operations())
    expect([operation.key, lacks(operation, report.answers[operation.key])]).toEqual([operation.key, []]);
  expect(report.wrote).toBeGreaterThan(REQUESTS / 20);
  expect(report.mutated).toBeGreaterThan(REQUESTS / 3);
});
