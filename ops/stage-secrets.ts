/** A stage's secrets, for commands that check its settings before a deployment does. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** As the deployment gets them (`SST_SECRET_…`); none before the first one is set. */
export const secretsOf = async (stage: string): Promise<Record<string, string>> => {
  const { stdout } = await run("npx", ["sst", "secret", "list", "--stage", stage]).catch(() => ({ stdout: "" }));
  const lines = [...stdout.matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [`SST_SECRET_${name}`, value ?? ""]));
};
