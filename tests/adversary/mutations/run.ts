/** Runs the tests for a breakage, in a copy of the checkout, on running engines. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Tally } from "#tests/simulation/model/run.ts";
import type { ByModel, ByTests } from "./mutation.ts";

/**
 * `failed`: the number of tests that noticed it, or 1 for the model check; `passed`: the number that did not. Both are 0 if nothing could
 * run.
 */
export type Ran = { passed: number; failed: number; ms: number; output: string; seen?: Tally["seen"] };

/** A test that hangs does not count as noticing. */
const TESTS_MS = 240_000;
const MODEL_MS = 300_000;
/** The most actions of the model check for one breakage. */
const MODEL_ACTIONS = 30_000;

/** Runs in a copy's `folder` with the engines' addresses in `env`. */
export const run = async (folder: string, by: ByTests | ByModel, env: Record<string, string>): Promise<Ran> => {
  const began = Date.now();
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const model = "model" in by;
  const child = spawn(process.execPath, model ? modelCheck(report) : vitest(by, report), {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: model ? MODEL_MS : TESTS_MS,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  await once(child, "close");
  return { ...counted(report), ms: Date.now() - began, output };
};

const vitest = ({ tests, name }: ByTests, report: string) => [
  ...["node_modules/vitest/vitest.mjs", "run", tests, "-t", name, "--reporter", "json", "--outputFile", report],
];

const modelCheck = (report: string) => [
  ...["tests/simulation/start.ts", "model", "--raw", "--seed", "1", "--actions", `${MODEL_ACTIONS}`, "--json", report],
];

const counted = (report: string): Pick<Ran, "passed" | "failed" | "seen"> => {
  try {
    const { numPassedTests, numFailedTests, passed, seen } = JSON.parse(readFileSync(report, "utf8"));
    return passed === undefined
      ? { passed: numPassedTests, failed: numFailedTests }
      : { passed: passed ? 1 : 0, failed: passed ? 0 : 1, seen };
  } catch {
    return { passed: 0, failed: 0 }; // it was killed, or ended without a report
  }
};
