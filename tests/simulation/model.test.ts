/** Whatever happens at small sales, in whatever order: every answer is one that a small model allows, and the auditor is content. */
import { beforeAll, expect, inject, test } from "vitest";
import { type Ground, ground } from "#tests/simulation/model/ground.ts";
import { run } from "#tests/simulation/model/lanes.ts";
import { check, parts, tally } from "#tests/simulation/model/property.ts";

/** ms */
const LONG = 10_000;

const play = (ground: Ground, seed: number) => {
  const began = performance.now();
  return run(ground, { seed, lanes: 6, length: 40, until: () => performance.now() - began > LONG });
};

let land: Ground;
beforeAll(async () => {
  land = await ground(inject("engines"));
  return () => land.stop();
});

test("nothing that buyers, organisers, workers, the gateway and the clock do brings a sale out of its model", {
  timeout: 120_000,
}, async () => {
  // one request after the other: here the same seed is the same run, on any machine
  const report = await play({ ...land, inTurn: true }, 3_000);
  expect(report.failures).toEqual([]);
  expect(report.actions).toBeGreaterThan(100);
  expect(report.spoilt).toBeLessThan(report.runs / 2);
});

test("nor do requests that come at once, whatever their order", { timeout: 120_000 }, async () => {
  const report = await play(land, 4_000);
  expect(report.failures).toEqual([]);
  expect(report.schedules).toBeGreaterThan(10);
  expect(report.spoilt).toBeLessThan(report.runs / 2);
});

/** A stage that calls what is held promised. */
const lying = (): Ground => {
  const call: Ground["stage"]["call"] = async (key, options) => {
    const reply = await land.stage.call(key, options);
    if (key === "POST /v1/orders" && reply.status === 201) reply.body.status = "promised";
    return reply;
  };
  return { ...land, inTurn: true, stage: { ...land.stage, call } };
};

test("a violation is shortened to a script, which its seed and path play again", { timeout: 120_000 }, async () => {
  const [ground, sales] = [lying(), { seed: 5, runs: 20, length: 15 }];
  const first = await check(ground, tally(), sales);
  expect(first?.error).toContain("status held was due, promised came");
  expect(first?.script.split("\n").length).toBeLessThan(4);
  const again = await check(ground, tally(), { ...sales, path: first?.path, raw: true });
  expect(again?.script).toBe(first?.script);
  expect(again?.error).toContain("status held was due, promised came");
});

test("a path may have slashes of its own", () => {
  expect(parts("0:1:1/AD/BU:S")).toEqual({ path: "0:1:1", replayPath: "AD/BU:S" });
});
