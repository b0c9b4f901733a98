/** The AWS CLI, version 2. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Mistake } from "./command.ts";
import type { Cli } from "./shift.ts";

const run = promisify(execFile);

/** Runs the CLI and parses what it printed; undefined if it printed nothing. Throws a `Mistake` with the CLI's own words if it fails. */
export const aws: Cli = async (...args) => {
  const { stdout } = await run("aws", [...args, "--output", "json"]).catch((error) => {
    if (error.code === "ENOENT") throw new Mistake("The AWS CLI, version 2, is not here: aws was not found.");
    const why = (error.stderr || error.message).trim().split("\n").join(" ");
    throw new Mistake(`aws ${args[0]} ${args[1]}: ${why}`);
  });
  return stdout.trim() ? JSON.parse(stdout) : undefined;
};
