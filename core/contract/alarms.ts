/**
 * The alarms, as pure data. Each has a section of its name in docs/runbook.md, and says in a sentence what is wrong; a test holds
 * both. They page for what a person must do, not for what the system rides out by itself.
 */
import type { MetricName } from "#core/lib/metrics.ts";
import type { Series, Stat } from "./dashboard.ts";
import type { ServiceName } from "./services.ts";
import { type TableName, tables } from "./tables.ts";

export type Alarm = {
  /** What is measured: one series, or several under a name for the expression. */
  series: Readonly<Record<string, Series>>;
  /** CloudWatch metric math over the names; without it, the one series itself. */
  expression?: string;
  /** It rings above this. */
  above: number;
  /** In this many of the last `within` minutes. */
  minutes: number;
  within: number;
  says: string;
};

const app = (metric: MetricName, service: ServiceName, stat: Stat = "Sum"): Series => ({
  of: "app",
  metric,
  services: [service],
  stat,
});
const queue = (
  name: "SettleQueue" | "SettleDeadLetters" | "StreamDeadLetters",
  metric: "ApproximateNumberOfMessagesVisible" | "ApproximateAgeOfOldestMessage",
): Series => ({ of: "queue", queue: name, metric, stat: "Maximum" });
const lambdas = (metric: "Throttles" | "Errors", services: readonly ServiceName[]) =>
  Object.fromEntries(services.map((service) => [service, { of: "lambda", service, metric, stat: "Sum" } as const]));

const throttles = (table: TableName, index?: string): Series => ({
  of: "table",
  table,
  ...(index && { index }),
  metric: "WriteThrottleEvents",
  stat: "Sum",
});

const every = [
  "queue",
  "catalog",
  "orders",
  "accounts",
  "wallet",
  "admin",
  "settle",
  "leave",
  "mail",
  "reconcile",
] as const;

