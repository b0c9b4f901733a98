/** `npm run prove:breakages`: breaks the product in a copy of the checkout, one promise at a time, and lets the model look for it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, styleText } from "node:util";
import { type Checkout, copy } from "#tests/adversary/mutations/checkout.ts";
import { engines } from "#tests/adversary/mutations/engines.ts";
import { type Breakage, breakages } from "./breakages.ts";
import type { Report } from "./lanes.ts";

const HELP = `Breaks promises of the product, one at a time in a copy of the checkout, and tells after how many actions the model saw each.
Ends with 1 if one was not seen.

  npm run prove:breakages -- [options]

  --only TEXT   those whose promise matches this expression
  --actions N   how many actions each is looked for  (30000)
  --seed N      the first seed of each               (1)
  --help        this text
`;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    actions: { type: "string", default: "30000" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean" },
  },
});
const say = (line: string) => console.log(line);

type Found = Pick<Report, "actions" | "failures" | "seen">;

const look = async ({ folder }: Checkout, env: Record<string, string>): Promise<Found | undefined> => {
  const json = join(folder, "figures.json");
  rmSync(json, { force: true });
  const how = ["--raw", "--actions", values.actions, "--seed", values.seed, "--json", json];
  const child = spawn(process.execPath, ["tests/simulation/model/prove.ts", ...how], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  await once(child, "close");
  try {
    return JSON.parse(readFileSync(json, "utf8")) as Found;
  } catch {
    return undefined; // it could not even begin
  }
};

/** Whether it was seen. */
const attempt = async (checkout: Checkout, env: Record<string, string>, { promise, edits }: Breakage) => {
  const restore = edits.map(checkout.apply);
  const found = await look(checkout, env);
  for (const undo of restore.reverse()) undo();
  const { seen, failures: [first] = [], actions = 0 } = found ?? {};
  const how = first?.error.split("\n").slice(0, 2).join(" ").slice(0, 100) ?? "";
  if (!seen) say(`${styleText("red", "✗ not seen")} in ${actions} actions  ${promise}`);
  else
    say(
      `${styleText("green", "✓ seen")} after ${seen.actions} actions, ${seen.ms / 1000} s  ${promise}  ${styleText("dim", how)}`,
    );
  return seen !== undefined;
};

const main = async (): Promise<number> => {
  if (values.help) {
    say(HELP);
    return 0;
  }
  const chosen = breakages.filter(({ promise }) => new RegExp(values.only).test(promise));
  const { env, stop } = await engines(say);
  const checkout = copy(process.cwd());
  let seen = 0;
  try {
    for (const breakage of chosen) if (await attempt(checkout, env, breakage)) seen++;
  } finally {
    checkout.remove();
    await stop();
  }
  say(`\n${seen} of ${chosen.length} breakages seen`);
  return chosen.length > 0 && seen === chosen.length ? 0 : 1;
};

process.exitCode = await main();
