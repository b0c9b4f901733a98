/** When an alarm rings: evaluates the deployed queries over the metrics that AWS and our code would publish. */
import { Metrics } from "@aws-lambda-powertools/metrics";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AlarmName, alarms } from "#core/contract/alarms.ts";
import type { ServiceName } from "#core/contract/services.ts";
import type { MetricName } from "#core/lib/metrics.ts";
import { awsMetrics } from "./aws-metrics.ts";
import { test as stage } from "./graph.ts";
import { evaluate, type TimeSeries } from "./metric-math.ts";

const { one, lambda, all } = stage();

type Metric = { namespace: string; metricName: string; dimensions: Record<string, string> };
type Query = { id: string; returnData: boolean; expression?: string; metric?: Metric };
/** A metric's value in each minute; null without one. */
type Samples = Metric & { values: (number | null)[] };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const names = Object.keys(alarms) as AlarmName[];
const deployed = (name: AlarmName) => one("cloudwatch/metricAlarm:MetricAlarm", `Alarm-${name}`).inputs;
const queriesOf = (name: AlarmName): Query[] => deployed(name).metricQueries;
const metricsOf = (name: AlarmName): Metric[] =>
  queriesOf(name).flatMap(({ metric }) => {
    if (!metric) return [];
    const { namespace, metricName, dimensions } = metric;
    return [{ namespace, metricName, dimensions }];
  });

const key = ({ namespace, metricName, dimensions }: Metric) =>
  JSON.stringify([namespace, metricName, Object.entries(dimensions).sort()]);

/** Whether the alarm rings at the end of these minutes. */
const rings = (name: AlarmName, samples: Samples[]): boolean => {
  const { threshold, datapointsToAlarm, evaluationPeriods } = deployed(name);
  const minutes = Math.max(...samples.map(({ values }) => values.length));
  const valuesOf = (metric: Metric): TimeSeries => {
    const { values = [] } = samples.find((one) => key(one) === key(metric)) ?? {};
    return Array.from({ length: minutes }, (_, n) => values[n] ?? undefined);
  };
  const series = Object.fromEntries(
    queriesOf(name).flatMap(({ id, metric }) => (metric ? [[id, valuesOf(metric)]] : [])),
  );
  const [compared] = queriesOf(name).filter(({ returnData }) => returnData);
  if (!compared) throw new Error(`${name} compares nothing.`);
  const value = compared.expression ? evaluate(compared.expression, series, minutes) : series[compared.id];
  const above = (value ?? []).slice(-evaluationPeriods).filter((one) => one !== undefined && one > threshold);
  return above.length >= datapointsToAlarm;
};

/** A metric as a service writes it: a log line with the dimensions of its deployed environment. */
const written = async (service: ServiceName, metric: MetricName): Promise<Metric> => {
  for (const [name, value] of Object.entries(lambda(service).environment.variables as Record<string, string>))
    if (name.startsWith("POWERTOOLS_")) vi.stubEnv(name, value);
  vi.resetModules();
  const { count, flush } = await import("#core/lib/metrics.ts");
  const lines: object[] = [];
  vi.spyOn(Metrics.prototype, "publishStoredMetrics").mockImplementation(function (this: Metrics) {
    lines.push(this.serializeMetrics());
    this.clearMetrics();
    return this;
  });
  count(metric);
  flush();
  const [line] = lines as { _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][] }[] } }[];
  const [directive] = line?._aws.CloudWatchMetrics ?? [];
  const dimensions = (directive?.Dimensions[0] ?? []).map((name) => [name, (line as never)[name]]);
  return { namespace: directive?.Namespace ?? "", metricName: metric, dimensions: Object.fromEntries(dimensions) };
};

describe("each metric of an alarm or of the dashboard,", () => {
  const widgets = JSON.parse(all("cloudwatch/dashboard:Dashboard")[0]?.inputs.dashboardBody).widgets;
  const drawn: Metric[] = widgets
    .flatMap(({ properties }: { properties: { metrics?: unknown[][] } }) => properties.metrics ?? [])
    .filter(([first]: unknown[]) => typeof first === "string")
    .map((row: unknown[]) => {
      const [namespace, metricName, ...rest] = row.filter((part) => typeof part === "string");
      const pairs = rest.flatMap((part, n) => (n % 2 === 0 ? [[part, rest[n + 1]]] : []));
      return { namespace, metricName, dimensions: Object.fromEntries(pairs) };
    });
  const asked = [...new Map([...drawn, ...names.flatMap(metricsOf)].map((metric) => [key(metric), metric])).values()];
  const ours = asked.filter(({ namespace }) => !namespace.startsWith("AWS/"));

  it("is published by AWS with these dimensions", () => {
    for (const { namespace, metricName, dimensions } of asked.filter((metric) => !ours.includes(metric))) {
      const known = awsMetrics[namespace]?.[metricName];
      expect(known, `${namespace} has no metric ${metricName}`).toBeDefined();
      expect(known, `${namespace} ${metricName}`).toContainEqual(Object.keys(dimensions).sort());
    }
  });

  it("or by the service with the environment of its deployment", async () => {
    for (const metric of ours)
      expect(await written(metric.dimensions.service as ServiceName, metric.metricName as MetricName)).toEqual(metric);
  });
});

