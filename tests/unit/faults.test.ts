/** Checks docs/faults.md: a row for every fault, and an existing test for every row. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chance, createBoard } from "#tests/support/faults/board.ts";
import { kinds } from "#tests/support/faults/kinds.ts";

const root = join(import.meta.dirname, "../..");
const rows = readFileSync(join(root, "docs/faults.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (`|\|)|^\|\s+\|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, fault = "", promise = "", sees = "", heals = "", proof = ""]) => ({ fault, promise, sees, heals, proof }));

test("every fault that can be switched on has its row, and no row names another", () => {
  const documented = rows.flatMap(({ fault }) => (fault ? [fault.replaceAll("`", "")] : []));
  expect(documented.toSorted()).toEqual(kinds.toSorted());
  expect(kinds.length).toBeGreaterThanOrEqual(25);
});

test("every row says what could go wrong, what the buyer sees and how it recovers", () => {
  for (const { promise, sees, heals } of rows) {
    expect(promise).toMatch(/^[1-5](, [1-5])*$/);
    expect([sees, heals]).not.toContain("");
  }
});

test.each(rows.map(({ fault, proof }) => [fault || "and", proof]))("%s is shown by a test that exists", (_, proof) => {
  const [, file = "", title = ""] = /^`([\w/-]+\.test\.ts)` "(.+)"$/.exec(proof) ?? [];
  const source = readFileSync(join(root, "tests", file), "utf8");
  expect(source.split(`"${title}"`)).toHaveLength(2);
});

test("the same seed gives the same faults at the same calls", () => {
  const strikes = (seed: number) => {
    const board = createBoard();
    board.on("dynamo.late", { rate: 0.3, seed });
    return Array.from({ length: 50 }, () => board.strikes("dynamo.late"));
  };
  expect(strikes(1)).toEqual(strikes(1));
  expect(strikes(1)).not.toEqual(strikes(2));
  const random = chance(3);
  const mean = Array.from({ length: 10_000 }, random).reduce((sum, one) => sum + one) / 10_000;
  expect(mean).toBeCloseTo(0.5, 1);
});
