/** A first deployment with each step's command replaced: the commands, the evidence, and a resumed run. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { alarms } from "#core/contract/alarms.ts";
import { type Evidence, firstDeploy, toMarkdown } from "#ops/first-deploy-run.ts";
import { type Options, stepsOf } from "#ops/first-deploy-steps.ts";

const url = "https://d1234abcd.cloudfront.net";
const eventId = "evt_01JABCDEFGHJKMNPQRSTVWXYZ0";
const accounts = (stage: string) => `onsale-${stage}-AccountsTable-abcdefgh`;
const named = (stage: string) => JSON.stringify(Object.keys(alarms).map((name) => `onsale-${stage}-${name}`));

const fresh = (stage: string): Evidence => ({
  stage,
  begunAt: "2026-11-27T10:00:00.000Z",
  found: {},
  steps: [],
});

/** A command's output on success. */
const output = (stage: string, command: string): string => {
  if (command.includes("describe-alarms")) return named(stage);
  if (command.endsWith(`sst deploy --stage ${stage}`))
    return `✓  Complete\n   url: ${url}\n   accounts: ${accounts(stage)}\n`;
  if (command.includes(" ops/sample-event.ts ")) return `${eventId} is on sale.\n`;
  return "fine\n";
};

const rehearse = async (
  given: Partial<Options> = {},
  evidence = fresh(given.stage ?? "staging"),
  broken?: string,
  commit = "abc1234",
) => {
  const options = { stage: "staging", email: "you@example.com", freeCharges: true, ...given };
  const ran: string[] = [];
  const written: Evidence[] = [];
  let at = Date.parse(evidence.begunAt);
  const isWhole = await firstDeploy({
    steps: stepsOf(options),
    evidence,
    commit,
    run: async (command) => {
      const text = command.join(" ");
      ran.push(text);
      if (broken && text.includes(broken)) return { code: 1, output: "it broke" };
      return { code: 0, output: output(options.stage, text) };
    },
    write: async (of) => void written.push(structuredClone(of)),
    now: () => {
      at += 1_000;
      return new Date(at);
    },
    say: () => {},
  });
  return { isWhole, ran, written, evidence };
};

const states = ({ steps }: Evidence) => Object.fromEntries(steps.map(({ name, state }) => [name, state]));

test("all steps run in order, and each step's evidence is written before the next begins", async () => {
  const { isWhole, ran, written, evidence } = await rehearse();
  expect(isWhole).toBe(true);
  expect(new Set(Object.values(states(evidence)))).toEqual(new Set(["passed", "skipped"]));
  expect(written.map(({ steps }) => steps.length)).toEqual(evidence.steps.map((_, n) => n + 1));
  expect(evidence.found).toEqual({ url, accounts: accounts("staging"), eventId });
  // not the stage deployed last from this folder
  expect(ran.find((text) => text.includes(" ops/organiser.ts "))).toContain(`--accounts ${accounts("staging")}`);
  const order = [
    " ops/preflight/start.ts ",
    "npx sst deploy ",
    "/v1/health",
    " ops/organiser.ts ",
    " ops/sample-event.ts ",
    " ops/tour.ts ",
    " ops/audit/start.ts ",
    " get-dashboard ",
    " describe-alarms ",
  ];
  expect(order.map((part) => ran.findIndex((text) => text.includes(part)))).toEqual(order.map((_, n) => n));
  expect(ran.find((text) => text.includes(" ops/tour.ts "))).toContain(`--target ${url} --event ${eventId}`);
  expect(ran.filter((text) => text.includes(" ops/rotate.ts ")).map((text) => /--step (\w+)/.exec(text)?.[1])).toEqual([
    "accept",
    "sign",
    "drop",
  ]);
  expect(ran.at(-1)).toContain("v1/health");
});

test("a failed step stops only the steps that need it; a resumed run does only what is missing", async () => {
  const first = await rehearse({}, undefined, " ops/organiser.ts ");
  expect(first.isWhole).toBe(false);
  expect(states(first.evidence)).toMatchObject({
    deploy: "passed",
    organiser: "failed",
    event: "skipped",
    tour: "skipped",
    audit: "passed",
  });
  expect(first.evidence.steps.find(({ name }) => name === "tour")?.says).toBe("needs event");
  const second = await rehearse({}, structuredClone(first.evidence), undefined, "def5678");
  expect(second.isWhole).toBe(true);
  expect(second.ran.map((text) => / ops\/([\w-]+)\.ts /.exec(text)?.[1])).toEqual([
    "organiser",
    "sample-event",
    "tour",
  ]);
  expect(new Set(Object.values(states(second.evidence)))).toEqual(new Set(["passed", "skipped"]));
  expect((await rehearse({}, structuredClone(second.evidence))).ran).toEqual([]);
  const commits = Object.fromEntries(second.evidence.steps.map(({ name, commit }) => [name, commit]));
  expect(commits).toMatchObject({ deploy: "abc1234", organiser: "def5678", tour: "def5678" });
});

