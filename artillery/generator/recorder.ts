/**
 * Records a run of the generator second by second: each second is one line of JSON, appended to `series.jsonl`. The time of a step
 * lasts from the moment when the visitor wanted to send the request until the whole answer is there.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { add, type Histogram } from "./series.ts";

export type Step = { ok: number; failed: number; ms: Histogram };
export type Second = {
  /** Epoch ms. */
  at: number;
  /** ms, 99th percentile: the delay of the generator's own event loop, which every latency includes. */
  late: number;
  steps: Record<string, Step>;
  counters: Record<string, number>;
};

/** Writes to `folder` until `stop`. */
export const recorder = (folder: string) => {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let [steps, counters]: [Second["steps"], Second["counters"]] = [{}, {}];
  let visitors = "";
  const flush = () => {
    const late = Math.max(0, delay.percentile(99) / 1e6 - 5);
    delay.reset();
    const second: Second = { at: Date.now(), late, steps, counters };
    appendFileSync(join(folder, "series.jsonl"), `${JSON.stringify(second)}\n`);
    if (visitors) appendFileSync(join(folder, "visitors.jsonl"), visitors);
    [steps, counters, visitors] = [{}, {}, ""];
  };
  const timer = setInterval(flush, 1_000);
  return {
    took: (name: string, ms: number, ok = true): void => {
      steps[name] ??= { ok: 0, failed: 0, ms: {} };
      const step = steps[name] as Step;
      step[ok ? "ok" : "failed"]++;
      add(step.ms, ms);
    },
    count: (name: string): void => {
      counters[name] = (counters[name] ?? 0) + 1;
    },
    /** What a visitor saw in the queue, for the audit. */
    saw: (visitor: object): void => {
      visitors += `${JSON.stringify(visitor)}\n`;
    },
    stop: (): void => {
      clearInterval(timer);
      flush();
    },
  };
};

export type Recorder = ReturnType<typeof recorder>;
