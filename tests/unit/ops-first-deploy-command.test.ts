/** `npm run first-deploy` as it is called, in a folder of its own: rehearsed, and with every program that it calls replaced. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { alarms } from "#core/contract/alarms.ts";
import type { Evidence } from "#ops/first-deploy-run.ts";
import { stepsOf } from "#ops/first-deploy-steps.ts";

const password = "a password of the test's own";
const event = "evt_01JABCDEFGHJKMNPQRSTVWXYZ0";
const printed = "url: https://d1234abcd.cloudfront.net\naccounts: onsale-staging-AccountsTable-abcdefgh";
const named = JSON.stringify(Object.keys(alarms).map((name) => `onsale-staging-${name}`));
const steps = stepsOf({ stage: "staging", email: "a@example.com", freeCharges: true });
const print = (text: string) => [process.execPath, "-e", `console.log(${JSON.stringify(text)})`];
const ends = (code: number) => [process.execPath, "-e", `process.exit(${code})`];

const put = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
};

/** A folder with programs and scripts that record their calls. */
const folder = (secrets = "") => {
  const here = mkdtempSync(join(tmpdir(), "onsale-first-deploy-"));
  const program = (name: string, body: string) =>
    put(join(here, "bin", name), `#!/bin/sh\necho "${name} $*" >> ${here}/ran.log\n${body}\n`);
  put(join(here, "secrets"), secrets);
  put(join(here, "printed"), printed);
  put(join(here, "alarms"), named);
  // SST says that there are none with an error
  const list = `[ -s ${here}/secrets ] && cat ${here}/secrets || { echo "✕  No secrets found" >&2; exit 1; }`;
  program("npx", `case "$*" in *"secret list"*) ${list};; *deploy*) cat ${here}/printed;; esac`);
  program("aws", `case "$*" in *describe-alarms*) cat ${here}/alarms;; esac`);
  program("curl", "exit 0");
  for (const { command } of steps) {
    const [name, script] = command({});
    const body = `import { appendFileSync } from "node:fs";
      appendFileSync("ran.log", process.argv.slice(1).join(" ") + "\\n");
      console.log("${event}");`;
    if (name === process.execPath && script) put(join(here, script), body);
  }
  const start = async (args: string[], more: Record<string, string> = {}) => {
    const env = {
      ...{ PATH: `${join(here, "bin")}:${process.env.PATH}`, ONSALE_PASSWORD: password },
      ...{ ONSALE_MAIL_FROM: "a@example.com", ONSALE_ALARM_EMAIL: "a@example.com", ONSALE_FREE_CHARGES: "true" },
      ...more,
    };
    const all = [join(process.cwd(), "ops/first-deploy.ts"), "--stage", "staging", "--email", "a@example.com", ...args];
    return new Promise<{ code: number; said: string }>((resolve) => {
      execFile(process.execPath, all, { cwd: here, env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
      );
    });
  };
  const files = () => readdirSync(join(here, "evidence")).sort();
  const read = (name = "") => readFileSync(join(here, "evidence", name), "utf8");
  const rehearseWith = (commands: unknown, environment: Record<string, string> = {}) => {
    const file = join(here, "commands.json");
    put(file, JSON.stringify(commands));
    return start(["--rehearse", file], environment);
  };
  const rehearse = (more: Record<string, string[]> = {}, environment: Record<string, string> = {}) => {
    const commands = Object.fromEntries(steps.map(({ name }) => [name, print("fine")]));
    return rehearseWith(
      { ...commands, deploy: print(printed), event: print(event), alarms: print(named), ...more },
      environment,
    );
  };
  const ran = () => readFileSync(join(here, "ran.log"), "utf8").trim().split("\n");
  return { here, start, rehearse, rehearseWith, files, read, ran };
};

const states = (json: string) =>
  Object.fromEntries((JSON.parse(json) as Evidence).steps.map(({ name, state }) => [name, state]));

test("a rehearsal writes evidence in both forms, and can be resumed", async () => {
  const { rehearse, files, read } = folder();
  expect((await rehearse({ audit: ends(3) })).code).toBe(1);
  expect(states(read(files()[0]))).toMatchObject({ audit: "failed", tour: "passed" });
  const slip = await rehearse({ audits: print("a slip") }); // no real command can run by mistake
  expect([slip.code, slip.said]).toEqual([2, expect.stringMatching(/^\S+ names no step of ours: audits\.\n$/)]);
  expect((await rehearse({ deploy: ends(4) })).code).toBe(0);
  expect(files()).toEqual([expect.stringMatching(/^rehearsal-staging-.*json$/), expect.stringMatching(/md$/)]);
  const [json, markdown] = files().map(read);
  expect(new Set(Object.values(states(json ?? "")))).toEqual(new Set(["passed", "skipped"]));
  expect(markdown).toContain("# Rehearsal of the first deployment of staging");
  expect(markdown).toContain("0 failed, 1 skipped");
  expect(`${json}${markdown}`).not.toContain(password);
});

test("after a rehearsal the real run does every step, and a run after it none", async () => {
  const { start, rehearse, files, read, ran } = folder();
  expect((await rehearse()).code).toBe(0);
  const real = await start([]);
  expect(real.code, real.said).toBe(0);
  expect(files().map((name) => name.slice(0, 9))).toEqual(["first-dep", "first-dep", "rehearsal", "rehearsal"]);
  expect(states(read(files()[0]))).toMatchObject({ deploy: "passed", tour: "passed", "rotation: drop": "passed" });
  expect(read(files()[1])).toContain("# First deployment of staging");
  expect(ran().filter((line) => line === "npx sst deploy --stage staging")).toHaveLength(4);
  expect(ran().join("\n")).toContain("--accounts onsale-staging-AccountsTable-abcdefgh");
  const before = ran().length;
  const again = await start([]);
  expect([again.code, again.said]).toEqual([0, expect.stringMatching(/^All passed on 20\d\d-\d\d-\d\d; --again runs/)]);
  expect(ran()).toHaveLength(before + 1); // only the secrets are read
});

test("evidence of another stage is not used: neither by its name, nor by its content", async () => {
  const { here, start, rehearse, files, read } = folder();
  expect((await rehearse()).code).toBe(0);
  const [json] = files();
  const whole = JSON.parse(read(json)) as Evidence;
  const other = "first-deploy-staging-2-2026-11-27T100000.json";
  put(join(here, "evidence", other), JSON.stringify({ ...whole, stage: "staging-2" }));
  const real = await start([]);
  expect(real.code, real.said).toBe(0);
  expect(files().filter((name) => /^first-deploy-staging-20.*json$/.test(name))).toHaveLength(1);
  expect(JSON.parse(read(other)).stage).toBe("staging-2");
  const renamed = "first-deploy-staging-2999-11-27T100000.json";
  put(join(here, "evidence", renamed), read(other));
  const refused = await start([]);
  expect(refused).toEqual({
    code: 2,
    said: `evidence/${renamed} is of the stage staging-2: move it away, or start again with --again.\n`,
  });
});

test.each([[null], [[]], [{ preflight: "true" }], [{ preflight: [] }], [{ preflight: [1] }], [{ preflight: [""] }]])(
  "a rehearsal's file that is %j is refused in a sentence, and nothing runs",
  async (commands) => {
    const { rehearseWith, files } = folder();
    const { code, said } = await rehearseWith(commands);
    expect(code).toBe(2);
    expect(said).toMatch(/^\S+ has to have a list of strings for each step: .*\n$/);
    expect(files).toThrow("ENOENT");
  },
);

const stripe = { ONSALE_PAYMENTS: "stripe" };

test("a rehearsal needs no secret of the stage", async () => {
  const { rehearse } = folder();
  const { code, said } = await rehearse({}, stripe);
  expect(code, said).toBe(0);
});

test("a created event without a printed id is a failure", async () => {
  const { rehearse, files, read } = folder();
  expect((await rehearse({ event: print("fine") })).code).toBe(1);
  expect(states(read(files()[0]))).toMatchObject({ event: "failed", tour: "skipped" });
});

test("Stripe's keys are read from the stage's secrets", async () => {
  const keys = ["StripeKey=sk_test_1", "StripePublishableKey=pk_test_1", "StripeWebhookSecret=whsec_1"];
  const { start, files, read } = folder(`# onsale/staging\n${keys.join("\n")}\n`);
  const real = await start([], stripe);
  expect(real.code, real.said).toBe(0);
  expect(states(read(files()[0]))).toMatchObject({ preflight: "passed", tour: "passed" });
  const none = await folder().start([], stripe);
  expect([none.code, none.said]).toEqual([2, "ONSALE_PAYMENTS is stripe: set the secret StripeKey.\n"]);
});

test("secrets that cannot be read are reported as such, and nothing begins", async () => {
  const { here, start, ran } = folder();
  put(join(here, "bin", "npx"), "#!/bin/sh\necho '✕  Could not get secrets' >&2\nexit 1\n");
  const { code, said } = await start([], stripe);
  expect([code, said]).toEqual([2, "The secrets of staging could not be read: Could not get secrets\n"]);
  expect(ran).toThrow("ENOENT");
});
