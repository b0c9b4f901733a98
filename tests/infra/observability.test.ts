import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Alarm, alarms } from "#core/contract/alarms.ts";
import { dashboard } from "#core/contract/dashboard.ts";
import type { Series } from "#core/contract/series.ts";
import { services } from "#core/contract/services.ts";
import { tables } from "#core/contract/tables.ts";
import { names } from "#core/lib/metrics.ts";
import { configured, test as stage } from "./graph.ts";

const { all, one, resources, builds } = stage();
const topic = "arn:aws:sns:us-east-1:123456789012:onsale-test-AlarmsTopic-drrmzcfu";

type Drawn = {
  type: "metric" | "log" | "text";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title?: string; query?: string; metrics?: unknown[][]; region?: string; markdown?: string };
};
const drawn: Drawn[] = JSON.parse(all("cloudwatch/dashboard:Dashboard")[0]?.inputs.dashboardBody).widgets;

/** `[namespace, name, dimension, value, …]` of every metric on the dashboard. */
const metrics = drawn
  .flatMap(({ properties }) => properties.metrics ?? [])
  .filter(([first]) => typeof first === "string")
  .map(([namespace, name, ...rest]) => {
    const pairs = rest.filter((part): part is string => typeof part === "string");
    const dimensions = Object.fromEntries(
      pairs.flatMap((part, at) => (at % 2 === 0 ? [[part, pairs[at + 1] ?? ""]] : [])),
    );
    return { namespace, name, dimensions } as { namespace: string; name: string; dimensions: Record<string, string> };
  });

const alarmed = all("cloudwatch/metricAlarm:MetricAlarm");
const asked = alarmed.flatMap(({ inputs }) =>
  inputs.metricQueries.flatMap(({ metric }: { metric?: (typeof metrics)[number] & { metricName: string } }) =>
    metric ? [{ namespace: metric.namespace, name: metric.metricName, dimensions: metric.dimensions }] : [],
  ),
);

const shown: Series[] = dashboard.flatMap(({ widgets }) =>
  widgets.flatMap((widget) => (widget.kind === "log" ? [] : widget.series)),
);

describe("the dashboard", () => {
  it("shows the funnel, the queue, the conflicts, the settling, the throttles, the money", () => {
    const ours = new Set(metrics.filter(({ namespace }) => namespace === "onsale/test").map(({ name }) => name));
    for (const name of [
      "Joined",
      "Admitted",
      "Held",
      "Paid",
      "QueueIssued",
      "QueueServing",
      "QueueActive",
      "QueueWait",
    ])
      expect(ours, name).toContain(name);
    for (const name of ["HoldConflict", "SettleLatency", "Declined", "Refunded", "SeatLost", "Revenue"])
      expect(ours, name).toContain(name);
    for (const service of Object.keys(services))
      for (const name of ["Throttles", "ConcurrentExecutions", "Errors"])
        expect(metrics).toContainEqual({
          namespace: "AWS/Lambda",
          name,
          dimensions: { FunctionName: `onsale-test-${service}` },
        });
    const queries = drawn.map(({ properties }) => properties.query ?? "").join("\n");
    expect(queries).toMatch(/pct\(ms, 50\).*pct\(ms, 95\).*pct\(ms, 99\).*by operation/);
    expect(queries).toMatch(/@initDuration/);
  });

  it("shows each of our metrics, unless an alarm watches it", () => {
    const seen = new Set([...metrics, ...asked].map(({ name }) => name));
    expect(Object.keys(names).filter((name) => !seen.has(name))).toEqual([]);
  });

  it("shows only what is deployed", () => {
    const known = {
      FunctionName: Object.keys(services).map(
        (name) =>
          one("lambda/function:Function", `${name[0]?.toUpperCase()}${name.slice(1)}ServiceFunction`).inputs.name,
      ),
      TableName: Object.keys(tables).map((name) => one("dynamodb/table:Table", `${name}Table`).inputs.name),
      GlobalSecondaryIndexName: Object.keys(tables.Orders.globalIndexes),
      QueueName: all("sqs/queue:Queue").map(({ inputs }) => inputs.name),
      TopicName: all("sns/topic:Topic").map(({ inputs }) => inputs.name),
      ApiId: all("apigatewayv2/api:Api").map(({ inputs }) => inputs.name),
      DistributionId: all("cloudfront/distribution:Distribution").map(({ name }) => name),
      Region: ["Global"],
      service: Object.keys(services),
    } as Record<string, string[]>;
    for (const { name, dimensions } of [...metrics, ...asked])
      for (const [dimension, value] of Object.entries(dimensions)) expect(known[dimension], name).toContain(value);
    const logs = all("cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs.name);
    for (const [, log] of drawn
      .map(({ properties }) => properties.query ?? "")
      .join("\n")
      .matchAll(/SOURCE '(.+?)'/g))
      expect(logs).toContain(log);
  });

  it("fits CloudWatch's grid without overlaps, and its limit of 500 widgets", () => {
    expect(drawn.length).toBeLessThan(500);
    const taken = new Set<string>();
    for (const { x, y, width, height } of drawn) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column++)
        for (let row = y; row < y + height; row++) {
          expect(taken).not.toContain(`${column},${row}`);
          taken.add(`${column},${row}`);
        }
    }
  });

  it("names a service for each of our metrics, and gives its lines distinct labels in each widget", () => {
    for (const series of shown) if (series.of === "app") expect(series.services.length).toBeGreaterThan(0);
    for (const { properties } of drawn) {
      const ids = (properties.metrics ?? []).flatMap((row) => (row.at(-1) as { id?: string }).id ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(id).toMatch(/^[a-z]\w*$/);
    }
  });
});

