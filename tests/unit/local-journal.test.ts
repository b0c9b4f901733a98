import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pagesHeaders } from "#local/headers.ts";
import { metricsOf } from "#local/journal.ts";

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

test("the pages carry here the content security policy that they carry on AWS", () => {
  const source = readFileSync(new URL("../../stacks/headers.ts", import.meta.url), "utf8");
  const deployed = /const CONTENT = \[([^\]]*)\]/
    .exec(source)?.[1]
    ?.match(/"([^"]+)"/g)
    ?.map((text) => text.slice(1, -1));
  expect(pagesHeaders["content-security-policy"]).toBe(deployed?.join("; "));
});
