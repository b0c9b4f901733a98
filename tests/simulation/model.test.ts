/** Small sales with random actions in any order: the model allows every answer, and the audit finds no violation. */
import { beforeAll, expect, inject, test } from "vitest";
import type { Fetch } from "#client/http.ts";
import { type Fixture, startModel } from "#tests/simulation/model/fixture.ts";
import { falsify, parts, tally } from "#tests/simulation/model/property.ts";
import { play } from "#tests/simulation/model/runner.ts";
import { isLong } from "#tests/support/long.ts";

/** ms, unless a slow machine has not done enough by then. */
const LENGTH_MS = 10_000;
const ACTIONS = isLong ? Number.POSITIVE_INFINITY : 1_500;

type Least = { actions: number } | { schedules: number };

const playFor = (fixture: Fixture, seed: number, least: Least) => {
  const [began, count] = [performance.now(), tally()];
  const isEnough = () => ("actions" in least ? count.actions > least.actions : count.schedules > least.schedules);
  const until = () => count.actions >= ACTIONS || (performance.now() - began > LENGTH_MS && isEnough());
  return play(fixture, { seed, lanes: 6, length: 40, until, count });
};

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startModel(inject("engines"));
  return () => fixture.stop();
});

test("no sequence of actions by buyers, organisers, workers, gateway and clock makes a sale differ from its model", {
  timeout: 120_000,
}, async () => {
  // one request after another: here the same seed is the same run on any machine
  const report = await playFor({ ...fixture, inTurn: true }, 3_000, { actions: 100 });
  expect(report.failures).toEqual([]);
  expect(report.actions).toBeGreaterThan(100);
  expect(report.spoilt).toBeLessThan(report.runs / 2);
});

test("nor do simultaneous requests, in any order", { timeout: 120_000 }, async () => {
  const report = await playFor(fixture, 4_000, { schedules: 10 });
  expect(report.failures).toEqual([]);
  expect(report.schedules).toBeGreaterThan(10);
  expect(report.spoilt).toBeLessThan(report.runs / 2);
});

/** A stage without the check that held seats stay held. */
const lying = (): Fixture => {
  const fetch: Fetch = async (url, init) => {
    const response = await fixture.stage.fetch(url, init);
    if (url !== "/v1/orders" || response.status !== 201) return response;
    return Response.json({ ...((await response.json()) as object), status: "promised" }, { status: 201 });
  };
  return { ...fixture, inTurn: true, stage: { ...fixture.stage, fetch } };
};

test("a violation is reduced to a script, which its seed and path reproduce", { timeout: 120_000 }, async () => {
  const [untrue, sales] = [lying(), { seed: 5, runs: 20, length: 15 }];
  const first = await falsify(untrue, tally(), sales);
  expect(first?.error).toContain("status held was due, promised came");
  expect(first?.script.split("\n").length).toBeLessThan(4);
  const again = await falsify(untrue, tally(), { ...sales, path: first?.path, raw: true });
  expect(again?.script).toBe(first?.script);
  expect(again?.error).toContain("status held was due, promised came");
});

test("a path may contain slashes", () => {
  expect(parts("0:1:1/AD/BU:S")).toEqual({ path: "0:1:1", replayPath: "AD/BU:S" });
});
