/** A run as one HTML page without external resources. */
import { type Chart, type Curve, chart, escaped, figure, funnel, STYLE } from "./charts.ts";
import type { Period } from "./played.ts";
import { type Result, SPANS } from "./result.ts";

const FUNNEL = ["arrived", "joined", "admitted", "held", "accepted", "confirmed"];
/** The requests that the chart shows; more would make it unreadable. */
const maxRequests = 6;

const since =
  ({ began }: Pick<Result, "began">) =>
  (at: number): number =>
    Math.round((at - began) / 100) / 10;

const busiest = ({ steps }: Result): string[] =>
  Object.entries(steps)
    .filter(([name]) => !SPANS.includes(name))
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, maxRequests)
    .map(([name]) => name);

const latencies = (result: Result): string[] => {
  const time = since(result);
  const curve = (name: string, p: "p50" | "p95" | "p99") => ({
    name: p,
    points: result.periods.flatMap(({ at, steps }): Curve["points"] => {
      const step = steps[name];
      return step ? [[time(at), step[p]]] : [];
    }),
  });
  const shown = [...busiest(result), ...(result.steps.settled ? ["settled"] : [])];
  return shown.map((name) =>
    chart({
      title: `Latency of ${name}`,
      unit: "ms",
      curves: (["p50", "p95", "p99"] as const).map((p) => curve(name, p)),
    }),
  );
};

const perSecond = (result: Result, title: string, of: Record<string, (period: Period) => number>): Chart => {
  const time = since(result);
  const curves = Object.entries(of).map(
    ([name, value]): Curve => ({
      name,
      points: result.periods.map((period) => [time(period.at), value(period) / period.seconds]),
    }),
  );
  const some = curves.filter(({ points }) => points.some(([, y]) => y > 0));
  return { title, unit: "a second", curves: some };
};

export const rateChart = (result: Result): Chart =>
  perSecond(
    result,
    "Requests",
    Object.fromEntries(busiest(result).map((name) => [name, ({ steps }: Period) => steps[name]?.count ?? 0])),
  );

const eventChart = (result: Result): Chart => {
  const counter = (name: string) => (period: Period) => period.counters[name] ?? 0;
  return perSecond(result, "Results of visits", {
    arrived: counter("arrived"),
    admitted: counter("admitted"),
    held: counter("held"),
    confirmed: counter("confirmed"),
    conflict: counter("conflict"),
    failed: counter("failed"),
  });
};

export const lineChart = (result: Result): Chart => {
  const time = since(result);
  const curve = (name: "serving" | "issued" | "active"): Curve => ({
    name,
    points: result.line.map((each) => [time(each.at), each[name]]),
  });
  return { title: "The line", unit: "numbers", curves: [curve("issued"), curve("serving"), curve("active")] };
};

export const usageChart = (result: Result, title: string, unit: string, of: "cpu" | "memory" | "handles"): Chart => {
  const time = since(result);
  const names = [...new Set(result.processes.flatMap(({ usage }) => Object.keys(usage)))];
  const curves = names.map(
    (name): Curve => ({
      name,
      points: result.processes.flatMap(({ at, usage }): Curve["points"] =>
        usage[name] ? [[time(at), usage[name][of]]] : [],
      ),
    }),
  );
  return { title, unit, curves };
};

const generator = (result: Result): string => {
  const time = since(result);
  return chart({
    title: `How late ${senders[result.sender].name} was`,
    unit: "ms",
    curves: [{ name: "late", points: result.periods.map(({ at, late }) => [time(at), late]) }],
  });
};

const stepTable = ({ steps }: Result): string => {
  const rows = Object.entries(steps).map(
    ([name, { count, failed, p50, p95, p99, peak }]) =>
      `<tr><th>${escaped(name)}${[count, failed, p50, p95, p99, peak].map((value) => `<td class="n">${figure(value)}`).join("")}`,
  );
  return `<table><tr><th>step<th>count<th>failed<th>p50 ms<th>p95 ms<th>p99 ms<th>max. per second${rows.join("")}</table>`;
};

