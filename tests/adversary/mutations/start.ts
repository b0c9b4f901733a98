/** `npm run mutants`: breaks the product in many small ways, one at a time, and reports the breakages that no test noticed. */
import { readFileSync } from "node:fs";
import { parseArgs, styleText } from "node:util";
import { environment, startEngines } from "#tests/support/engines.ts";
import { type Checkout, copy } from "./checkout.ts";
import {
  type ByModel,
  type ByTests,
  type Edit,
  editsOf,
  type Mutation,
  mutations,
  noticedBy,
  occurrences,
} from "./index.ts";
import { run } from "./run.ts";

const HELP = `Breaks conditions, idempotency marks, signatures and Lua guards, one at a time in a copy of the checkout, and runs
the tests that must notice it, or the model check. Ends with 1 if one was not noticed, or no longer finds what it breaks.

  npm run mutants -- [options]

  --only TEXT  those whose promise or file has this text
  --by TEXT    those that this must notice: a part of a test file's path, or “model”
  --help       this text
`;

const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, by: { type: "string", default: "" }, help: { type: "boolean" } },
});
const say = (line: string) => console.log(line);

type Place = { checkout: Checkout; env: Record<string, string> };

type By = ByTests | ByModel;

const nameOf = (by: By) => ("model" in by ? "the model check" : by.tests);
const files = (mutation: Mutation) => [...new Set(editsOf(mutation).map(({ file }) => file))].join(", ");

/**
 * The reason for which a failure does not count: the tests fail without the breakage too, or there are none. `npm test` runs the model
 * check itself.
 */
const unfit = async ({ checkout, env }: Place, by: By): Promise<string | undefined> => {
  if ("model" in by) return undefined;
  const whole = await run(checkout.folder, by, env);
  if (whole.failed > 0) return `its tests fail on the whole product\n${whole.output}`;
  return whole.passed === 0 ? `no test of ${by.tests} is called “${by.name}”\n${whole.output}` : undefined;
};

const STOPPED = "it had no result in its time, or ended without one: try again on a quiet machine";

/** Whether it was noticed. */
const attempt = async (place: Place, mutation: Mutation, by: By): Promise<boolean> => {
  const { checkout, env } = place;
  const restore = editsOf(mutation).map(checkout.apply);
  const { passed, failed, ms, seen } = await run(checkout.folder, by, env);
  for (const undo of restore.reverse()) undo();
  const seconds = `${(ms / 1000).toFixed(1)} s`.padStart(7);
  const after = seen ? `, after ${seen.actions} actions` : "";
  const where = `${mutation.promise}  ${styleText("dim", `${files(mutation)}, ${nameOf(by)}${after}`)}`;
  const reason = passed + failed === 0 ? STOPPED : failed > 0 ? await unfit(place, by) : undefined;
  if (reason) say(`${styleText("red", "✗ unjudged")} ${seconds}  ${where}\n  ${reason}`);
  else if (failed === 0) say(`${styleText("red", "✗ survived")} ${seconds}  ${where}`);
  else say(`${styleText("green", "✓ noticed ")} ${seconds}  ${where}`);
  return failed > 0 && reason === undefined;
};

/** Edits whose text is gone, reported before the long run starts. */
const lost = (chosen: Mutation[]): Edit[] =>
  chosen.flatMap(editsOf).filter(({ file, text }) => occurrences(readFileSync(file, "utf8"), text) !== 1);

const main = async (): Promise<number> => {
  if (values.help) {
    say(HELP);
    return 0;
  }
  const began = Date.now();
  const chosen = mutations
    .filter((one) => `${one.promise} ${files(one)}`.includes(values.only))
    .flatMap((mutation) => noticedBy(mutation).map((by) => ({ mutation, by })))
    .filter(({ by }) => nameOf(by).includes(values.by));
  const missing = lost(chosen.map(({ mutation }) => mutation));
  for (const { file, text } of missing) say(`${styleText("red", "✗ lost")}  ${file} does not have once: ${text}`);
  if (missing.length > 0) return 1;
  const { addresses, stop } = await startEngines({ say, long: true });
  const env = environment(addresses);
  const checkout = copy(process.cwd());
  let noticed = 0;
  try {
    for (const { mutation, by } of chosen) if (await attempt({ checkout, env }, mutation, by)) noticed++;
  } finally {
    checkout.remove();
    await stop();
  }
  say(`\n${noticed} of ${chosen.length} breakages noticed in ${Math.round((Date.now() - began) / 1000)} s`);
  return chosen.length > 0 && noticed === chosen.length ? 0 : 1;
};

process.exitCode = await main();
