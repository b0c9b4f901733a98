/** A run's report: its figures, and that it has no external resources. */
import { expect, test } from "vitest";
import type { Second } from "#artillery/generator/recorder.ts";
import { add, bucketOf, type Histogram, middleOf, percentile } from "#artillery/generator/series.ts";
import * as Compare from "#artillery/runner/compare.ts";
import { ofArtillery, ofGenerator, type Report } from "#artillery/runner/played.ts";
import { html } from "#artillery/runner/report.ts";
import { passed, result } from "#artillery/runner/result.ts";
import { load } from "#artillery/runner/scenarios.ts";
import { audit, empty } from "#ops/audit/index.ts";

const NOW = 1_800_000_000_000;

const histogram = (ms: number[]) => {
  const buckets: Histogram = {};
  for (const each of ms) add(buckets, each);
  return buckets;
};

const second = (n: number, ms: number[], counters: Record<string, number> = {}): Second => ({
  at: NOW + n * 1_000,
  late: 1,
  steps: { join: { ok: ms.length, failed: 0, ms: histogram(ms) } },
  counters: { arrived: ms.length, joined: ms.length, ...counters },
});

const machine = { cpus: 2, model: "<A CPU>", memory: 8, node: "v24.0.0", load: 0 };
const run = (seconds: Second[], more: Partial<Parameters<typeof result>[0]> = {}) =>
  result({
    ...{ scale: 1, target: "http://127.0.0.1:1", asked: 1_000, arrivals: 10, machine },
    file: load("queue-10k"),
    line: [{ at: NOW, serving: 1, issued: 9, active: 1 }],
    processes: [{ at: NOW, usage: { Redis: { cpu: 0.1, memory: 10, handles: 5 } } }],
    ...ofGenerator(seconds),
    ...more,
  });

/** As `artillery run --output` writes it. */
const report = (counters: Record<string, number>, summaries: Report["summaries"]): Report => ({
  ...{ counters, summaries, firstMetricAt: NOW, lastMetricAt: NOW + 12_300, period: String(NOW) },
});
const summary = (count: number, p95: number) => ({ count, p50: p95 / 2, p95, p99: p95 });

test("a percentile is accurate to four percent", () => {
  const all = Array.from({ length: 10_000 }, (_, n) => (n + 1) / 10);
  for (const p of [0.5, 0.95, 0.99]) {
    const right = all[Math.ceil(all.length * p) - 1] as number;
    expect(Math.abs(percentile(histogram(all), p) / right - 1)).toBeLessThan(0.04);
  }
  for (const ms of [0.2, 1, 33, 1_000, 60_000]) expect(Math.abs(middleOf(bucketOf(ms)) / ms - 1)).toBeLessThan(0.04);
  expect(percentile({}, 0.95)).toBe(0);
});

test("a bound that is met is shown as met, and a missed one fails the run", async () => {
  const quick = run([second(1, [10, 20, 30]), second(2, [10])]);
  expect(quick.bounds).toContainEqual(expect.objectContaining({ metric: "join.p95", ok: true }));
  // a step that never happened has no latency, so its bound is missed
  expect(quick.bounds).toContainEqual(expect.objectContaining({ metric: "claim.p95", ok: false, value: undefined }));
  const slow = run([second(1, [900])]);
  expect(slow.bounds).toContainEqual(expect.objectContaining({ metric: "join.p95", ok: false }));
  expect(passed(slow)).toBe(false);
  const failing = run([second(1, [10], { failed: 1 })]);
  expect(failing.bounds).toContainEqual(expect.objectContaining({ metric: "failed", value: 1, ok: false }));
});

test("Artillery's report is read per endpoint: percentiles, failures, and the visitors' counters", () => {
  const endpoint = "plugins.metrics-by-endpoint.response_time.hold";
  const all = report(
    { "vusers.created": 20, "vusers.failed": 2, held: 18, "errors.hold 503 order.busy": 2, "http.codes.201": 18 },
    { [endpoint]: summary(18, 40), settled: summary(18, 300), "http.response_time": summary(99, 9) },
  );
  const late = report({ "vusers.created": 20 }, { "generator.late": summary(20, 80) });
  const played = ofArtillery({ aggregate: all, intermediate: [all, late] });
  expect(played.steps).toEqual({
    hold: { count: 20, failed: 2, p50: 20, p95: 40, p99: 40 },
    settled: { count: 18, failed: 0, p50: 150, p95: 300, p99: 300 },
  });
  expect(played.periods[0]?.counters).toEqual({ arrived: 20, failed: 2, held: 18, "errors.hold 503 order.busy": 2 });
  const ended = run([], { file: load("flow"), ...played });
  expect(ended.steps.hold?.peak).toBe(2);
  expect(ended.duration).toBe(12.3);
  expect(ended.bounds).toContainEqual(expect.objectContaining({ metric: "failed", value: 2, ok: false }));
  expect(html(ended)).toContain("sent by Artillery");
  expect(html(ended)).toContain("The sender was the limit");
});