const boundTable = ({ bounds }: Result): string => {
  const rows = bounds.map(
    ({ metric, bound, value, ok }) =>
      `<tr><th>${escaped(metric)}<td class="n">${figure(bound)}<td class="n">${value === undefined ? "–" : figure(value)}<td class="${ok ? "ok" : "bad"}">${ok ? "met" : "missed"}`,
  );
  return `<table><tr><th>threshold<th>bound<th>value<th>${rows.join("")}</table>`;
};

const auditTable = ({ audit }: Result): string => {
  if (!audit) return "";
  const rows = audit.verdicts.map(({ name, looked, open, violations, unseen }) => {
    const said =
      violations.length > 0 ? `${violations.length} violations` : unseen ? "not seen" : open ? `${open} open` : "holds";
    const some = violations.slice(0, 5).map((violation) => `<br><small>${escaped(violation)}</small>`);
    return `<tr><th>${escaped(name)}<td class="n">${figure(looked)}<td class="${violations.length ? "bad" : "ok"}">${said}${some.join("")}`;
  });
  return `<h2>The audit</h2><table><tr><th>invariant<th>looked at<th>${rows.join("")}</table>`;
};

/** The limit of each program on two cores; see docs/performance.md. */
const senders = {
  Artillery: { name: "Artillery", limit: "about 500 visitors a second" },
  generator: { name: "the project's own generator", limit: "about 3,000 requests a second" },
};

/** Notes on what the figures mean. */
export const notes = (result: Result): string[] => {
  const { lag, asked, steps, raw, counters, duration } = result;
  const { name, limit } = senders[result.sender];
  const came = Math.max(...result.periods.map(({ counters: { arrived = 0 }, seconds }) => arrived / seconds), 0);
  const transactions = (counters.held ?? 0) + (counters.confirmed ?? 0);
  return [
    `All requests were sent by ${name}, which can send ${limit} from two cores.`,
    lag > 50
      ? `The sender was the limit: its own event loop was ${figure(lag)} ms late, and every latency here includes that.`
      : `The sender kept up: its event loop was ${figure(lag)} ms late.`,
    `At most ${figure(came)} visitors a second came; the scenario asks for ${figure(asked)}.`,
    ...(raw && steps.hold
      ? [
          `Holds and payments here measure DynamoDB Local, not the product. Alone on this machine it does ${figure(raw)} transactions of a hold's size a second; this run made ${figure(transactions / Math.max(1, duration))} a second.`,
        ]
      : []),
    "The system and the sender ran on the same machine.",
  ];
};

export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${STYLE}</style></head><body>${body}</body></html>
`;

export const html = (result: Result): string => {
  const { scenario, title, scale, began, machine, visitors, duration, counters } = result;
  const charts = [
    funnel(FUNNEL.filter((name) => counters[name] !== undefined).map((name) => [name, counters[name] ?? 0])),
    chart(rateChart(result)),
    chart(eventChart(result)),
    chart(lineChart(result)),
    ...latencies(result),
    chart(usageChart(result, "CPU", "cores", "cpu")),
    chart(usageChart(result, "Memory", "MB", "memory")),
    chart(usageChart(result, "Open files and sockets", "handles", "handles")),
    generator(result),
  ];
  return page(
    `${scenario} · Onsale`,
    `<h1>${escaped(scenario)}</h1><p>${escaped(title)}<br>
${figure(visitors)} visitors in ${figure(result.arrivals)} s, the last one gone after ${figure(duration)} s${scale === 1 ? "" : `; scale ${scale}`} ·
${new Date(began).toISOString()} · ${machine.cpus} × ${escaped(machine.model)}, ${figure(machine.memory)} GB, Node ${escaped(machine.node)}</p>
<p class="note">${notes(result).map(escaped).join("<br>")}</p>
<div class="wide">${boundTable(result)}<h2>Steps</h2>${stepTable(result)}</div>
<h2>Over time</h2><main>${charts.join("\n")}</main><div class="wide">${auditTable(result)}</div>`,
  );
};
