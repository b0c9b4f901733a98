/** The common behaviour of all operator's commands, as they are called. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
const files = Object.values(scripts).flatMap((script) => /^node (ops\/\S+\.ts)$/.exec(script)?.[1] ?? []);

const call = (file: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
};

/** Only the first deployment runs the last one. */
test.each([...files, "ops/sample-event.ts"])("%s has --help, and refuses an unknown option", (file) => {
  const help = call(file, "--help");
  expect(help).toEqual({ status: 0, stdout: expect.stringContaining("--help"), stderr: "" });
  const wrong = call(file, "--no-such-option");
  expect(wrong).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/^Unknown option '--no-such-option'/),
  });
  expect(wrong.stderr).not.toMatch(/^\s+at /m);
});

test.each([
  ["ops/preflight/start.ts", [], /^The stage is missing: name it with --stage\.\n\n/],
  [
    "ops/preflight/start.ts",
    ["--stage", "staging", "--visitors", "0"],
    /^--visitors is a whole number of 1 or more\.\n$/,
  ],
  ["ops/preflight/start.ts", ["--stage", "Bad_"], /^The stage's name is “Bad_”, but has to be lower-case letters.*\n$/],
  ["ops/preflight/start.ts", ["--stage", "s".repeat(48)], /^The stage's name has 48 characters, but 47 at most.*\n$/],
  [
    "ops/first-deploy.ts",
    ["--stage", "../a", "--email", "a@example.com"],
    /^The stage's name is “..\/a”, but has to be lower-case letters.*\n$/,
  ],
  ["ops/first-deploy.ts", [], /^The stage is missing: name it with --stage\.\n\n/],
  ["ops/first-deploy.ts", ["--stage", "staging"], /^The organiser is missing: name an address with --email\.\n\n/],
  ["ops/organiser.ts", [], /^The organiser is missing: name an address with --email\.\n\n/],
  ["ops/release.ts", ["--percent", "90"], /^--percent is a number from 1 to 50\.\n$/],
  ["ops/release.ts", ["--minutes", "soon"], /^--minutes is a number of minutes, such as 10\.\n$/],
])("%s %j is refused with a sentence that says what would be right", (file, args, says) => {
  expect(call(file, ...args)).toEqual({ status: 2, stdout: "", stderr: expect.stringMatching(says) });
});

test("a release without the AWS CLI says that it is missing", () => {
  const { status, stderr } = spawnSync(process.execPath, ["ops/release.ts", "--now"], {
    env: { PATH: "" },
    encoding: "utf8",
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^The AWS CLI, version 2, is not here: aws was not found\. The traffic stays as it is: run this again\.\n$/,
  );
});

test("a rotation without the AWS CLI says that it is missing", () => {
  const env = {
    PATH: "",
    SST_RESOURCE_Orders: "{}",
    SST_RESOURCE_App: JSON.stringify({ name: "onsale", stage: "production" }),
    SST_RESOURCE_AccessKey: JSON.stringify({ value: "old,r1-new" }),
  };
  const args = ["ops/rotate.ts", "--secret", "AccessKey", "--step", "sign"];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  expect([status, stderr]).toEqual([2, "The AWS CLI, version 2, is not here: aws was not found.\n"]);
});
