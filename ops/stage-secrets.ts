/** A stage's secrets, for commands that check its settings before a deployment does. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Mistake } from "./command.ts";

const run = promisify(execFile);

/** SST prints this, and fails, if a stage has no secret yet. */
const none = /no secrets found/i;

/** The secrets by the names under which the deployment gets them (`SST_SECRET_…`). Throws a `Mistake` if SST cannot read them. */
export const secretsOf = async (stage: string): Promise<Record<string, string>> => {
  const { stdout } = await run("npx", ["sst", "secret", "list", "--stage", stage]).catch((error) => {
    const said = `${error.stderr ?? ""}\n${error.stdout ?? ""}`;
    if (none.test(said)) return { stdout: "" };
    const lines = said.split("\n").map((line) => line.replace("✕", "").trim());
    const why = lines.filter(Boolean).slice(0, 2).join(": ") || error.message;
    throw new Mistake(`The secrets of ${stage} could not be read: ${why}`);
  });
  const lines = [...stdout.matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [`SST_SECRET_${name}`, value ?? ""]));
};
