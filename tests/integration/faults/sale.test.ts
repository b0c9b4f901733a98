/** A small sale during each kind of fault: the audit and every buyer's answers are checked at the end. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { visit } from "#tests/simulation/crowd/buyer.ts";
import { type Fixture, startCrowd } from "#tests/simulation/crowd/fixture.ts";
import { openSale, type Sale } from "#tests/simulation/crowd/sale.ts";
import { begin } from "#tests/simulation/schedule.ts";
import { chance } from "#tests/support/faults/board.ts";
import * as Faults from "#tests/support/faults/index.ts";

let fixture: Fixture;
let faults: Faults.Faults;
let rest: () => Promise<void>;
beforeAll(async () => {
  fixture = await startCrowd(inject("engines"));
  faults = fixture.faults as Faults.Faults;
  rest = fixture.operate({ reconcile: 200, giveUp: 1_000, redrive: 3_000 });
});
afterAll(async () => {
  await rest();
  await fixture.stop();
});

const crowd = (sale: Sale, buyers: number, seed: number) =>
  Promise.all(Array.from({ length: buyers }, (_, n) => visit(sale, chance(seed * 1_000 + n), () => {})));

/** ms without progress, on a busy machine. */
const REST = 60_000;
const STEP = 300;

/** The other kinds need no queue. */
const QUEUED = /^(dynamo|redis|lambda|clock|stream)\./;

// a request makes about eight calls to DynamoDB: at a rate of 0.4 one in sixty would succeed
test.for(Faults.kinds)("nothing is lost or sold twice under %s", { timeout: 180_000 }, async (kind) => {
  const sale = await openSale(fixture.stage, { queue: QUEUED.test(kind), rows: 5 });
  const before = faults.struck()[kind];
  faults.on(kind, { rate: kind === "dynamo.throttled" ? 0.2 : 0.4, seed: 7, ms: kind === "dynamo.stale" ? 5_000 : 20 });
  for (let round = 1; faults.struck()[kind] === before; round++) {
    expect(round, "rounds without an opportunity").toBeLessThan(10);
    await crowd(sale, 5, round);
  }
  faults.off();
  expect(await fixture.judge(sale, REST, STEP)).toEqual([]);
});

test("nothing is lost or sold twice under all of them together", { timeout: 180_000 }, async () => {
  const sale = await openSale(fixture.stage, { rows: 2, standing: 20 });
  const schedule = begin(faults, 1, { every: [100, 300], lasts: [100, 500] });
  await crowd(sale, 30, 11);
  await schedule.clear();
  expect(await fixture.judge(sale, REST, STEP)).toEqual([]);
  expect(sale.stories.filter(({ end }) => end === "confirmed").length).toBeGreaterThan(0);
});
