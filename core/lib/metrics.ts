import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** CloudWatch metrics as EMF lines, one success or failure metric for each use case. The dashboard and its test read this list. */
export const names = {
  Joined: "Count",
  Admitted: "Count",
  Left: "Count",
  Held: "Count",
  HoldConflict: "Count",
  HoldBusy: "Count",
  Released: "Count",
  PaymentAccepted: "Count",
  Paid: "Count",
  Declined: "Count",
  Refunded: "Count",
  SeatLost: "Count",
  CaptureFailed: "Count",
  RefundRefused: "Count",
  GatewayMisconfigured: "Count",
  Disputed: "Count",
  DebtOld: "Count",
  SentAgain: "Count",
  SettleLatency: "Milliseconds",
  Revenue: "Count",
  MailSent: "Count",
  MailFailed: "Count",
  MailParked: "Count",
  MailLimited: "Count",
  CancellationStuck: "Count",
  SignedUp: "Count",
  SignInFailed: "Count",
  Throttled: "Count",
  CheckedIn: "Count",
  QueueIssued: "Count",
  QueueServing: "Count",
  QueueActive: "Count",
  QueueWait: "Seconds",
  QueueRestored: "Count",
  QueueUnavailable: "Count",
  Reconciled: "Count",
  Unexpected: "Count",
} as const satisfies Record<string, keyof typeof MetricUnit>;

export type MetricName = keyof typeof names;

let metrics: Metrics | undefined;

/** Made at the first count, because reads and polls count nothing. */
const made = (): Metrics => {
  metrics ??= new Metrics({
    namespace: process.env.POWERTOOLS_METRICS_NAMESPACE ?? "Onsale",
    serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? "onsale",
  });
  return metrics;
};

/** Adds a value to this invocation's metrics. `flush` publishes them. */
export const count = (name: MetricName, value = 1): void => {
  made().addMetric(name, MetricUnit[names[name]], value);
};

export const flush = (): void => {
  if (metrics?.hasStoredMetrics()) metrics.publishStoredMetrics();
};
