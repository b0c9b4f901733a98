/**
 * `npm run walk`: counts how often a reader who follows one request has to return to a file. A buyer joins, enters, holds, pays and gets
 * tickets on real engines, and each function of core/ and functions/ reports its first call. A return is a call from another file into an
 * earlier file, to a function that was not read yet. core/lib is left out, because a reader knows the tools. Ends with 1 if a step has more
 * returns than its limit.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { life } from "#artillery/bench/life.ts";
import { startSandbox } from "#local/sandbox/server.ts";
import { startEngines } from "#tests/support/engines.ts";
import { stage as makeStage } from "#tests/support/stage.ts";

Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" });

/** The largest number of returns of each step. A settlement by card comes back to its gateway's file twice: it prepares, authorises and captures there. */
const maxReturns: Record<string, number> = { hold: 3, pay: 3, "settle points": 3, "settle card": 3 };

type Entry = { file: string; isReturn: boolean };
let walked: Entry[] | undefined;
const read = new Set<string>();
const caller = new AsyncLocalStorage<string>();

/** Runs a function's body, and notes the first call of each function from another file. */
const entering = <T>(file: string, name: number, body: () => T): T => {
  const known = read.has(`${file} ${name}`);
  read.add(`${file} ${name}`);
  if (walked && !known && caller.getStore() !== file && walked.at(-1)?.file !== file)
    walked.push({ file, isReturn: walked.some((entry) => entry.file === file) });
  return caller.run(file, body);
};
Object.assign(globalThis, { entering });

const walk = async <T>(work: () => Promise<T>): Promise<{ result: T; entries: Entry[] }> => {
  const entries: Entry[] = [];
  read.clear();
  walked = entries;
  const result = await work();
  walked = undefined;
  return { result, entries };
};

const { addresses, stop } = await startEngines({ say: (line) => console.error(line) });
const sandbox = await startSandbox({ key: "walk" });
try {
  const stage = await makeStage({ ...addresses, gateway: { url: sandbox.url, key: "walk" } });
  const { eventId } = await stage.event({
    queue: { admitPerSecond: 1_000, maxActive: 1_000, sessionSeconds: 60, claimSeconds: 30 },
  });
  const points = { stage, eventId, payment: { method: "points" }, points: 100_000 };
  const card = { ...points, payment: { method: "card", card: { token: "tok_approve" } } };

  const walks: { name: string; entries: Entry[] }[] = [];
  const noted =
    (method: string) =>
    async <T>(step: string, work: () => Promise<T>) => {
      const { result, entries } = await walk(work);
      walks.push({ name: step === "settle" ? `settle ${method}` : step, entries });
      return result;
    };
  await life({ ...points, seats: ["A-1-1"] }, (_, work) => work()); // fills the caches
  await life({ ...points, seats: ["A-2-1"] }, noted("points"));
  const first = walks.length;
  await life({ ...card, seats: ["A-3-1"] }, noted("card"));
  // the other steps of a payment by card are those of a payment by points
  walks.push(...walks.splice(first).filter(({ name }) => name === "settle card"));

  for (const { name, entries } of walks) {
    const returns = entries.filter(({ isReturn }) => isReturn).length;
    console.log(`\n${name}: ${returns} returns, ${new Set(entries.map(({ file }) => file)).size} files`);
    for (const { file, isReturn } of entries) console.log(`  ${isReturn ? "↩" : " "} ${file}`);
    if (returns > (maxReturns[name] ?? Number.POSITIVE_INFINITY)) process.exitCode = 1;
  }
} finally {
  await Promise.all([sandbox.stop(), stop()]);
}