export const alarms = {
  "settle-dead-letters": {
    series: { dead: queue("SettleDeadLetters", "ApproximateNumberOfMessagesVisible") },
    above: 0,
    minutes: 1,
    within: 1,
    says: "A payment could not be settled in ten minutes and waits for a person.",
  },
  "stream-dead-letters": {
    series: { dead: queue("StreamDeadLetters", "ApproximateNumberOfMessagesVisible") },
    above: 0,
    minutes: 1,
    within: 1,
    says: "An order's mail or freed place was given up after all its tries.",
  },
  "settle-age": {
    series: { age: queue("SettleQueue", "ApproximateAgeOfOldestMessage") },
    above: 30,
    minutes: 2,
    within: 3,
    says: "Payments wait more than 30 seconds to be settled. Seats are kept for 90 seconds after the time to pay.",
  },
  "api-errors": {
    series: { failed: { of: "api", metric: "5xx", stat: "Sum" }, total: { of: "api", metric: "Count", stat: "Sum" } },
    expression: "IF(total > 100, 100 * FILL(failed, 0) / total, 0)",
    above: 1,
    minutes: 3,
    within: 5,
    says: "More than 1 % of the API's answers are faults of ours.",
  },
  unexpected: {
    series: Object.fromEntries(every.map((service) => [service, app("Unexpected", service)])),
    expression: "SUM(METRICS())",
    above: 10,
    minutes: 3,
    within: 5,
    says: "Code met what it did not expect, more than ten times a minute.",
  },
  "lambda-throttles": {
    series: lambdas("Throttles", every),
    expression: "SUM(METRICS())",
    above: 10,
    minutes: 2,
    within: 3,
    says: "Lambda refuses invocations: the account's concurrency is used up, or grows faster than it may.",
  },
  "worker-errors": {
    series: lambdas("Errors", ["settle", "leave", "mail", "reconcile"]),
    expression: "SUM(METRICS())",
    above: 3,
    minutes: 3,
    within: 5,
    says: "Workers fail as a whole, not message by message.",
  },
  "table-throttles": {
    series: {
      ...Object.fromEntries(Object.keys(tables).map((table) => [table.toLowerCase(), throttles(table as TableName)])),
      ...Object.fromEntries(
        Object.keys(tables.Orders.globalIndexes).map((index) => [index, throttles("Orders", index)]),
      ),
    },
    expression: "SUM(METRICS())",
    above: 50,
    minutes: 2,
    within: 3,
    says: "DynamoDB refuses writes: a table or an index was not warmed for this sale, or one partition is too hot.",
  },
  "stream-behind": {
    series: {
      leave: { of: "lambda", service: "leave", metric: "IteratorAge", stat: "Maximum" },
      mail: { of: "lambda", service: "mail", metric: "IteratorAge", stat: "Maximum" },
    },
    // e-mails wait for SES's rate: a large sale's take hours, and that is no fault
    expression: "MAX([FILL(leave, 0), FILL(mail, 0) / 36]) / 1000",
    above: 300,
    minutes: 3,
    within: 5,
    says: "Freed places are more than five minutes behind, or e-mails more than three hours.",
  },
  "conflict-rate": {
    series: { conflicts: app("HoldConflict", "orders"), held: app("Held", "orders") },
    expression:
      "IF(FILL(conflicts, 0) + FILL(held, 0) > 100, 100 * FILL(conflicts, 0) / (FILL(conflicts, 0) + FILL(held, 0)), 0)",
    above: 80,
    minutes: 8,
    within: 10,
    says: "Four of five holds fail for minutes: seats shown as free are not, or one section is all that is left.",
  },
  "holds-busy": {
    series: { busy: app("HoldBusy", "orders") },
    above: 10,
    minutes: 3,
    within: 5,
    says: "Holds are given up because DynamoDB's transactions keep conflicting.",
  },
  "queue-unavailable": {
    series: { failed: app("QueueUnavailable", "queue") },
    above: 10,
    minutes: 2,
    within: 3,
    says: "Redis does not answer: nobody can join or enter. Who is inside goes on buying.",
  },
  "queue-restored": {
    series: { restored: app("QueueRestored", "queue") },
    above: 0,
    minutes: 1,
    within: 1,
    says: "Redis had lost a queue, and it was restored from its checkpoint.",
  },
  "seat-lost": {
    series: { lost: app("SeatLost", "settle") },
    above: 0,
    minutes: 1,
    within: 1,
    says: "A payment came after its seats were gone; it was voided or refunded.",
  },
  "capture-failed": {
    series: { settled: app("CaptureFailed", "settle"), reconciled: app("CaptureFailed", "reconcile") },
    expression: "SUM(METRICS())",
    above: 0,
    minutes: 1,
    within: 1,
    says: "The gateway did not take the money of a confirmed order.",
  },
  "refund-refused": {
    series: {
      settled: app("RefundRefused", "settle"),
      reconciled: app("RefundRefused", "reconcile"),
      charged: app("RefundRefused", "wallet"),
    },
    expression: "SUM(METRICS())",
    above: 0,
    minutes: 1,
    within: 1,
    says: "The gateway refuses to return money or to void an authorisation, or a card's bank has sent a refund back. It is tried again each minute.",
  },
  disputed: {
    series: { disputed: app("Disputed", "settle") },
    above: 0,
    minutes: 1,
    within: 1,
    says: "A buyer's bank disputes a payment.",
  },
  "debts-old": {
    series: { reconciled: app("DebtOld", "reconcile"), charges: app("DebtOld", "settle") },
    expression: "SUM(METRICS())",
    above: 0,
    minutes: 2,
    within: 3,
    says: "Something has been owed at the payment gateway for more than an hour, or a refund has been on its way for more than a day.",
  },
  "gateway-silent": {
    series: { again: app("SentAgain", "settle") },
    above: 10,
    minutes: 2,
    within: 3,
    says: "The payment gateway does not answer, or answers that it is asked too often: payments by card wait.",
  },
  "gateway-misconfigured": {
    series: {
      settled: app("GatewayMisconfigured", "settle"),
      reconciled: app("GatewayMisconfigured", "reconcile"),
      charged: app("GatewayMisconfigured", "wallet"),
    },
    expression: "SUM(METRICS())",
    above: 0,
    minutes: 1,
    within: 1,
    says: "The payment gateway does not accept our key: no card can be charged or refunded there.",
  },
  "settle-latency": {
    series: { p95: app("SettleLatency", "settle", "p95") },
    above: 10_000,
    minutes: 3,
    within: 5,
    says: "Settling takes more than ten seconds for one buyer in twenty.",
  },
  "mail-failed": {
    series: { failed: app("MailFailed", "mail") },
    above: 5,
    minutes: 3,
    within: 5,
    says: "SES refuses our mail.",
  },
  "mail-returned": {
    series: { returned: { of: "topic", topic: "MailFeedback", metric: "NumberOfMessagesPublished", stat: "Sum" } },
    above: 5,
    minutes: 3,
    within: 5,
    says: "Many of our e-mails bounce, or are reported as spam: SES suspends an account for that.",
  },
  "mail-parked": {
    series: { parked: app("MailParked", "mail") },
    above: 0,
    minutes: 1,
    within: 1,
    says: "SES refused one buyer's e-mail. It waits for a person; the tickets are on the order's page.",
  },
} as const satisfies Record<string, Alarm>;

export type AlarmName = keyof typeof alarms;
