/** The texts of the breakages in tests/adversary/mutations exist in the sources. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editsOf, mutations, occurrences } from "#tests/adversary/mutations/index.ts";
import { alsoByModel } from "#tests/adversary/mutations/model.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("there are enough breakages, all different", () => {
  expect(mutations.length).toBeGreaterThanOrEqual(20);
  expect(new Set(mutations.map(({ promise }) => promise)).size).toBe(mutations.length);
});

test("the breakages for the model check are in the list", () => {
  const promises = mutations.map(({ promise }) => promise);
  expect(alsoByModel.filter((promise) => !promises.includes(promise))).toEqual([]);
});

test.each(mutations)("$promise: each of its texts occurs once in its file", (mutation) => {
  for (const { file, text, becomes } of editsOf(mutation)) {
    expect([file, text, occurrences(read(file), text)]).toEqual([file, text, 1]);
    expect(becomes).not.toBe(text);
  }
  if ("tests" in mutation) expect(existsSync(join(root, mutation.tests))).toBe(true);
});
