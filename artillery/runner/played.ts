/** The result of playing a scenario, by periods: ten seconds each in Artillery's report, one second each for the project's own generator. */
import { readFileSync } from "node:fs";
import type { Second, Step } from "../generator/recorder.ts";
import { merge, percentile } from "../generator/series.ts";

export type Figures = { count: number; failed: number; p50: number; p95: number; p99: number };
export type Period = {
  /** The middle of the period, epoch ms. */
  at: number;
  seconds: number;
  /** ms: the delay of the sender's own event loop, which every latency includes. */
  late: number;
  steps: Record<string, Figures>;
  counters: Record<string, number>;
};
/** From the first visitor to the last answer, epoch ms; `steps`: over the whole run. */
export type Played = { began: number; ended: number; periods: Period[]; steps: Record<string, Figures> };

type Summary = { count: number; p50: number; p95: number; p99: number };
export type Report = {
  counters: Record<string, number>;
  summaries: Record<string, Summary>;
  firstMetricAt: number;
  lastMetricAt: number;
  period: number | string;
};

const ENDPOINT = "plugins.metrics-by-endpoint.response_time.";
const LATE = "generator.late";

/** Failed answers of a step: processor.ts ends a visit with `<step> <status> <code>`. */
const failures = (counters: Report["counters"], step: string): number =>
  Object.entries(counters).reduce((sum, [name, n]) => sum + (name.startsWith(`errors.${step} `) ? n : 0), 0);

const figures = ({ summaries, counters }: Report): Record<string, Figures> =>
  Object.fromEntries(
    Object.entries(summaries)
      .filter(([name]) => name.startsWith(ENDPOINT) || !/^(http|vusers|plugins|generator)\./.test(name))
      .map(([metric, { count, p50, p95, p99 }]) => {
        const name = metric.replace(ENDPOINT, "");
        const failed = failures(counters, name);
        return [name, { count: count + failed, failed, p50, p95, p99 }];
      }),
  );

/** The counters of a visit, and Artillery's own by our names. */
const counted = ({ counters }: Report): Record<string, number> => ({
  ...Object.fromEntries(Object.entries(counters).filter(([name]) => !/^(http|vusers|plugins)\./.test(name))),
  arrived: counters["vusers.created"] ?? 0,
  failed: counters["vusers.failed"] ?? 0,
});

const periodMs = 10_000;

export const ofArtillery = ({ aggregate, intermediate }: { aggregate: Report; intermediate: Report[] }): Played => ({
  began: aggregate.firstMetricAt,
  ended: aggregate.lastMetricAt,
  steps: figures(aggregate),
  periods: intermediate.map((report) => ({
    at: Number(report.period) + periodMs / 2,
    seconds: periodMs / 1_000,
    late: report.summaries[LATE]?.p95 ?? 0,
    steps: figures(report),
    counters: counted(report),
  })),
});

const figuresOf = (all: Step[]): Figures => {
  const ms = merge(all.map((step) => step.ms));
  const failed = all.reduce((sum, step) => sum + step.failed, 0);
  return {
    count: all.reduce((sum, { ok }) => sum + ok, failed),
    failed,
    ...{ p50: percentile(ms, 0.5), p95: percentile(ms, 0.95), p99: percentile(ms, 0.99) },
  };
};

export const ofGenerator = (seconds: Second[]): Played => {
  const names = [...new Set(seconds.flatMap(({ steps }) => Object.keys(steps)))];
  return {
    began: (seconds[0]?.at ?? Date.now()) - 1_000,
    ended: seconds.at(-1)?.at ?? Date.now(),
    steps: Object.fromEntries(
      names.map((name) => [name, figuresOf(seconds.flatMap(({ steps }) => steps[name] ?? []))]),
    ),
    periods: seconds.map(({ at, late, steps, counters }) => ({
      at: at - 500,
      seconds: 1,
      late,
      steps: Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, figuresOf([step])])),
      counters,
    })),
  };
};

/** The complete lines of a file of JSON lines. */
export const readLines = <T>(file: string): T[] =>
  readFileSync(file, { encoding: "utf8", flag: "a+" })
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
