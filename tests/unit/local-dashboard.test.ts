/** The local dashboard draws the deployed one's definition. */
import { expect, test } from "vitest";
import { dashboard } from "#core/contract/dashboard.ts";
import type { Series } from "#core/contract/series.ts";
import { render } from "#local/watch/dashboard.ts";
import type { Metric } from "#local/watch/journal.ts";

const NOW = 1_800_000_000_000;
const metric = (name: string, service: string, values: number[], at = NOW - 60_000): Metric => ({
  at,
  service,
  name,
  unit: "Count",
  values,
});
const ours = (series: Series) => series.of === "app";

test("every widget of the definition is on the page, and figures that only AWS measures are marked", () => {
  const page = render([], NOW);
  const widgets = dashboard.flatMap((row) => row.widgets);
  for (const { title } of widgets) expect(page).toContain(`<figcaption>${title}</figcaption>`);
  const foreign = widgets.flatMap((widget) =>
    widget.kind === "log" ? [] : widget.series.filter((series) => !ours(series)),
  );
  expect(page.match(/: only on AWS<\/small>/g)?.length).toBe(foreign.length);
});

test("a series shows the statistic of its own metric and services, and no other", () => {
  const page = render(
    [metric("Held", "orders", [1, 1, 1]), metric("Held", "queue", [500]), metric("Paid", "settle", [1])],
    NOW,
  );
  expect(page).toContain("Held <b>3</b>");
  expect(page).toContain("Paid <b>1</b>");
  expect(page).not.toContain("503");
});

test("percentiles are computed over all values", () => {
  const page = render(
    [
      metric(
        "SettleLatency",
        "settle",
        Array.from({ length: 100 }, (_, n) => n + 1),
      ),
    ],
    NOW,
  );
  expect(page).toContain("p50 <b>50</b>");
  expect(page).toContain("p95 <b>95</b>");
  expect(page).toContain("p99 <b>99</b>");
});
