/** The AWS CLI, version 2. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Mistake } from "./command.ts";
import type { Cli } from "./shift.ts";

const run = promisify(execFile);

/** What it printed, parsed; undefined for nothing. Throws its own sentence where it fails. */
export const aws: Cli = async (...args) => {
  try {
    const { stdout } = await run("aws", [...args, "--output", "json"]);
    return stdout.trim() ? JSON.parse(stdout) : undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Mistake(`AWS could not be asked: ${stderr?.trim() || message}`);
  }
};