describe("an alarm rings", () => {
  const sums = names.filter((name) => alarms[name].measure.kind === "sum");

  it.each(sums)("%s, for each of its metrics alone, above its limit, after its number of minutes", (name) => {
    const { above, minutes, within } = alarms[name];
    for (const metric of metricsOf(name)) {
      const samples = (value: number, times: number): Samples[] => [
        { ...metric, values: [...Array(times).fill(value), ...Array(within - times).fill(null)] },
      ];
      expect(rings(name, samples(above + 1, minutes)), key(metric)).toBe(true);
      expect(rings(name, samples(above, within)), key(metric)).toBe(false);
      expect(rings(name, samples(above + 1, minutes - 1)), key(metric)).toBe(false);
    }
  });

  it.each(sums.filter((name) => metricsOf(name).length > 1))("%s, for the sum of its metrics", (name) => {
    const { above, within } = alarms[name];
    const samples = metricsOf(name).map((metric) => ({ ...metric, values: Array(within).fill(above / 2 + 1) }));
    expect(rings(name, samples)).toBe(true);
    expect(rings(name, samples.slice(0, 1))).toBe(above === 0);
  });

  /** An alarm's metrics by name or service, each with the same value in every minute. */
  const steady = (name: AlarmName, by: "metricName" | "FunctionName", values: Record<string, number>): boolean => {
    const samples = metricsOf(name).flatMap((metric) => {
      const value = values[by === "metricName" ? metric.metricName : (metric.dimensions.FunctionName ?? "")];
      return value === undefined ? [] : [{ ...metric, values: Array(alarms[name].within).fill(value) }];
    });
    if (samples.length !== Object.keys(values).length)
      throw new Error(`${name} has not all of ${Object.keys(values)}.`);
    return rings(name, samples);
  };

  it.each<[Record<string, number>, boolean]>([
    [{ "5xx": 3, Count: 200 }, true],
    [{ "5xx": 2, Count: 200 }, false],
    [{ "5xx": 100, Count: 100 }, false],
    [{ "5xx": 101, Count: 101 }, true],
    [{ Count: 200 }, false],
  ])("api-errors of %j in each minute: %s", (values, expected) => {
    expect(steady("api-errors", "metricName", values)).toBe(expected);
  });

  it.each<[Record<string, number>, boolean]>([
    [{ HoldConflict: 81, Held: 19 }, false], // a hundred a minute are too few to judge
    [{ HoldConflict: 82, Held: 20 }, true],
    [{ HoldConflict: 160, Held: 40 }, false],
    [{ HoldConflict: 162, Held: 40 }, true],
    [{ HoldConflict: 101 }, true],
    [{ Held: 1_000 }, false],
  ])("conflict-rate of %j in each minute: %s", (values, expected) => {
    expect(steady("conflict-rate", "metricName", values)).toBe(expected);
  });

  const minute = 60_000;
  it.each<[Record<string, number>, boolean]>([
    [{ "onsale-test-leave": 5 * minute }, false],
    [{ "onsale-test-leave": 5 * minute + 1 }, true],
    [{ "onsale-test-mail": 180 * minute }, false],
    [{ "onsale-test-mail": 180 * minute + 1 }, true],
    [{ "onsale-test-leave": 4 * minute, "onsale-test-mail": 179 * minute }, false],
  ])("stream-behind of %j ms: %s", (values, expected) => {
    expect(steady("stream-behind", "FunctionName", values)).toBe(expected);
  });
});

describe("the evaluator of metric math", () => {
  const metrics = { a: [1, undefined, 3], b: [undefined, undefined, 4] };

  it("ignores missing values in a sum over several metrics, and gives no value for arithmetic with one", () => {
    expect(evaluate("SUM([a, b])", metrics, 3)).toEqual([1, undefined, 7]);
    expect(evaluate("a + b", metrics, 3)).toEqual([undefined, undefined, 7]);
    expect(evaluate("IF(FILL(a, 0) > 2 AND b > 3, 1, 0)", metrics, 3)).toEqual([undefined, undefined, 1]);
  });

  it.each(["a UND b", "SUMME([a, b])", "SUM(a)", "a + c", "SUM([a, b]", "a +"])("refuses %s", (expression) => {
    expect(() => evaluate(expression, metrics, 3)).toThrow(/in “/);
  });
});