test("without a deployment no step contacts one", async () => {
  const { ran, evidence } = await rehearse({}, undefined, "sst deploy");
  expect(ran).toHaveLength(2);
  expect(states(evidence)).toMatchObject({
    preflight: "passed",
    deploy: "failed",
    alarms: "skipped",
    "forced release": "skipped",
  });
});

test("a missing alarm is a failure, even if the command ended well", async () => {
  const evidence = fresh("staging");
  const steps = stepsOf({ stage: "staging", email: "a@example.com", freeCharges: true });
  const step = steps.find(({ name }) => name === "alarms");
  expect(step?.fault?.(named("staging"))).toBeUndefined();
  expect(step?.fault?.(named("production"))).toMatch(/^missing: settle-dead-letters, /);
  expect(steps.find(({ name }) => name === "deploy")?.fault?.("✓ Complete")).toBe(
    "its output has no url and no accounts",
  );
  expect(evidence.steps).toEqual([]);
});

test("in production each step of the rotation is released before the next, and event and tour are left out with their reasons", async () => {
  const { isWhole, ran, evidence } = await rehearse({ stage: "production", freeCharges: false });
  const shown = ran
    .filter((text) => / ops\/(rotate|release)\.ts |^npx sst deploy/.test(text))
    .map((text) => /--step \w+|sst deploy|--percent 10|--force --now/.exec(text)?.[0]);
  expect(shown).toEqual([
    "sst deploy",
    ...["accept", "sign"].flatMap((step) => [`--step ${step}`, "sst deploy", "--percent 10"]),
    ...["--step drop", "sst deploy", "--force --now"], // there is something to force
  ]);
  const skipped = evidence.steps.filter(({ state }) => state === "skipped");
  expect(skipped.map(({ name, says }) => [name, says])).toEqual([
    ["event", expect.stringContaining("public sale")],
    ["tour", expect.stringContaining("ONSALE_FREE_CHARGES")],
  ]);
  expect(isWhole).toBe(true);
});

test.each(["--step sign", "--percent 10"])(
  "a failed rotation forces no release, and once it is complete the release is forced: %s",
  async (broken) => {
    const { ran, evidence } = await rehearse({ stage: "production", freeCharges: false }, undefined, broken);
    expect(ran.filter((text) => text.includes("--force"))).toEqual([]);
    expect(states(evidence)).toMatchObject({ "forced release": "skipped", "rotation: deploy (sign)": "skipped" });
    const again = await rehearse({ stage: "production", freeCharges: false }, evidence);
    expect(again.isWhole).toBe(true);
    expect(again.ran.filter((text) => / ops\/(rotate|release)\.ts /.test(text)).at(-1)).toContain("--force --now");
    expect(again.ran.filter((text) => text.includes("--step accept"))).toEqual([]);
  },
);

test("every script that a step runs exists", () => {
  const found = { url, accounts: "accounts", eventId };
  const options = { email: "a@example.com", freeCharges: true };
  const steps = ["staging", "production"].flatMap((stage) => stepsOf({ stage, ...options }));
  const scripts = steps
    .map(({ command }) => command(found))
    .flatMap(([name, script]) => (name === process.execPath && script ? [script] : []));
  expect(new Set(scripts).size).toBe(7);
  for (const script of scripts) expect(existsSync(script), script).toBe(true);
});

test("if a deployment shifts the traffic nothing is forced, and the evidence says why", async () => {
  const { evidence } = await rehearse();
  expect(evidence.steps.find(({ name }) => name === "forced release")).toMatchObject({ state: "skipped" });
});

test("an unexpected output is a failure that is recorded", async () => {
  const { evidence } = await rehearse();
  const alarmsStep = stepsOf({ stage: "staging", email: "a@example.com", freeCharges: true }).find(
    ({ name }) => name === "alarms",
  );
  const kept: Evidence = { ...evidence, steps: evidence.steps.filter(({ name }) => name !== "alarms") };
  const run = async () => ({ code: 0, output: "An error occurred" });
  const steps = alarmsStep ? [alarmsStep] : [];
  expect(
    await firstDeploy({
      steps,
      evidence: kept,
      commit: "abc1234",
      run,
      write: async () => {},
      now: () => new Date(),
      say: () => {},
    }),
  ).toBe(false);
  expect(kept.steps.at(-1)).toMatchObject({
    name: "alarms",
    state: "failed",
    says: expect.stringContaining("not what"),
  });
});

test("the evidence is a dated table for people to read", async () => {
  const { evidence } = await rehearse({}, undefined, "get-dashboard");
  const text = toMarkdown(evidence);
  expect(text).toContain("# First deployment of staging, 2026-11-27");
  expect(text).toContain(`\n${url} `);
  expect(text).toMatch(/\| dashboard \| failed \| 2026-11-27T10:\S+ \| abc1234 \| 1 s \| ended with 1: it broke \|/);
  expect(text).toMatch(/\d+ passed, 1 failed, 1 skipped/);
});
