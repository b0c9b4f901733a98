/** Who may import whom: the layout that the README draws, held. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const rooms = ["core", "functions", "stacks", "ops", "local"];

const sources = (room: string): string[] => {
  try {
    return readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(room, file));
  } catch {
    return [];
  }
};

/** What a file imports: paths from the root for our own files, bare names for packages. */
const imports = (file: string): string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name = ""]) => {
    if (name.startsWith("#")) return name.slice(1);
    return name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name;
  });

const edges = rooms.flatMap((room) => sources(room).flatMap((file) => imports(file).map((name) => ({ file, name }))));
const offenders = (forbidden: (edge: { file: string; name: string }) => boolean) =>
  edges.filter(forbidden).map(({ file, name }) => `${file} → ${name}`);

const within = (name: string, ...places: string[]) =>
  places.some((place) => name === place || name.startsWith(`${place}/`));
const word = (path: string) => path.split("/")[1] ?? "";

test("the check reads the sources", () => {
  expect(edges.length).toBeGreaterThan(100);
});

test("core imports nothing of functions, stacks, ops, local or AWS Lambda", () => {
  expect(
    offenders(
      ({ file, name }) =>
        within(file, "core") && (within(name, "functions", "stacks", "ops", "local") || name === "aws-lambda"),
    ),
  ).toEqual([]);
});

test("only core/lib/config.ts imports sst", () => {
  expect(
    offenders(
      ({ file, name }) =>
        within(file, "core", "functions", "ops", "local") && within(name, "sst") && file !== "core/lib/config.ts",
    ),
  ).toEqual([]);
});

test("a word of the domain imports core/lib and other words' index or schema, nothing inside them", () => {
  expect(
    offenders(
      ({ file, name }) =>
        within(file, "core") &&
        within(name, "core") &&
        word(file) !== "contract" &&
        word(name) !== "lib" &&
        word(name) !== word(file) &&
        !/^core\/\w+\/(index|schema)\.ts$/.test(name),
    ),
  ).toEqual([]);
});

test("functions import core and nothing of stacks, ops or local", () => {
  expect(offenders(({ file, name }) => within(file, "functions") && within(name, "stacks", "ops", "local"))).toEqual(
    [],
  );
});

test("stacks import core/contract and nothing else of core, functions, ops or local", () => {
  expect(
    offenders(
      ({ file, name }) =>
        within(file, "stacks") && within(name, "core", "functions", "ops", "local") && !within(name, "core/contract"),
    ),
  ).toEqual([]);
});

test("core/contract imports core/lib and the schema.ts of words, and no word imports core/contract", () => {
  expect(
    offenders(
      ({ file, name }) =>
        (within(file, "core/contract") &&
          !within(name, "core/contract", "core/lib") &&
          !/^core\/\w+\/schema\.ts$|^zod/.test(name)) ||
        (within(file, "core") && !within(file, "core/contract") && within(name, "core/contract")),
    ),
  ).toEqual([]);
});

test("only core/lib/clock.ts and core/lib/ids.ts read the clock or make randomness", () => {
  const readers = [...sources("core"), ...sources("functions")].filter(
    (file) =>
      !["core/lib/clock.ts", "core/lib/ids.ts"].includes(file) &&
      /Date\.now\(|new Date\(\)|Math\.random\(|randomBytes\(|randomUUID\(|randomInt\(/.test(
        readFileSync(join(root, file), "utf8"),
      ),
  );
  expect(readers).toEqual([]);
});

test("no file of core or functions writes to the console", () => {
  const writers = [...sources("core"), ...sources("functions")].filter((file) =>
    /\bconsole\./.test(readFileSync(join(root, file), "utf8")),
  );
  expect(writers).toEqual([]);
});

test("a single write goes through core/lib/dynamo.ts's send, which repeats it where a transaction is at work on the item", () => {
  const direct = rooms
    .filter((room) => room !== "local" && room !== "ops")
    .flatMap(sources)
    .filter((file) =>
      /db\(\)\s*\.send\(\s*new (Put|Update|Delete)Command/.test(readFileSync(join(root, file), "utf8")),
    );
  expect(direct).toEqual([]);
});
