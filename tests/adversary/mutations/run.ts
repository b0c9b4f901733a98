/** Runs the tests that a breakage names, in a copy of the checkout, on engines that run already. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Mutation } from "./mutation.ts";

/** `failed` of the tests that ran; `passed` the others. A file that could not be loaded has run nothing. */
export type Ran = { passed: number; failed: number; ms: number; output: string };

/** ms; a breakage that makes a test hang is not seen by it. */
const LIMIT = 120_000;

/** Runs in a copy's `folder` with the engines' addresses in `env`. */
export const run = async (folder: string, of: Pick<Mutation, "tests" | "name">, env: Record<string, string>) => {
  const began = Date.now();
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const args = ["run", of.tests, "-t", of.name, "--reporter", "json", "--outputFile", report];
  const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT,
    killSignal: "SIGKILL",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  await once(child, "close");
  return { ...counted(report), ms: Date.now() - began, output } satisfies Ran;
};

const counted = (report: string): Pick<Ran, "passed" | "failed"> => {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 }; // it was killed, or ended before it could tell
  }
};
