/** The breakages of tests/adversary/mutations, and those that the model has to see, still find what they break. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mutations, occurrences } from "#tests/adversary/mutations/index.ts";
import { breakages } from "#tests/simulation/model/breakages.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("there are enough of them, each another one", () => {
  expect(mutations.length).toBeGreaterThanOrEqual(20);
  expect(new Set(mutations.map(({ promise }) => promise)).size).toBe(mutations.length);
});

test.each(mutations)("$promise: its text stands once in $file", ({ file, text, becomes, tests }) => {
  expect(occurrences(read(file), text)).toBe(1);
  expect(becomes).not.toBe(text);
  expect(existsSync(join(root, tests))).toBe(true);
});

test.each(breakages)("the model's $promise: each text stands once", ({ edits }) => {
  for (const { file, text, becomes } of edits) {
    expect([file, text, occurrences(read(file), text)]).toEqual([file, text, 1]);
    expect(becomes).not.toBe(text);
  }
});
