/** `npm run release -- --stage production`: canary, then everything, or back. Needs the AWS CLI and credentials. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Mistake, unlinked } from "./command.ts";
import { shift } from "./shift.ts";

const HELP = `Shifts a stage's traffic to the versions that its last deployment has published: a part first, then all, or nothing of it if an alarm
rings. Needs the AWS CLI, version 2, credentials and a region (AWS_REGION).

  npm run release -- --stage NAME [options]

  --stage NAME    (default: production)
  --percent N     of the traffic goes first, 1 to 50  (default: 10)
  --minutes N     that the alarms are watched         (default: 10)
  --force         although an alarm rings; one that begins to ring still takes the release back
  --now           all traffic at once, with nothing watched
  --help          this text
`;

const run = promisify(execFile);

const aws = async (...args: string[]) => {
  const { stdout } = await run("aws", [...args, "--output", "json"]).catch((error) => {
    if (error.code === "ENOENT") throw new Mistake("The AWS CLI, version 2, is not here: aws was not found.");
    const why = (error.stderr || error.message).trim().split("\n").join(" ");
    // what was shifted before is not pending in the next run
    throw new Mistake(`aws ${args[0]} ${args[1]}: ${why} The traffic stays as it is: run this again.`);
  });
  return stdout.trim() ? JSON.parse(stdout) : undefined;
};

await unlinked({
  help: HELP,
  options: {
    stage: { type: "string", default: "production" },
    percent: { type: "string", default: "10" },
    minutes: { type: "string", default: "10" },
    force: { type: "boolean", default: false },
    now: { type: "boolean", default: false },
  },
  run: async ({ stage, force, now, ...values }) => {
    const percent = Number(values.percent);
    const minutes = Number(values.minutes);
    if (!(percent >= 1 && percent <= 50)) throw new Mistake("--percent is a number from 1 to 50.");
    if (!(minutes >= 0)) throw new Mistake("--minutes is a number of minutes, such as 10.");
    const wait = (ms: number) => sleep(ms);
    return (await shift({ stage, percent, minutes, force, now, aws, sleep: wait, say: console.log })) ? 0 : 1;
  },
});
