/** Line charts as inline SVG, without scripts or external resources. */
export type Curve = { name: string; points: [x: number, y: number][] };
export type Chart = {
  title: string;
  unit: string;
  curves: Curve[] /** Of the x axis; seconds by default. */;
  along?: string;
};

export const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [640, 240, 56, 28, 12, 12];

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** 1, 2 or 5 times a power of ten, so that the axis has about four steps. */
const stepOf = (range: number): number => {
  const rough = range / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
};

const ticks = (from: number, to: number): number[] => {
  const step = stepOf(to - from);
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, n) => (first + n) * step);
};

export const figure = (value: number): string => {
  if (value !== 0 && Math.abs(value) < 10) return value.toFixed(1).replace(/\.0$/, "");
  return Math.round(value).toLocaleString("en");
};

const frame = (
  scaleX: (x: number) => number,
  scaleY: (y: number) => number,
  x: [number, number],
  top: number,
): string => {
  const rows = ticks(0, top).map((y) => {
    const at = scaleY(y);
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" class="grid"/><text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${figure(y)}</text>`;
  });
  const columns = ticks(...x).map(
    (tick) => `<text x="${scaleX(tick)}" y="${HEIGHT - 8}" text-anchor="middle">${figure(tick)}</text>`,
  );
  return [...rows, ...columns].join("");
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** The most points of a curve: more would be narrower than a pixel each. */
const maxPoints = 300;

/** The highest of the points that are drawn as one, because a reader looks for peaks. */
const thinned = (points: Curve["points"]): Curve["points"] => {
  const together = Math.ceil(points.length / maxPoints);
  return Array.from({ length: Math.ceil(points.length / (together || 1)) }, (_, n) =>
    points.slice(n * together, (n + 1) * together).reduce((high, point) => (point[1] > high[1] ? point : high)),
  );
};

/** The curves with their axes: the content of an `<svg>` of this width and height. */
export const drawing = ({ curves }: Chart): string => {
  const drawn = curves.filter(({ points }) => points.length > 0);
  const xs = drawn.flatMap(({ points }) => points.map(([x]) => x));
  const range: [number, number] = [Math.min(...xs), Math.max(Math.min(...xs) + 1, Math.max(...xs))];
  const top = Math.max(...drawn.flatMap(({ points }) => points.map(([, y]) => y)), 1e-9) * 1.05;
  const scaleX = (x: number) => round(LEFT + ((x - range[0]) / (range[1] - range[0])) * (WIDTH - LEFT - RIGHT));
  const scaleY = (y: number) => round(HEIGHT - BOTTOM - (y / top) * (HEIGHT - BOTTOM - TOP));
  const lines = drawn.map(({ name, points }, n) => {
    const path = thinned(points)
      .map(([x, y]) => `${scaleX(x)},${scaleY(y)}`)
      .join(" ");
    return `<polyline class="c${n % 6}" points="${path}"><title>${escaped(name)}</title></polyline>`;
  });
  return `${frame(scaleX, scaleY, range, top)}${lines.join("")}`;
};

export const chart = (given: Chart): string => {
  const { title, unit, curves, along = "s" } = given;
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return "";
  const legend = drawn.map(({ name }, n) => `<span class="k${n % 6}">${escaped(name)}</span>`).join(" ");
  return `<figure><figcaption><b>${escaped(title)}</b> <small>${escaped(unit)} by ${escaped(along)}</small><br>${legend}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${drawing(given)}</svg></figure>`;
};

/** The number of visitors left after each step. */
export const funnel = (steps: [name: string, count: number][]): string => {
  const most = Math.max(1, ...steps.map(([, count]) => count));
  const rows = steps.map(
    ([name, count]) =>
      `<tr><th>${escaped(name)}<td class="n">${figure(count)}<td class="bar"><div style="width:${round((100 * count) / most)}%"></div>`,
  );
  return `<figure><figcaption><b>The funnel</b></figcaption><table class="funnel">${rows.join("")}</table></figure>`;
};

export const STYLE = `
:root{color-scheme:light dark;--line:#8884;--c0:#2563eb;--c1:#ea580c;--c2:#16a34a;--c3:#9333ea;--c4:#db2777;--c5:#0891b2}
@media(prefers-color-scheme:dark){:root{--c0:#60a5fa;--c1:#fb923c;--c2:#4ade80;--c3:#c084fc;--c4:#f472b6;--c5:#22d3ee}}
body{font:15px/1.5 system-ui,sans-serif;max-width:1320px;margin:0 auto;padding:1.5rem}
h1{margin:0}h2{margin:2rem 0 .5rem}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));gap:1.5rem}
figure{margin:0}figcaption{min-height:3rem}svg{width:100%;height:auto}svg text{font-size:11px;fill:currentColor;opacity:.7}
.grid{stroke:var(--line)}polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}
${[0, 1, 2, 3, 4, 5].map((n) => `.c${n}{stroke:var(--c${n})}.k${n}::before{content:"■ ";color:var(--c${n})}`).join("")}
[class^=k]{margin-right:.8rem;white-space:nowrap;font-size:13px}
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;border-bottom:1px solid var(--line)}
.n{text-align:right;font-variant-numeric:tabular-nums}.ok{color:#16a34a}.bad{color:#dc2626;font-weight:600}
.funnel{width:100%}.bar{width:60%}.bar div{background:var(--c0);height:1rem;min-width:1px;border-radius:2px}
.wide{overflow-x:auto}.note{border-left:3px solid var(--c1);padding-left:.8rem}`;
