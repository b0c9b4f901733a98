/** Whatever happens at small sales, in whatever order: every answer is one that a small model allows, and the auditor is content. */
import { beforeAll, expect, inject, test } from "vitest";
import { type Ground, ground } from "#tests/model/ground.ts";
import { run } from "#tests/model/lanes.ts";
import { check, parts, tally } from "#tests/model/property.ts";

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

/** A stage that tells whoever has bought something for ten points of one too many. */
const lying = (): Ground => {
  const call: Ground["stage"]["call"] = async (key, options) => {
    const reply = await land.stage.call(key, options);
    if (key === "GET /v1/wallet" && [15, 90].includes(reply.body.balance)) reply.body.balance++;
    return reply;
  };
  return { ...land, stage: { ...land.stage, call } };
};

test("a violation is shortened to a script, which its seed and path play again", { timeout: 120_000 }, async () => {
  const ground = lying();
  const first = await check(ground, tally(), { seed: 5, runs: 20 });
  expect(first?.error).toMatch(/15 points were due, 16 came|90 points were due, 91 came/);
  expect(first?.script.split("\n").length).toBeLessThan(8);
  const again = await check(ground, tally(), { seed: 5, runs: 20, path: first?.path });
  expect(again?.script).toBe(first?.script);
  expect(again?.error).toBe(first?.error);
});

test("a path may have slashes of its own", () => {
  expect(parts("0:1:1/AD/BU:S")).toEqual({ path: "0:1:1", replayPath: "AD/BU:S" });
});
