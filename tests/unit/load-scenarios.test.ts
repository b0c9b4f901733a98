/** The load tests: the list, that Artillery can play them alone, and how they scale. */
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import * as Processor from "#artillery/processor.ts";
import type { Scenario } from "#artillery/runner/recipes.ts";
import { artilleryArguments } from "#artillery/runner/run.ts";
import { crowds, load, names, scaled, scriptOf, seconds, visitors, withCards } from "#artillery/runner/scenarios.ts";

const folder = join(import.meta.dirname, "../../artillery");
const scripts = readdirSync(folder).filter((name) => name.endsWith(".yml"));
const text = (script: string) => readFileSync(join(folder, script), "utf8");

test("every shape of load in the comparison has its scenario", () => {
  expect(names()).toEqual(
    expect.arrayContaining([
      ...["signin", "journey", "book-230", "queue-10k", "queue-50k", "flow", "confirm-150"],
      ...["flight-deal", "sellout", "soak", "smoke", "limit", "limit-artillery"],
    ]),
  );
});

test.each(names())("%s has accounts enough, and bounds steps that it takes", (name) => {
  const scenario = load(name);
  if (!name.startsWith("limit") && name !== "book-230") expect(scenario.variables.visitors).toBe(visitors(scenario));
  expect(scenario.thresholds.failed).toBe(0);
  if (scenario.journey) return;
  const script = readFileSync(scriptOf(name), "utf8");
  const steps = [...script.matchAll(/name: ([\w.]+)/g)].map(([, step]) => step);
  for (const metric of Object.keys(scenario.thresholds)) {
    const step = /^(.+)\.p\d\d$/.exec(metric)?.[1];
    if (step && step !== "settled") expect(steps).toContain(step);
  }
});

test.each(scripts)("%s names only functions of its processor, and counts each endpoint's answers", (script) => {
  const named = [
    ...text(script).matchAll(/(?:function|ifTrue|whileTrue|afterResponse|beforeRequest): (\[[^\]]+\]|\w+)/g),
  ];
  const functions = named.flatMap(([, each = ""]) => each.match(/\w+/g) ?? []);
  expect(functions).toEqual(expect.arrayContaining(["prepare", "visitor", "answered"]));
  expect(functions.filter((each) => !(each in Processor))).toEqual([]);
  expect(text(script)).toMatch(/plugins:\n {4}ensure: \{\}\n {4}metrics-by-endpoint: \{ useOnlyRequestNames: true/);
  // a request without a name has no row in the report
  for (const [request] of text(script).matchAll(/^ *- (?:get|post|delete):(?: \{.*\}|(?:\n {8,}\S.*)+)/gm))
    expect(request).toContain("name: ");
});

test("scripts and processors import nothing from outside artillery/, so Artillery can send them to AWS", async () => {
  const { dependencies, type } = JSON.parse(text("package.json")) as { dependencies: object; type?: string };
  // Artillery bundles a processor to CommonJS beside it
  expect(type).toBeUndefined();
  for (const script of scripts) {
    const files = [...text(script).matchAll(/(?:processor|path|includeFiles): (\S+)/g)].map(([, file]) =>
      join(folder, file ?? ""),
    );
    expect(files.length).toBeGreaterThan(0);
    const { metafile } = await build({
      // as Artillery's own trace for run-lambda and run-fargate
      ...{ entryPoints: files, bundle: true, write: false, metafile: true, packages: "external" },
      ...{ platform: "node", format: "cjs", absWorkingDir: folder, outdir: "dist" },
    });
    for (const [input, { imports }] of Object.entries(metafile.inputs)) {
      expect(relative(folder, join(folder, input))).not.toMatch(/^\.\./);
      const packages = imports.filter(({ external, path }) => external && !isBuiltin(path)).map(({ path }) => path);
      expect(packages.filter((path) => !(path in dependencies))).toEqual([]);
    }
    for (const file of files) expect(existsSync(file) && dirname(file) === folder).toBe(true);
  }
});

test("Artillery gets the script itself, the runner's accounts as a payload, and the event", () => {
  const given = {
    scenario: scaled(load("flow"), 0.5),
    ready: {
      eventId: "evt_1",
      accounts: [{ userId: "usr_1", email: "a@onsale.test", token: "t" }],
      cards: { provider: "sandbox" as const, url: "", key: "" },
    },
    ...{ target: "http://127.0.0.1:1", folder: mkdtempSync(join(tmpdir(), "onsale-load-")) },
  };
  const after = (all: string[], option: string) => all[all.indexOf(option) + 1] ?? "";
  const ours = artilleryArguments(given);
  expect(ours.slice(0, 2)).toEqual(["run", join(folder, "flow.yml")]);
  const { payload, phases } = JSON.parse(after(ours, "--overrides")).config;
  expect(readFileSync(payload[0].path, "utf8")).toMatch(/^usr_1,a@onsale.test,t,/);
  expect(phases.map(({ arrivalRate }: { arrivalRate: number }) => arrivalRate)).toEqual([4, 7, 14]);
  expect(JSON.parse(after(ours, "--variables"))).toMatchObject({ eventId: "evt_1", visitors: 1_470 });
  // with plain Artillery the script signs the visitors up
  const plain = artilleryArguments({ ...given, ready: { ...given.ready, accounts: [] } });
  expect(JSON.parse(after(plain, "--overrides")).config.payload).toBeUndefined();
});

test("each second's crowd adds up to the phases: counts, rates, and parts of a second", () => {
  const come = (...phases: Scenario["phases"]) => crowds({ phases }).map(({ count }) => count);
  expect(come({ duration: 3, arrivalRate: 7 }, { duration: 1, arrivalRate: 14 })).toEqual([7, 7, 7, 14]);
  expect(crowds({ phases: [{ duration: "1500ms", arrivalCount: 115 }] })).toEqual([
    { count: 77, within: 1_000 },
    { count: 38, within: 500 },
  ]);
});

test("half the scale has half the visitors in the same time, for half the seats", () => {
  for (const name of names().filter((name) => name !== "smoke")) {
    const whole = load(name);
    const half = scaled(whole, 0.5);
    expect(visitors(half) / visitors(whole)).toBeCloseTo(0.5, 1);
    expect(seconds(half)).toBe(seconds(whole));
    if (whole.event.zones > 1) expect(half.event.zones).toBe(Math.round(whole.event.zones / 2));
  }
});

test("confirm-150 can be paid by card, and bounds the ratio to payments by points; no other scenario can", () => {
  const { variables, thresholds } = withCards(load("confirm-150"), 400);
  expect(variables).toMatchObject({ cardEvery: 2, gatewayMs: 400 });
  expect(thresholds).toEqual({ failed: 0, unsettled: 0, "card.ratio": 1.5 });
  expect(() => withCards(load("flow"), 400)).toThrow("--payments is for confirm-150");
});
