/** `npm run rotate`: takes a shared secret to the next step of its rotation. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { link } from "#core/lib/config.ts";
import { aws } from "./aws-cli.ts";
import { command, DEPLOYED, Mistake, type Values } from "./command.ts";
import { freshTicketKey, rotated, type Secret, type Step, secrets, steps } from "./rotate-key.ts";
import { pending } from "./shift.ts";

const HELP = `Rotates a shared secret of a deployed stage without an outage. After each step deploy and, in production, release; then take the next.
A step that is out of order is refused, and so are sign and drop while a release is pending. docs/deploy.md says for how long the old key
is kept. Needs the AWS CLI, version 2. Without --apply it only says what it would do.

  npm run rotate -- --stage NAME --secret NAME --step STEP [--apply]

  --secret NAME   ${secrets.join(", ")}
  --step accept   a new key is accepted
  --step sign     it signs, and the old one is accepted
  --step drop     the old one is forgotten; of TicketKey's, the oldest
  --apply         do it
${DEPLOYED}
  --help          this text
`;

const says: Record<Step, string> = {
  accept: "A new key is accepted, and the previous one still signs.",
  sign: "The new key signs, and the previous one is accepted.",
  drop: "The old key is removed: everything that it signed is refused.",
};

/** By its standard input: arguments are seen by everybody on the machine. */
const set = async (stage: string, secret: Secret, value: string): Promise<void> => {
  const sst = spawn("npx", ["sst", "secret", "set", secret, "--stage", stage], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  sst.stdin.end(value);
  const [code] = (await once(sst, "exit")) as [number | null];
  if (code !== 0) throw new Mistake("SST did not accept the key: nothing was changed.");
};

const oneOf = <T extends string>(name: string, value: unknown, right: readonly T[]): T => {
  const found = right.find((one) => one === value);
  if (!found) throw new Mistake(`--${name} is one of ${right.join(", ")}. See --help.`);
  return found;
};

const wanted = ({ secret, step }: Values) => ({
  secret: oneOf("secret", secret, secrets),
  step: oneOf("step", step, steps),
});

/** What is alive before a release does not have the step before: it would refuse what the next one signs. */
const released = async (stage: string): Promise<void> => {
  const { length } = await pending({ stage, aws });
  if (length === 0) return;
  throw new Mistake(
    `A release is pending: ${length} functions are not on what was deployed last. Release first: npm run release -- --stage ${stage}`,
  );
};

await command({
  help: HELP,
  options: { secret: { type: "string" }, step: { type: "string" } },
  deployed: true,
  check: wanted,
  run: async ({ apply, ...values }) => {
    const { secret, step } = wanted(values);
    const { stage } = JSON.parse(process.env.SST_RESOURCE_App ?? "{}") as { stage: string };
    const fresh = secret === "TicketKey" ? freshTicketKey() : randomBytes(32).toString("hex");
    const value = rotated(secret, { value: link(secret as "TicketKey").value, step, fresh });
    if (step !== "accept") await released(stage);
    console.log(says[step]);
    if (!apply) console.log("Nothing was changed: add --apply.");
    else {
      await set(stage, secret, value);
      console.log(`Deploy now${stage === "production" ? ", and release" : ""}.`);
    }
    return 0;
  },
});
