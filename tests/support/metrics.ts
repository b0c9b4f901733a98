/**
 * The code's metrics, as CloudWatch would get them: read from the EMF lines at the end of an invocation, so a metric that is never written
 * is missing.
 */
import { Metrics } from "@aws-lambda-powertools/metrics";
import { vi } from "vitest";
import type { ServiceName } from "#core/contract/services.ts";
import { flush, type MetricName } from "#core/lib/metrics.ts";
import { current } from "#local/lambda.ts";
import { type Metric, metricsOf } from "#local/watch/journal.ts";

/** The sum of a metric's values since the capture began; of all services, or of the one that the dimension names. */
export type Counted = ((name: MetricName, dimensions?: { service?: ServiceName }) => number) & {
  /** The lines themselves, the oldest first. */
  lines: () => Metric[];
};

/** Captures metrics until `vi.restoreAllMocks`. */
export const captureMetrics = (): Counted => {
  flush(); // what earlier tests counted outside of an invocation
  const written: Metric[] = [];
  const { publishStoredMetrics } = Metrics.prototype;
  vi.spyOn(Metrics.prototype, "publishStoredMetrics").mockImplementation(function (this: Metrics) {
    const line = JSON.stringify(this.serializeMetrics());
    // on AWS each function has its name in its environment; here all share one
    written.push(...metricsOf(line).map((metric) => ({ ...metric, service: current() ?? metric.service })));
    return publishStoredMetrics.call(this);
  });
  const lines = () => {
    flush(); // metrics that a test itself counted, outside of an invocation
    return written;
  };
  const counted = (name: MetricName, { service }: { service?: ServiceName } = {}) =>
    lines()
      .filter((metric) => metric.name === name && (service === undefined || metric.service === service))
      .flatMap(({ values }) => values)
      .reduce((sum, value) => sum + value, 0);
  return Object.assign(counted, { lines });
};
