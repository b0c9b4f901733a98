/** Things that only one file of the system may do. The import rules are in biome.json. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** The files of these folders with their texts. */
const sources = ["core", "functions", "stacks"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file: join(folder, file), text: readFileSync(join(root, folder, file), "utf8") })),
);

/** The files that contain this text, without those that may. */
const files = (pattern: RegExp, ...allowed: string[]) =>
  sources.filter(({ file, text }) => pattern.test(text) && !allowed.includes(file)).map(({ file }) => file);

test("the check finds the sources", () => {
  expect(sources.length).toBeGreaterThan(100);
});

test("only core/lib/clock.ts and core/lib/ids.ts read the clock or make randomness", () => {
  const pattern = /Date\.now\(|new Date\(\)|Math\.random\(|randomBytes\(|randomUUID\(|randomInt\(/;
  const found = files(pattern, "core/lib/clock.ts", "core/lib/ids.ts");
  expect(found.filter((file) => !file.startsWith("stacks/"))).toEqual([]);
});

test("a single write goes through core/lib/dynamo.ts's send, which repeats it while a transaction is using the item", () => {
  expect(files(/db\(\)\s*\.send\(\s*new (Put|Update|Delete)Command/)).toEqual([]);
});
