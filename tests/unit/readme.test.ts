/** The README says what the code does. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { routes } from "#functions/routes.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

test("the README's table has the routes of the route table, no more and no fewer", () => {
  const told = [...readme.matchAll(/^\| `([A-Z]+ \/v1\/[^`]*)`/gm)].map(([, key]) => key);
  expect(told).toEqual(Object.keys(routes));
});

test("every npm script that the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm (?:run )?(start|test|[\w:-]+)/g)]
    .map(([, name]) => name ?? "")
    .filter((name) => !["ci", "run"].includes(name));
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("every file that the README links to exists", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? "");
  expect(links.length).toBeGreaterThan(1);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