describe("the alarms", () => {
  it("are all made, and all notify the topic when they ring and when they stop", () => {
    expect(alarmed.map(({ inputs }) => inputs.name).sort()).toEqual(
      Object.keys(alarms)
        .map((name) => `onsale-test-${name}`)
        .sort(),
    );
    for (const { inputs } of alarmed) expect(inputs).toMatchObject({ alarmActions: [topic], okActions: [topic] });
  });

  it("watch the dead letters, the settling, 5xx, throttles and conflicts", () => {
    for (const name of [
      "settle-dead-letters",
      "settle-age",
      "api-errors",
      "lambda-throttles",
      "table-throttles",
      "conflict-rate",
    ])
      expect(alarms).toHaveProperty(name);
  });

  it("watch each table's and each index's throttles: a hot index refuses its table's writes", () => {
    const { metricQueries } = one("cloudwatch/metricAlarm:MetricAlarm", "Alarm-table-throttles").inputs;
    const watched = metricQueries.flatMap(({ metric }: { metric?: { dimensions: Record<string, string> } }) =>
      metric ? [metric.dimensions.GlobalSecondaryIndexName ?? metric.dimensions.TableName?.split("-")[2]] : [],
    );
    const indexes = Object.values(tables).flatMap((table) =>
      "globalIndexes" in table ? Object.keys(table.globalIndexes) : [],
    );
    expect(watched.length).toBe(Object.keys(tables).length + indexes.length);
    expect(watched).toEqual(expect.arrayContaining(indexes));
  });

  it("are mailed, and posted to Slack where a webhook is set", () => {
    const subscriptions = (of: typeof resources) =>
      of
        .filter(({ type }) => type.endsWith("sns/topicSubscription:TopicSubscription"))
        .map(({ inputs }) => [inputs.protocol, inputs.topic]);
    expect(subscriptions(resources)).toEqual([["email", topic]]);
    expect(subscriptions(configured().resources).sort()).toEqual([
      ["email", topic],
      ["lambda", topic],
    ]);
  });

  it("say what is wrong, and where the runbook says what to do", () => {
    const runbook = readFileSync("docs/runbook.md", "utf8");
    for (const [name, { says }] of Object.entries<Alarm>(alarms)) {
      const { alarmDescription } = one("cloudwatch/metricAlarm:MetricAlarm", `Alarm-${name}`).inputs;
      expect(alarmDescription).toBe(`${says} What to do: docs/runbook.md#${name}`);
      expect(runbook, `docs/runbook.md has no section "${name}"`).toMatch(new RegExp(`^#+ ${name}$`, "m"));
    }
  });

  it("get bounces and complaints from SES itself, for this stage's e-mails alone", () => {
    const [set] = all("sesv2/configurationSet:ConfigurationSet");
    const [destination] = all("sesv2/configurationSetEventDestination:ConfigurationSetEventDestination");
    const feedback = one("sns/topic:Topic", "MailFeedbackTopic").inputs.name;
    const topicArn = `arn:aws:sns:us-east-1:123456789012:${feedback}`;
    expect(set?.inputs.configurationSetName).toBe("onsale-test");
    expect(destination?.inputs).toMatchObject({
      configurationSetName: "onsale-test",
      eventDestination: { enabled: true, matchingEventTypes: ["BOUNCE", "COMPLAINT"], snsDestination: { topicArn } },
    });
    const policy = one("sns/topicPolicy:TopicPolicy", "MailFeedbackPolicy").inputs;
    expect(policy.arn).toBe(topicArn);
    expect(JSON.parse(policy.policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: ["ses.amazonaws.com"] },
        Action: ["sns:Publish"],
        Resource: [topicArn],
        Condition: {
          StringEquals: {
            "aws:SourceAccount": ["123456789012"],
            "aws:SourceArn": ["arn:aws:ses:us-east-1:123456789012:configuration-set/onsale-test"],
          },
        },
      },
    ]);
    const links = builds.find(({ functionID }) => functionID === "MailService")?.links;
    expect(links?.Settings).toMatchObject({ mailSet: "onsale-test", mailRate: 10 });
    expect(one("cloudwatch/metricAlarm:MetricAlarm", "Alarm-mail-returned").inputs.metricQueries).toMatchObject([
      { metric: { namespace: "AWS/SNS", dimensions: { TopicName: feedback } } },
    ]);
  });

  it("do not ring without traffic", () => {
    for (const { inputs } of alarmed) expect(inputs.treatMissingData).toBe("notBreaching");
  });

  it("compare one value each", () => {
    for (const { name, inputs } of alarmed) {
      const queries: { id: string; returnData: boolean; metric?: object }[] = inputs.metricQueries;
      expect(
        queries.filter(({ returnData }) => returnData),
        name,
      ).toHaveLength(1);
      for (const { id } of queries) expect(id).toMatch(/^[a-z]\w*$/);
      expect(inputs.datapointsToAlarm).toBeLessThanOrEqual(inputs.evaluationPeriods);
    }
  });
});
