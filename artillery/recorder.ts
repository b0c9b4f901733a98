/**
 * What a run looks like second by second: each second one line of JSON, appended to `series.jsonl`, with a histogram a step. Artillery's
 * own report has periods of ten seconds, too coarse for a spike; and it times the first byte of a request that has a socket, while
 * here the clock runs from when the visitor wanted the answer until they have it whole.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Second, Step } from "./series.ts";
import { bucketOf } from "./series.ts";

const folder = process.env.RUSH_FOLDER ?? ".";
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

/** ms without anybody here after which a visitor is taken for the last one. */
const LAST = 250;

let steps: Record<string, Step> = {};
let counters: Record<string, number> = {};
let visitors: object[] = [];
let present = 0;
let flushing = false;

const flush = () => {
  const second: Second = {
    at: Date.now(),
    /** ms that the generator's own event loop was late: what it adds to every latency. */
    lag: Math.max(0, delay.percentile(99) / 1e6 - 5),
    present,
    steps,
    counters,
  };
  delay.reset();
  appendFileSync(join(folder, "series.jsonl"), `${JSON.stringify(second)}\n`);
  const seen = visitors.map((visitor) => `${JSON.stringify(visitor)}\n`).join("");
  if (seen) appendFileSync(join(folder, "visitors.jsonl"), seen);
  [steps, counters, visitors] = [{}, {}, []];
};

export const took = (name: string, ms: number, ok: boolean): void => {
  steps[name] ??= { ok: 0, failed: 0, ms: {} };
  const step = steps[name] as Step;
  if (ok) step.ok++;
  else step.failed++;
  const bucket = bucketOf(ms);
  step.ms[bucket] = (step.ms[bucket] ?? 0) + 1;
};

export const count = (name: string, by = 1): void => {
  counters[name] = (counters[name] ?? 0) + by;
};

/** What a visitor saw of the queue, for the auditor. */
export const saw = (visitor: object): void => {
  visitors.push(visitor);
};

/** One more visitor is here, until `left`. Artillery ends this worker after the last one, so who may be the last one writes first. */
export const arrived = (): void => {
  present++;
  count("arrived");
  if (!flushing) setInterval(flush, 1_000).unref();
  flushing = true;
};
export const left = async (): Promise<void> => {
  present--;
  if (present > 0) return;
  await sleep(LAST);
  if (present === 0) flush();
};
