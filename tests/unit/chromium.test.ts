import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findChromium } from "#tests/e2e/chromium.ts";

/** A PATH of one folder, without apt-get: nothing is installed. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "onsale-path-"));
  vi.stubEnv("PATH", folder);
  vi.stubEnv("CHROMIUM_PATH", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const program = (name: string, says: string): string => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  return file;
};
const find = () => findChromium(() => {});

test("the browser in CHROMIUM_PATH is used first", () => {
  program("chromium", "Chromium 140.0.1");
  const given = program("mine", "Chromium 99.0");
  vi.stubEnv("CHROMIUM_PATH", given);
  expect(find()).toBe(given);
});

test("a browser on the PATH is found by any of its names, and a script with such a name is skipped", () => {
  program("chromium-browser", "this is a transitional package");
  const chrome = program("google-chrome", "Google Chrome 141.0.2");
  expect(find()).toBe(chrome);
});

test("without a browser, one command is named that installs it", () => {
  expect(find).toThrow(/^Chromium is missing\. Install it with: \S+/);
  vi.stubEnv("CHROMIUM_PATH", join(folder, "gone"));
  expect(find).toThrow(/CHROMIUM_PATH=.*gone cannot be run\. Fix it with: unset CHROMIUM_PATH/);
});