test("a payment by card is bounded by its time without the gateway's own", async () => {
  const { withCards } = await import("#artillery/runner/scenarios.ts");
  const file = withCards(load("confirm-150"), 400);
  const ratio = (card: number) => {
    const step = (ms: number) => ({ ok: 1, failed: 0, ms: histogram([ms]) });
    const seconds = [{ ...second(1, []), steps: { settled: step(1_000), "card.settled": step(card) } }];
    return run(seconds, { file }).bounds.find(({ metric }) => metric === "card.ratio");
  };
  expect(ratio(2_000)).toMatchObject({ ok: true, value: expect.closeTo(1.2, 0) });
  expect(ratio(2_600)).toMatchObject({ ok: false });
});

test("a pick that is answered “none left” has failed if seats were free, and has not if all were held", () => {
  const file = { ...load("sellout"), event: { zones: 1, rows: 1, seats: 40, holdSeconds: 20 } };
  const ran = (seconds: Record<number, { held?: number; refused?: number; abandoned?: number }>) => {
    const all = Object.entries(seconds).map(([n, { held = 0, refused = 0, abandoned = 0 }]) =>
      second(Number(n), [10], { held, abandoned, "pick.held": held, "pick.refused": refused }),
    );
    const { bounds } = run(all, { file, left: { "seats.held": 1 } });
    return (metric: string) => bounds.find((bound) => bound.metric === metric);
  };
  const honest = ran({ 1: { held: 19 }, 2: { held: 1, refused: 5 }, 3: { refused: 100 } });
  expect(honest("pick.success")).toMatchObject({ value: 100, ok: true });
  expect(honest("seats.held")).toMatchObject({ value: 1, ok: false });
  const lying = ran({ 1: { held: 9 }, 2: { refused: 5 }, 3: {}, 4: { held: 11 }, 5: { refused: 100 } });
  expect(lying("pick.success")).toMatchObject({ value: (100 * 20) / 25, ok: false });
  // twenty seconds to pay and 90 s of grace after it, an abandoned seat is free again
  const all = { held: 20, abandoned: 10 };
  const lapsed = ran({ 1: all, 109: { refused: 3 }, 110: { refused: 3 }, 111: {}, 112: { refused: 5 }, 113: {} });
  expect(lapsed("pick.success")).toMatchObject({ value: (100 * 20) / 25, ok: false });
  expect(ran({ 1: { refused: 9 } })("pick.success")?.ok).toBe(false);
});

test("a long run has drifted when its last third is slower or heavier than its second", () => {
  const thresholds = { "join.drift": 1.5, "memory.drift": 1.15, "handles.drift": 1.15 };
  const ran = (ms: number[], memory: number[]) =>
    run(
      ms.map((each, n) => second(n, [each])),
      {
        file: { ...load("soak"), thresholds },
        processes: memory.map((mb, n) => ({
          at: NOW + n,
          usage: { "API and workers": { cpu: 1, memory: mb, handles: 9 } },
        })),
      },
    ).bounds.map(({ ok }) => ok);
  expect(ran([900, 10, 12], [100, 500, 510])).toEqual([true, true, true]);
  expect(ran([900, 10, 30], [100, 500, 900])).toEqual([false, false, true]);
  expect(ran([], [])).toEqual([false, false, false]);
});

test("a run with a violation in the audit has not passed", async () => {
  const bounds = [{ metric: "failed", bound: 0, value: 0, ok: true }];
  expect(passed({ bounds, audit: audit(empty(NOW)) })).toBe(true);
  expect(passed({ bounds, audit: audit({ ...empty(NOW), messages: { waiting: 0, dead: 1 } }) })).toBe(false);
});

test("the report is one page without external resources, and escapes its text", async () => {
  const page = html({ ...run([second(1, [10]), second(2, [20])]), audit: audit(empty(NOW)) });
  expect(page).toContain("<svg");
  expect(page).toContain("no seat in two live orders");
  expect(page).toContain("&#60;A CPU&#62;");
  expect(page).not.toMatch(/<script|<link|@import|src=|url\(|NaN|Infinity|undefined/);
});

test("a generator that was late is reported as the limit", () => {
  const late = { ...second(1, [10]), late: 80 };
  expect(html(run([late]))).toContain("The sender was the limit");
  expect(html(run([late]))).toContain("sent by the project&#39;s own generator");
});

test("two runs are compared by the steps that they", async () => {
  const [a, b] = [run([second(1, [10])]), run([second(1, [20])])];
  const p95 = Compare.rows(a, b).find(({ metric }) => metric === "join p95");
  expect(p95?.ratio).toBeCloseTo(2, 1);
  expect(Compare.text(a, b)).toContain("join p95");
  expect(Compare.html(a, b)).toContain("<svg");
});

test("two runs agree if p95 and rate of the bounded steps are at most 15 % apart", () => {
  const ran = (ms: number, visits: number) => run([second(1, Array(visits).fill(ms)), second(2, [ms])]);
  expect(Compare.disagreements(ran(100, 10), ran(110, 10))).toEqual([]);
  expect(Compare.disagreements(ran(100, 10), ran(130, 10))).toEqual([expect.stringContaining("join p95")]);
  expect(Compare.disagreements(ran(100, 10), ran(100, 20))).toEqual([expect.stringContaining("join rate")]);
});
