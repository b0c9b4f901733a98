/** `npm run release -- --stage production`: canary, then everything, or back. Needs the AWS CLI and credentials. */
import { setTimeout as sleep } from "node:timers/promises";
import { aws } from "./aws-cli.ts";
import { Mistake, unlinked } from "./command.ts";
import { type Cli, shift } from "./shift.ts";

const HELP = `Shifts a stage's traffic to the versions that its last deployment has published: a part first, then all. If an alarm rings, it
shifts all traffic back. Needs the AWS CLI, version 2, credentials and a region (AWS_REGION).

  npm run release -- --stage NAME [options]

  --stage NAME    (default: production)
  --percent N     percent of the traffic that goes first, 1 to 50  (default: 10)
  --minutes N     minutes for which the alarms are watched         (default: 10)
  --force         begin although an alarm rings; an alarm that begins to ring still rolls the release back
  --now           all traffic at once, with nothing watched
  --help          this text
`;

/** A function that was shifted before an error is not pending in the next run. */
const orAgain: Cli = (...args) =>
  aws(...args).catch((error: Error) => {
    throw new Mistake(`${error.message} The traffic stays as it is: run this again.`);
  });

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
    return (await shift({ stage, percent, minutes, force, now, aws: orAgain, sleep: wait, say: console.log })) ? 0 : 1;
  },
});
