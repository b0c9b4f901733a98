import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("the seed's holds are counted as the orders' own, like those of requests", () => {
  const file = join(mkdtempSync(join(tmpdir(), "onsale-journal-")), "onsale.log");
  const script = `
    import { writeSync } from "node:fs";
    import { countedAs, current } from "#local/lambda.ts";
    import { openJournal } from "#local/watch/journal.ts";
    import { count } from "#core/lib/metrics.ts";
    const journal = openJournal(${JSON.stringify(file)}, current);
    await countedAs("orders", async () => {
      count("Held");
      count("Held");
    });
    writeSync(1, JSON.stringify(journal.recent()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { PATH: process.env.PATH },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject([{ service: "orders", name: "Held", values: [1, 1] }]);
});

test("a line that only resembles metrics is ignored", () => {
  for (const line of ['{"_aws":', '{"_aws":{}}', '"_aws"', '{"message":"_aws"}']) expect(metricsOf(line)).toEqual([]);
});

test("the pages' policy allows nothing inline and no other origin", () => {
  const policy = pagesHeaders["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});
