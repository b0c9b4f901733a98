/** `npm run release -- --stage production`: canary, then everything, or back. Needs the AWS CLI and credentials. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { shift } from "./shift.ts";

const { values } = parseArgs({
  options: {
    stage: { type: "string", default: "production" },
    percent: { type: "string", default: "10" },
    minutes: { type: "string", default: "10" },
  },
});

const run = promisify(execFile);
const aws = async (...args: string[]) => {
  const { stdout } = await run("aws", [...args, "--output", "json"]);
  return stdout.trim() ? JSON.parse(stdout) : undefined;
};

const { stage } = values;
const percent = Number(values.percent);
const minutes = Number(values.minutes);
if (!(percent >= 1 && percent <= 50)) throw new Error("--percent is 1 to 50.");
const done = await shift({ stage, percent, minutes, aws, sleep: (ms) => sleep(ms), say: console.log });
process.exitCode = done ? 0 : 1;
