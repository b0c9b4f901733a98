/** The metrics of alarms and the dashboard: our own or AWS's, each with its statistic. Pure data. */
import type { MetricName } from "#core/lib/metrics.ts";
import { type DeadLetters, type ServiceName, serviceNames, type WorkQueue } from "./services.ts";
import { type TableName, tableNames } from "./tables.ts";

export type Stat = "Sum" | "Average" | "Maximum" | "p50" | "p95" | "p99";

export type QueueName = WorkQueue | DeadLetters | "StreamDeadLetters";

/** One line or number. `app` metrics are our services' EMF lines; all others are AWS's metrics of that resource. */
export type Series = { stat: Stat; label?: string } & (
  | { of: "app"; metric: MetricName; services: readonly ServiceName[] }
  | {
      of: "lambda";
      service: ServiceName;
      metric: "Invocations" | "Errors" | "Throttles" | "Duration" | "ConcurrentExecutions" | "IteratorAge";
    }
  | {
      of: "table";
      table: TableName;
      /** An index of the table. An index with a hot key throttles the table's writes. */
      index?: string;
      metric: "ConsumedWriteCapacityUnits" | "ConsumedReadCapacityUnits" | "WriteThrottleEvents" | "ReadThrottleEvents";
    }
  | {
      of: "queue";
      queue: QueueName;
      metric: "ApproximateNumberOfMessagesVisible" | "ApproximateAgeOfOldestMessage" | "NumberOfMessagesSent";
    }
  | { of: "topic"; topic: "MailFeedback"; metric: "NumberOfMessagesPublished" }
  | { of: "apiGateway"; metric: "Count" | "4xx" | "5xx" | "Latency" | "IntegrationLatency" }
  | { of: "edge"; metric: "Requests" | "4xxErrorRate" | "5xxErrorRate" }
);

type Of<Kind extends Series["of"]> = Extract<Series, { of: Kind }>;

/** Our own metric, over one service or several. */
export const app = (
  metric: MetricName,
  services: ServiceName | readonly ServiceName[],
  stat: Stat = "Sum",
  label?: string,
): Series => ({
  of: "app",
  metric,
  services: typeof services === "string" ? [services] : services,
  stat,
  ...(label && { label }),
});

/** A metric of Lambda, one series for each service. */
export const ofLambdas = (
  metric: Of<"lambda">["metric"],
  stat: Stat,
  services: readonly ServiceName[] = serviceNames,
): Series[] => services.map((service) => ({ of: "lambda", service, metric, stat, label: service }));

/** A metric of DynamoDB, one series for each table. */
export const ofTables = (metric: Of<"table">["metric"]): Series[] =>
  tableNames.map((table) => ({ of: "table", table, metric, stat: "Sum", label: table }));

export const queue = (name: QueueName, metric: Of<"queue">["metric"], label?: string): Series => ({
  of: "queue",
  queue: name,
  metric,
  stat: "Maximum",
  ...(label && { label }),
});
