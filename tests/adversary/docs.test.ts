/** Checks that docs/security.md names code and tests that exist. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const rows = readFileSync(join(root, "docs/security.md"), "utf8")
  .split("\n")
  .map((line) => line.split("|").slice(1, -1))
  .filter((cells) => cells.length === 4 && cells[3]?.includes("`"));

const named = (cell = "") => [...cell.matchAll(/`([\w*./-]+)`/g)].map(([, path]) => path ?? "");
const missing = (patterns: string[]) => patterns.filter((pattern) => globSync(pattern, { cwd: root }).length === 0);

test("every defence names code and a test that exist", () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const [attack, , code, tests] of rows) {
    expect([attack, missing(named(code).filter((path) => path.includes("/")))]).toEqual([attack, []]);
    const files = named(tests).filter((path) => path.includes("/"));
    expect([attack, files.length > 0]).toEqual([attack, true]);
    expect([attack, missing(files.map((path) => `tests/${path}.test.ts`))]).toEqual([attack, []]);
  }
});
