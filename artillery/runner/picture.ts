/** A run as one picture for the documentation: its four main charts in one SVG. */
import { type Chart, drawing, escaped, HEIGHT, WIDTH } from "./charts.ts";
import { lineChart, rateChart, usageChart } from "./report.ts";
import type { Result } from "./result.ts";

const GAP = 56;

/** The 95th percentiles of these steps. */
const latencyChart = (result: Result, names: string[]): Chart => ({
  title: "Latency, p95",
  unit: "ms",
  curves: names.map((name) => ({
    name,
    points: result.periods.flatMap(({ at, steps }): [number, number][] => {
      const step = steps[name];
      return step ? [[Math.round((at - result.began) / 100) / 10, step.p95]] : [];
    }),
  })),
});

const STYLE = `text{font:11px system-ui,sans-serif;fill:#555}.t{font-size:14px;font-weight:600;fill:#222}.grid{stroke:#ddd}
polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}rect{fill:#fff}
.c0{stroke:#2563eb}.c1{stroke:#ea580c}.c2{stroke:#16a34a}.c3{stroke:#9333ea}.c4{stroke:#db2777}.c5{stroke:#0891b2}
.f0{fill:#2563eb}.f1{fill:#ea580c}.f2{fill:#16a34a}.f3{fill:#9333ea}.f4{fill:#db2777}.f5{fill:#0891b2}`;

/** A legend in as many rows as it needs; the picture has space for two. */
const legend = ({ curves }: Chart): string => {
  let [x, y] = [56, 36];
  return curves
    .filter(({ points }) => points.length > 0)
    .map(({ name }, n) => {
      const wide = 24 + 6.5 * name.length;
      if (x + wide > WIDTH) [x, y] = [56, y + 14];
      const at = `x="${x}" y="${y}"`;
      x += wide;
      return `<text ${at}><tspan class="f${n % 6}">■</tspan> ${escaped(name)}</text>`;
    })
    .join("");
};

/** The run's rates, latencies, line or funnel of states, and CPU. `steps`: the steps whose latencies are drawn. */
export const picture = (result: Result, steps: string[]): string => {
  const charts = [
    rateChart(result),
    latencyChart(result, steps),
    lineChart(result),
    usageChart(result, "CPU", "cores", "cpu"),
  ];
  const cells = charts
    .filter(({ curves }) => curves.some(({ points }) => points.length > 1))
    .map((chart, n) => {
      const at = `translate(${(n % 2) * WIDTH} ${Math.floor(n / 2) * (HEIGHT + GAP)})`;
      const title = `<text class="t" x="56" y="18">${escaped(chart.title)} <tspan style="font-weight:400">${escaped(chart.unit)}</tspan></text>`;
      return `<g transform="${at}">${title}${legend(chart)}<g transform="translate(0 ${GAP - 10})">${drawing(chart)}</g></g>`;
    });
  const height = Math.ceil(cells.length / 2) * (HEIGHT + GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${height}" role="img"><title>${escaped(result.title)}</title><style>${STYLE}</style><rect width="100%" height="100%"/>${cells.join("\n")}</svg>\n`;
};
