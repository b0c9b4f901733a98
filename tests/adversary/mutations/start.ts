/** `npm run mutants`: breaks the product in many small ways, one at a time, and tells which of them no test has seen. */
import { readFileSync } from "node:fs";
import { parseArgs, styleText } from "node:util";
import { type Checkout, copy } from "./checkout.ts";
import { engines } from "./engines.ts";
import { type Mutation, mutations, occurrences } from "./index.ts";
import { run } from "./run.ts";

const HELP = `Breaks conditions, idempotency marks, signatures and Lua guards, one at a time in a copy of the checkout, and runs
the tests that must see it. Ends with 1 if one was not seen, or no longer finds what it breaks.

  npm run mutants -- [options]

  --only TEXT  those whose promise or file has this text
  --help       this text
`;

const { values } = parseArgs({ options: { only: { type: "string", default: "" }, help: { type: "boolean" } } });
const say = (line: string) => console.log(line);

type Place = { checkout: Checkout; env: Record<string, string> };

/** Why the tests say nothing of a breakage though they fail: they fail without it, or there are none. */
const unfit = async ({ checkout, env }: Place, mutation: Mutation): Promise<string | undefined> => {
  const whole = await run(checkout.folder, mutation, env);
  if (whole.failed > 0) return `its tests fail on the whole product\n${whole.output}`;
  return whole.passed === 0 ? `no test of ${mutation.tests} is called “${mutation.name}”\n${whole.output}` : undefined;
};

/** Whether it was seen. */
const attempt = async (place: Place, mutation: Mutation): Promise<boolean> => {
  const { checkout, env } = place;
  const restore = checkout.apply(mutation);
  const { failed, passed, ms } = await run(checkout.folder, mutation, env);
  restore();
  const seconds = `${(ms / 1000).toFixed(1)} s`.padStart(7);
  const where = `${mutation.promise}  ${styleText("dim", mutation.file)}`;
  if (failed === 0) {
    say(`${styleText("red", "✗ survived")} ${seconds}  ${where}\n  ${passed} tests of ${mutation.tests} passed`);
    return false;
  }
  const reason = await unfit(place, mutation);
  if (reason) say(`${styleText("red", "✗ unjudged")} ${seconds}  ${where}\n  ${reason}`);
  else say(`${styleText("green", "✓ caught  ")} ${seconds}  ${where}`);
  return reason === undefined;
};

/** Those that no longer find what they break: told before an hour is spent on the others. */
const lost = (chosen: Mutation[]): Mutation[] =>
  chosen.filter(({ file, text }) => occurrences(readFileSync(file, "utf8"), text) !== 1);

const main = async (): Promise<number> => {
  if (values.help) {
    say(HELP);
    return 0;
  }
  const began = Date.now();
  const chosen = mutations.filter(({ promise, file }) => `${promise} ${file}`.includes(values.only));
  for (const { file, text } of lost(chosen)) say(`${styleText("red", "✗ lost")}  ${file} does not have once: ${text}`);
  if (lost(chosen).length > 0) return 1;
  const { env, stop } = await engines(say);
  const checkout = copy(process.cwd());
  let caught = 0;
  try {
    for (const mutation of chosen) if (await attempt({ checkout, env }, mutation)) caught++;
  } finally {
    checkout.remove();
    await stop();
  }
  say(`\n${caught} of ${chosen.length} breakages caught in ${Math.round((Date.now() - began) / 1000)} s`);
  return chosen.length > 0 && caught === chosen.length ? 0 : 1;
};

process.exitCode = await main();
