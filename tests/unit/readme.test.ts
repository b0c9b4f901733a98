/** The README and the documents agree with the code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { opensToDevices, type Route, routes } from "#core/contract/routes.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");

/** The route table as docs/api.md has it. */
const routeTable = (): string => {
  const who = { public: "public", optional: "public, or buyer", user: "buyer", admin: "organiser" };
  const lines = Object.entries<Route>(routes).map(([key, route]) => {
    const { auth, service, idempotent, summary } = route;
    const callers = opensToDevices(route) ? `${who[auth]}, device` : who[auth];
    return ["", `\`${key}\`${idempotent ? "*" : ""}`, callers, service, summary, ""].join(" | ").trim();
  });
  return ["| route | who | service | |", "|---|---|---|---|", ...lines].join("\n");
};

test("docs/api.md has the route table as it is; `npx vitest run tests/unit/readme -u` writes it", async () => {
  const written = read("docs/api.md").replace(/\| route \|.*(\n\|.*)*/, routeTable);
  await expect(written).toMatchFileSnapshot(join(root, "docs/api.md"));
});

test("every npm script that the README and CONTRIBUTING.md name exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...(readme + read("CONTRIBUTING.md")).matchAll(/npm (?:run )?(start|test|[\w:-]+)/g)]
    .map(([, name]) => name ?? "")
    .filter((name) => !["ci", "run"].includes(name));
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

type Package = Record<"dependencies" | "devDependencies", Record<string, string>> & { engines?: { node?: string } };

test("no direct dependency refuses a Node that the documents name", () => {
  const { subset } = createRequire(import.meta.url)("semver") as { subset: (inner: string, outer: string) => boolean };
  const documented = "^22.22.2 || ^24.15.0 || >=26.0.0";
  expect(readme).toContain("Node 24.15 or a later 24 (22.22.2 or a later 22, and 26, also work)");
  const packages = ["package.json", "web/package.json"].map((path) => JSON.parse(read(path)) as Package);
  expect(packages[0]?.engines?.node).toBe(documented);
  const names = packages.flatMap((one) => Object.keys({ ...one.dependencies, ...one.devDependencies }));
  const enginesOf = (name: string) => {
    const path = ["web/node_modules", "node_modules"]
      .map((folder) => `${folder}/${name}/package.json`)
      .find((file) => existsSync(join(root, file)));
    return (JSON.parse(read(path ?? "")) as Package).engines?.node ?? "*";
  };
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !subset(documented, enginesOf(name)))).toEqual([]);
});

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
];

/** The anchors that GitHub gives a document's headings. */
const anchorsOf = (path: string) =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );

test.each(documents.filter((name) => name.endsWith(".md")))(
  "every file and section that %s links to exists",
  (name) => {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)].map(
      ([link, path = "", anchor = ""]) => ({
        link,
        path: path ? join(dirname(name), path) : name,
        anchor,
      }),
    );
    const isThere = ({ path, anchor }: (typeof links)[number]) =>
      existsSync(join(root, path)) && (anchor === "" || anchorsOf(path).includes(anchor));
    expect(links.filter((one) => !isThere(one))).toEqual([]);
  },
);

test("every document that the sources name exists", () => {
  const named = [
    "core",
    "client",
    "functions",
    "ops",
    "local",
    "artillery/runner",
    "artillery/generator",
    "artillery/bench",
    "stacks",
    "tests",
    "web/src",
  ].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(tsx?|css)$/.test(path) && !path.includes("node_modules"))
      .flatMap((path) => [...read(join(folder, path)).matchAll(/\bdocs\/[\w-]+\.md/g)].map(([name]) => name)),
  );
  expect(named.length).toBeGreaterThan(5);
  expect([...new Set(named)].filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

/** `path` names a file, and `name()` a function of the file that was named last. */
const namedIn = (document: string) => {
  const functions: { file: string; name: string }[] = [];
  const files: string[] = [];
  for (const [, token = ""] of document.matchAll(/`([\w./-]+\.(?:ts|js)|\w+\(\))`/g))
    if (token.endsWith("()")) functions.push({ file: files.at(-1) ?? "", name: token.slice(0, -2) });
    else files.push(token);
  return { files, functions };
};

const isIn = ({ file, name }: { file: string; name: string }) =>
  new RegExp(`\\b(?:const|function\\*?) ${name}\\b`).test(read(file));

test("every file and function that docs/architecture.md names exists", () => {
  const { files, functions } = namedIn(read("docs/architecture.md"));
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(functions.length).toBeGreaterThan(60);
  expect(functions.filter((one) => !isIn(one))).toEqual([]);
});

test("the README has at most 120 lines", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(121);
});

test("every file that CONTRIBUTING.md's recipes name exists", () => {
  const named = [
    ...read("CONTRIBUTING.md").matchAll(/`((?:core|functions|stacks|local|ops|tests|web|docs)\/[\w./-]+)`/g),
  ];
  const missing = named.map(([, path = ""]) => path).filter((path) => !existsSync(join(root, path)));
  expect(named.length).toBeGreaterThan(30);
  expect(missing.filter((path) => !existsSync(join(root, `${path}.test.ts`)))).toEqual([]);
});
