import { expect, test } from "vitest";
import { pagesHeaders } from "#core/contract/headers.ts";
import { metricsOf } from "#local/watch/journal.ts";

test("a metric line gives each of its metrics with all its values", () => {
  const line = JSON.stringify({
    _aws: {
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: "Onsale",
          Dimensions: [["service"]],
          Metrics: [
            { Name: "Held", Unit: "Count" },
            { Name: "SettleLatency", Unit: "Milliseconds" },
          ],
        },
      ],
    },
    service: "orders",
    Held: 1,
    SettleLatency: [12, 30],
  });
  const common = { at: 1_700_000_000_000, service: "orders" };
  expect(metricsOf(line)).toEqual([
    { ...common, name: "Held", unit: "Count", values: [1] },
    { ...common, name: "SettleLatency", unit: "Milliseconds", values: [12, 30] },
  ]);
});

test("a line that only looks like metrics is none", () => {
  for (const line of ['{"_aws":', '{"_aws":{}}', '"_aws"', '{"message":"_aws"}']) expect(metricsOf(line)).toEqual([]);
});

test("the pages' policy allows nothing inline and no other origin", () => {
  const policy = pagesHeaders["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});
