/** Compares two runs: their tables side by side, and their latencies in one chart. */
import { type Curve, chart, escaped, figure } from "./charts.ts";
import { page } from "./report.ts";
import type { Result } from "./result.ts";

export type Row = { metric: string; a: number; b: number /** b ÷ a. */; ratio: number };

const both = (a: Result, b: Result): string[] => Object.keys(a.steps).filter((name) => b.steps[name]);

/** The figures that both runs have. */
export const rows = (a: Result, b: Result): Row[] =>
  both(a, b).flatMap((name) =>
    (["p50", "p95", "p99", "peak", "failed"] as const).map((metric) => {
      const [x, y] = [a.steps[name]?.[metric] ?? 0, b.steps[name]?.[metric] ?? 0];
      return {
        metric: `${name} ${metric}`,
        a: x,
        b: y,
        ratio: x === 0 ? (y === 0 ? 1 : Number.POSITIVE_INFINITY) : y / x,
      };
    }),
  );

/** The largest difference at which two runs agree. */
const tolerance = 0.15;

/** The bounded steps of the scenario whose p95 or rate differ by more than 15 %. */
export const disagreements = (a: Result, b: Result): string[] =>
  a.bounds.flatMap(({ metric }) => {
    const step = /^(.+)\.p95$/.exec(metric)?.[1] ?? "";
    const [x, y] = [a.steps[step], b.steps[step]];
    if (!x || !y) return [];
    const rate = (result: Result, count: number) => count / Math.max(1, result.duration);
    const ratios = { p95: y.p95 / x.p95, rate: rate(b, y.count) / rate(a, x.count) };
    return Object.entries(ratios)
      .filter(([, ratio]) => Math.abs(ratio - 1) > tolerance)
      .map(([what, ratio]) => `${step} ${what}: × ${ratio.toFixed(2)}`);
  });

export const text = (a: Result, b: Result): string => {
  const table = rows(a, b).map((row) => [row.metric, figure(row.a), figure(row.b), `× ${row.ratio.toFixed(2)}`]);
  const all = [["", "A", "B", "B ÷ A"], ...table];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join("  "),
    )
    .join("\n");
};

const curve = (result: Result, name: string, label: string): Curve => ({
  name: label,
  points: result.periods.flatMap(({ at, steps }): Curve["points"] => {
    const step = steps[name];
    return step ? [[Math.round((at - result.began) / 100) / 10, step.p95]] : [];
  }),
});

const titled = (label: string, { scenario, scale, began }: Result): string =>
  `${label}: ${escaped(scenario)}, scale ${scale}, ${new Date(began).toISOString()}`;

export const html = (a: Result, b: Result): string => {
  const table = rows(a, b).map(
    ({ metric, a: x, b: y, ratio }) =>
      `<tr><th>${escaped(metric)}<td class="n">${figure(x)}<td class="n">${figure(y)}<td class="n">× ${ratio.toFixed(2)}`,
  );
  const charts = both(a, b).map((name) =>
    chart({ title: `Latency of ${name}`, unit: "ms, p95", curves: [curve(a, name, "A"), curve(b, name, "B")] }),
  );
  return page(
    `${a.scenario} and ${b.scenario} · Onsale`,
    `<h1>Two runs</h1><p>${titled("A", a)}<br>${titled("B", b)}</p>
<div class="wide"><table><tr><th><th>A<th>B<th>B ÷ A${table.join("")}</table></div><h2>Over time</h2><main>${charts.join("\n")}</main>`,
  );
};
