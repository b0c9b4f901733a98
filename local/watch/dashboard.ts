/**
 * `GET /local/dashboard`: the dashboard of core/contract/dashboard.ts, from which stacks/ makes CloudWatch's, drawn from the same EMF
 * lines. One page without a script, which the browser reloads every five seconds. Figures that only AWS measures are marked.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dashboard as rows, type Widget } from "#core/contract/dashboard.ts";
import type { Series, Stat } from "#core/contract/series.ts";
import type { Journal, Metric } from "./journal.ts";

/** The chart's time span and step, ms. */
const WINDOW = 15 * 60_000;
const STEP = 15_000;
const [WIDTH, HEIGHT] = [600, 120];
const COLOURS = ["#d9421a", "#14708a", "#8a5a00", "#5b4bb5", "#1b7a3d", "#8c1c5c"];

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.4 system-ui,sans-serif;margin:2rem}h1,h2{font-weight:650}
.row{display:grid;grid-template-columns:repeat(24,1fr);gap:1.25rem}@media(max-width:60rem){.row{display:block}}
figure{margin:0 0 1rem}figcaption{font-weight:600}small{opacity:.75}svg{width:100%;height:auto;overflow:visible}
.n{font-size:1.7rem;font-weight:650;font-variant-numeric:tabular-nums}
${Array.from({ length: 24 }, (_, n) => `.w${n + 1}{grid-column:span ${n + 1}}`).join("")}
${COLOURS.map((colour, n) => `.c${n}{stroke:${colour}}.t${n}{color:${colour}}`).join("")}path{fill:none;stroke-width:2}`;

const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const shown = (value: number) => Math.round(value).toLocaleString("en");

/** The statistic of the values, as CloudWatch computes it. */
const reduce = (values: number[], stat: Stat): number => {
  if (values.length === 0) return 0;
  if (stat === "Sum") return values.reduce((sum, value) => sum + value, 0);
  if (stat === "Average") return reduce(values, "Sum") / values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = stat === "Maximum" ? 1 : Number(stat.slice(1)) / 100;
  return sorted[Math.max(0, Math.ceil(rank * sorted.length) - 1)] ?? 0;
};

/** The values of one series in the window; undefined if only AWS measures it. */
const valuesOf = (series: Series, metrics: Metric[]): { at: number; values: number[] }[] | undefined =>
  series.of === "app"
    ? metrics.filter(
        ({ name, service }) => name === series.metric && (series.services as readonly string[]).includes(service),
      )
    : undefined;

const label = (series: Series) => series.label ?? series.metric;

type Line = { series: Series; points: number[]; total: number } | { series: Series; points?: undefined };

const lineOf = (series: Series, metrics: Metric[], now: number): Line => {
  const found = valuesOf(series, metrics);
  if (!found) return { series };
  const buckets = Array.from({ length: WINDOW / STEP }, () => [] as number[]);
  for (const { at, values } of found) buckets[Math.floor((at - now + WINDOW) / STEP)]?.push(...values);
  const points = buckets.map((bucket) => reduce(bucket, series.stat));
  return {
    series,
    points,
    total: reduce(
      found.flatMap(({ values }) => values),
      series.stat,
    ),
  };
};

const path = (points: number[], top: number): string =>
  points
    .map(
      (value, n) =>
        `${n === 0 ? "M" : "L"}${Math.round((n / (points.length - 1)) * WIDTH)} ${Math.round(HEIGHT - (value / top) * HEIGHT)}`,
    )
    .join("");

const chart = (lines: Line[]): string => {
  const drawn = lines.map(({ points }) => points ?? []);
  if (drawn.every((points) => points.length === 0)) return "";
  const top = Math.max(1, ...drawn.flat());
  const paths = drawn.map((points, n) =>
    points.length ? `<path class="c${n % COLOURS.length}" d="${path(points, top)}"/>` : "",
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="up to ${shown(top)}">${paths.join("")}</svg><small>up to ${shown(top)} in ${STEP / 1000} s</small>`;
};

const legend = (line: Line, n: number): string =>
  line.points
    ? `<span class="t${n % COLOURS.length}">■</span> ${escaped(label(line.series))} <b>${shown(line.total)}</b>`
    : `<small>${escaped(label(line.series))}: only on AWS</small>`;

const draw = (widget: Widget, metrics: Metric[], now: number): string => {
  const head = `<figcaption>${escaped(widget.title)}</figcaption>${widget.help ? `<small>${escaped(widget.help)}</small>` : ""}`;
  if (widget.kind === "log") return `${head}<p><small>A query of the logs: only on AWS.</small></p>`;
  const lines = widget.series.map((series) => lineOf(series, metrics, now));
  if (widget.kind === "numbers")
    return `${head}${lines.map((line) => `<p>${escaped(label(line.series))} <span class="n">${line.points ? shown(line.total) : "–"}</span></p>`).join("")}`;
  return `${head}${chart(lines)}<p>${lines.map(legend).join(" · ")}${widget.unit ? ` <small>${escaped(widget.unit)}</small>` : ""}</p>`;
};

/** The page: the last fifteen minutes before `now` (epoch ms). */
export const render = (metrics: Metric[], now: number): string => {
  const sections = rows.map(({ title, widgets }) => {
    const figures = widgets.map((widget) => `<figure class="w${widget.width}">${draw(widget, metrics, now)}</figure>`);
    return `<h2>${escaped(title)}</h2><div class="row">${figures.join("")}</div>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Onsale: dashboard</title><style>${STYLE}</style><h1>The last fifteen minutes</h1>${sections.join("")}</html>`;
};

export const dashboard =
  (journal: Journal) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url?.split("?")[0] !== "/local/dashboard" || request.method !== "GET") return false;
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "cache-control": "no-store",
      refresh: "5",
    });
    response.end(render(journal.recent(), Date.now()));
    return true;
  };
