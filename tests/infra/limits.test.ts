/** AWS's limits of number, length and size: the default quotas of an account. */
import { describe, expect, it } from "vitest";
import { configured, graph, production, test as stage } from "./graph.ts";
import { synthesise } from "./setup.ts";

const paying = graph(
  await synthesise("production", {
    ONSALE_PAYMENTS: "stripe",
    ONSALE_RUNBOOK: `https://example.com/${"r".repeat(680)}`,
    SST_SECRET_StripeKey: "sk_live_1",
    SST_SECRET_StripePublishableKey: "pk_live_1",
    SST_SECRET_StripeWebhookSecret: "whsec_1",
  }),
);
const stages = [stage(), production(), configured(), paying];

describe("an account", () => {
  /** The number of stages that docs/deploy.md promises. */
  const promised = 6;

  it.each([
    ["cache policies", 20, "cloudfront/cachePolicy:CachePolicy"],
    ["origin request policies", 20, "cloudfront/originRequestPolicy:OriginRequestPolicy"],
    ["response headers policies", 20, "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"],
    ["key value stores", 50, "cloudfront/keyValueStore:KeyValueStore"],
    ["CloudFront functions", 100, "cloudfront/function:Function"],
    ["web ACLs", 100, "wafv2/webAcl:WebAcl"],
    ["roles", 1_000, "iam/role:Role"],
  ])("has enough for six stages' %s, %d in all", (_, most, type) => {
    for (const of of stages) expect(of.all(type).length * promised).toBeLessThanOrEqual(most);
  });
});

describe("a stage", () => {
  it("has alarms of at most 10 metrics, as CloudWatch allows", () => {
    const metrics = stage()
      .all("cloudwatch/metricAlarm:MetricAlarm")
      .map(({ inputs }) => inputs.metricQueries.filter(({ metric }: { metric?: object }) => metric).length);
    expect(Math.max(...metrics)).toBeLessThanOrEqual(10);
  });

  it("describes an alarm in 1,024 characters, also with the longest address of a runbook", () => {
    for (const { name, inputs } of paying.all("cloudwatch/metricAlarm:MetricAlarm"))
      expect(inputs.alarmDescription.length, name).toBeLessThanOrEqual(1_024);
  });

  it("has CloudFront functions of at most 10 KB, also with a domain of its own", () => {
    for (const of of stages)
      for (const { name, inputs } of of.all("cloudfront/function:Function"))
        expect(Buffer.byteLength(inputs.code), name).toBeLessThanOrEqual(10_240);
  });

  it("has a distribution of at most 25 behaviours, and headers of at most 1,783 characters", () => {
    for (const of of stages) {
      const cdn = of.one("cloudfront/distribution:Distribution", "WebCdnDistribution").inputs;
      expect(cdn.orderedCacheBehaviors.length + 1).toBeLessThanOrEqual(25);
      for (const { name, inputs } of of.all("responseHeadersPolicy:ResponseHeadersPolicy"))
        expect(
          inputs.securityHeadersConfig.contentSecurityPolicy?.contentSecurityPolicy.length ?? 0,
          name,
        ).toBeLessThanOrEqual(1_783);
    }
  });

  it("gives a function at most 4 KB of environment, and a name of at most 64 characters", () => {
    for (const of of stages)
      for (const { name, inputs } of of.all("lambda/function:Function")) {
        expect(JSON.stringify(inputs.environment?.variables ?? {}).length, name).toBeLessThanOrEqual(4_096);
        expect(inputs.name.length, name).toBeLessThanOrEqual(64);
      }
  });

  it("can have the longest name: no derived name", async () => {
    const longest = graph(await synthesise("s".repeat(47), { ONSALE_FIREWALL: "1" }));
    const most: Record<string, number> = {
      "lambda/function:Function": 64,
      "iam/role:Role": 64,
      "sqs/queue:Queue": 80,
      "dynamodb/table:Table": 255,
      "scheduler/schedule:Schedule": 64,
      "cloudfront/cachePolicy:CachePolicy": 128,
      "cloudfront/originRequestPolicy:OriginRequestPolicy": 128,
      "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": 128,
      "cloudfront/function:Function": 64,
      "cloudfront/keyValueStore:KeyValueStore": 64,
      "wafv2/webAcl:WebAcl": 128,
      "cloudwatch/metricAlarm:MetricAlarm": 255,
      "sns/topic:Topic": 256,
    };
    for (const [type, length] of Object.entries(most))
      for (const { inputs } of longest.all(type))
        expect(inputs.name?.length ?? 0, inputs.name).toBeLessThanOrEqual(length);
  });
});
