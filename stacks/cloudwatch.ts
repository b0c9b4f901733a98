/** Turns core/contract/dashboard.ts and core/contract/alarms.ts into CloudWatch's JSON. Pure functions of the resources' names. */
import { type Alarm, type Measure, seriesOf } from "../core/contract/alarms.ts";
import type { Row, Widget } from "../core/contract/dashboard.ts";
import type { QueueName, Series } from "../core/contract/series.ts";
import type { ServiceName } from "../core/contract/services.ts";
import type { TableName } from "../core/contract/tables.ts";

/** The names of this stage's resources. */
export type Names = {
  region: string;
  /** `<app>/<stage>`: the namespace of our own metrics. */
  namespace: string;
  functions: Record<ServiceName, string>;
  tables: Record<TableName, string>;
  queues: Record<QueueName, string>;
  topics: Record<"MailFeedback", string>;
  logs: Record<ServiceName, string>;
  apiGateway: string;
  distribution: string;
};

export type Metric = { namespace: string; metricName: string; dimensions: Record<string, string>; region?: string };

/** The metrics of a series: one each, or several if several services count the same metric. */
export const metricsOf = (series: Series, names: Names): Metric[] => {
  const metricName = series.metric;
  switch (series.of) {
    case "app":
      return series.services.map((service) => ({ namespace: names.namespace, metricName, dimensions: { service } }));
    case "lambda":
      return [{ namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: names.functions[series.service] } }];
    case "table":
      return [
        {
          namespace: "AWS/DynamoDB",
          metricName,
          dimensions: {
            TableName: names.tables[series.table],
            ...(series.index && { GlobalSecondaryIndexName: series.index }),
          },
        },
      ];
    case "queue":
      return [{ namespace: "AWS/SQS", metricName, dimensions: { QueueName: names.queues[series.queue] } }];
    case "topic":
      return [{ namespace: "AWS/SNS", metricName, dimensions: { TopicName: names.topics[series.topic] } }];
    case "apiGateway":
      return [{ namespace: "AWS/ApiGateway", metricName, dimensions: { ApiId: names.apiGateway } }];
    case "edge": // CloudFront publishes its metrics in one region only
      return [
        {
          namespace: "AWS/CloudFront",
          metricName,
          dimensions: { Region: "Global", DistributionId: names.distribution },
          region: "us-east-1",
        },
      ];
  }
};

const label = (series: Series): string => series.label ?? series.metric;

/** A dashboard's metric rows: `[namespace, name, dimension, value, …, options]`. The parts of a sum over services are hidden. */
const rows = (series: Series, index: number, names: Names): unknown[][] => {
  const metrics = metricsOf(series, names);
  const row = ({ namespace, metricName, dimensions, region }: Metric, options: object) => [
    namespace,
    metricName,
    ...Object.entries(dimensions).flat(),
    { stat: series.stat, ...(region && { region }), ...options },
  ];
  if (metrics.length === 1) return metrics.map((metric) => row(metric, { label: label(series) }));
  const ids = metrics.map((_, part) => `m${index}p${part}`);
  return [
    [{ expression: `SUM([${ids.join(", ")}])`, label: label(series), id: `e${index}` }],
    ...metrics.map((metric, part) => row(metric, { id: ids[part], visible: false })),
  ];
};

/** In rows of CloudWatch's grid. */
const widgetHeight = 6;

const properties = (widget: Widget, names: Names): object => {
  const { title } = widget;
  if (widget.kind === "log") {
    const sources = widget.services.map((service) => `SOURCE '${names.logs[service]}'`);
    const query = [sources.join(" | "), ...widget.query].join("\n| ");
    return { title, region: names.region, view: widget.view === "table" ? "table" : "timeSeries", query };
  }
  return {
    title,
    region: names.region,
    view: widget.kind === "numbers" ? "singleValue" : "timeSeries",
    stacked: widget.kind === "stacked",
    period: 60,
    metrics: widget.series.flatMap((series, index) => rows(series, index, names)),
    ...(widget.kind === "numbers"
      ? { setPeriodToTimeRange: true }
      : { yAxis: { left: { min: 0, label: widget.unit ?? "", showUnits: false } } }),
  };
};

/** The dashboard's body. Each row has a heading and its widgets from left to right, wrapped at 24 columns. */
export const dashboardBody = (definition: readonly Row[], names: Names): string => {
  const widgets: object[] = [];
  let y = 0;
  for (const row of definition) {
    const notes = row.widgets.flatMap(({ title, help }) => (help ? [`**${title}.** ${help}`] : []));
    const markdown = [`## ${row.title}`, ...notes].join("\n\n");
    const height = 1 + notes.length;
    widgets.push({ type: "text", x: 0, y, width: 24, height, properties: { markdown } });
    y += height;
    let x = 0;
    for (const widget of row.widgets) {
      if (x + widget.width > 24) {
        x = 0;
        y += widgetHeight;
      }
      const type = widget.kind === "log" ? "log" : "metric";
      widgets.push({ type, x, y, width: widget.width, height: widgetHeight, properties: properties(widget, names) });
      x += widget.width;
    }
    y += widgetHeight;
  }
  return JSON.stringify({ start: "-PT3H", widgets });
};

export type Query = {
  id: string;
  label?: string;
  expression?: string;
  returnData: boolean;
  metric?: Metric & { period: number; stat: string };
};

/**
 * A measure in CloudWatch's metric math. `idsOf` gives the ids of a series' metrics. A metric that was not counted in a minute has no value
 * there: `SUM` leaves it out, and arithmetic with it gives no value. If all are missing, the minute stays empty, so that CloudWatch waits for
 * lines that come late.
 */
const written = (measure: Measure, idsOf: (series: Series) => string[]): string => {
  const total = (...series: readonly Series[]) => {
    const ids = series.flatMap(idsOf);
    return ids.length === 1 ? ids[0] : `SUM([${ids.join(", ")}])`; // `SUM` of a single metric would add its minutes
  };
  switch (measure.kind) {
    case "sum":
      return `${total(...measure.series)}`;
    case "percent": {
      const whole = total(...measure.whole);
      return `IF(${whole} > ${measure.least}, 100 * FILL(${total(measure.part)}, 0) / ${whole}, 0)`;
    }
    case "excess":
      return `MAX([${measure.series.map(({ series, most }) => `FILL(${total(series)}, 0) / ${most}`).join(", ")}])`;
  }
};

/** An alarm's metric queries: the metrics of its series, and the value that is compared. */
export const queriesOf = ({ measure }: Alarm, names: Names): Query[] => {
  const metrics = seriesOf(measure).flatMap((series) => metricsOf(series, names).map((metric) => ({ series, metric })));
  const parts = metrics.map(({ series, metric }, n) => ({
    id: `m${n}`,
    returnData: false,
    metric: { ...metric, period: 60, stat: series.stat },
  }));
  const [only] = parts;
  if (measure.kind === "sum" && parts.length === 1 && only) return [{ ...only, returnData: true }];
  const idsOf = (of: Series) => metrics.flatMap(({ series }, n) => (series === of ? [`m${n}`] : []));
  return [...parts, { id: "value", label: "value", expression: written(measure, idsOf), returnData: true }];
};
