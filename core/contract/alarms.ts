/**
 * The alarms, as pure data. Each one has a section of its name in docs/runbook.md and a sentence that says what is wrong. An alarm is for
 * work that a person must do, not for faults from which the system recovers by itself. CONTRIBUTING.md has the steps to add one.
 * Over 200 lines: it is one flat list of alarms, which a person on call reads as a whole.
 */
import { app, ofLambdas, queue, type Series } from "./series.ts";
import { serviceNames, workers } from "./services.ts";
import { type TableName, tableNames, tables } from "./tables.ts";

/**
 * The value that an alarm compares each minute. stacks/cloudwatch.ts makes CloudWatch's expression from it, so that no alarm writes its
 * own expression.
 */
export type Measure =
  | { kind: "sum"; series: readonly Series[] }
  /** `part` of `whole` in percent. It is 0 in a minute in which the whole is `least` or less. */
  | { kind: "percent"; part: Series; whole: readonly Series[]; least: number }
  /** The largest of several values, each divided by its allowed maximum `most`. */
  | { kind: "excess"; series: readonly { series: Series; most: number }[] };

export type Alarm = {
  measure: Measure;
  /** The threshold: a minute counts if the measure is above it. */
  above: number;
  /** The alarm rings if this many of the last `within` minutes count. */
  minutes: number;
  within: number;
  /**
   * Whether a release is not begun, or is taken back, while the alarm rings. False if one event from outside can ring it, such as a buyer's
   * bank or an e-mail that bounces: a new version did not cause that, and the old one does not end it.
   */
  stopsRelease: boolean;
  says: string;
};

const sum = (...series: Series[]): Measure => ({ kind: "sum", series });

/** The series of a measure, each one once. */
export const seriesOf = (measure: Measure): Series[] => {
  if (measure.kind === "sum") return [...measure.series];
  if (measure.kind === "excess") return measure.series.map(({ series }) => series);
  return [...new Set([measure.part, ...measure.whole])];
};

const throttles = (table: TableName, index?: string): Series => ({
  of: "table",
  table,
  ...(index && { index }),
  metric: "WriteThrottleEvents",
  stat: "Sum",
});

const minuteMs = 60_000;

/**
 * An alarm has at most ten metrics. `privacy` and `members` are left out, because few requests reach them, and no sale waits for them.
 * `notify` and `fanout` are left out, because their faults count as e-mails that failed or end among their dead letters, and their limited concurrency cannot
 * use up the account's.
 */
const watched = serviceNames.filter((name) => !["notify", "privacy", "fanout", "members"].includes(name));

const conflicts = app("HoldConflict", "orders");

export const alarms = {
  "settle-dead-letters": {
    measure: sum(queue("SettleDeadLetters", "ApproximateNumberOfMessagesVisible")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: true,
    says: "A payment could not be settled in ten minutes and waits for a person.",
  },
  "stream-dead-letters": {
    measure: sum(queue("StreamDeadLetters", "ApproximateNumberOfMessagesVisible")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: true,
    says: "An order's mail, freed slot or refund was given up after all its tries.",
  },
  "mail-dead-letters": {
    measure: sum(queue("MailDeadLetters", "ApproximateNumberOfMessagesVisible")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: true,
    says: "An e-mail that somebody asked for was given up after an hour of tries.",
  },
  "fanout-dead-letters": {
    measure: sum(queue("FanoutDeadLetters", "ApproximateNumberOfMessagesVisible")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: true,
    says: "The refunds of a cancelled event, or the e-mails about a changed one, have stopped after an hour of tries.",
  },
  "cancellation-stuck": {
    measure: sum(app("CancellationStuck", "fanout")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: false,
    says: "An event was cancelled more than half an hour ago, and some of its orders could not be ended.",
  },
  "settle-age": {
    measure: sum(queue("SettleQueue", "ApproximateAgeOfOldestMessage")),
    above: 30,
    minutes: 2,
    within: 3,
    stopsRelease: true,
    says: "Payments wait more than 30 seconds to be settled. Seats are kept for 90 seconds after the time to pay.",
  },
  "api-errors": {
    measure: {
      kind: "percent",
      part: { of: "apiGateway", metric: "5xx", stat: "Sum" },
      whole: [{ of: "apiGateway", metric: "Count", stat: "Sum" }],
      least: 100,
    },
    above: 1,
    minutes: 3,
    within: 5,
    stopsRelease: true,
    says: "More than 1 % of the API's answers are faults of ours.",
  },
  unexpected: {
    measure: sum(app("Unexpected", watched)),
    above: 10,
    minutes: 3,
    within: 5,
    stopsRelease: true,
    says: "More than ten unexpected errors a minute.",
  },
  "lambda-throttles": {
    measure: sum(...ofLambdas("Throttles", "Sum", watched)),
    above: 10,
    minutes: 2,
    within: 3,
    stopsRelease: true,
    says: "Lambda refuses invocations: the account's concurrency is used up, or grows faster than AWS allows.",
  },
  "worker-errors": {
    measure: sum(...ofLambdas("Errors", "Sum", workers)),
    above: 3,
    minutes: 3,
    within: 5,
    stopsRelease: true,
    says: "Workers fail as a whole, not message by message.",
  },
  "table-throttles": {
    measure: sum(
      ...tableNames.map((table) => throttles(table)),
      ...Object.keys(tables.Orders.globalIndexes).map((index) => throttles("Orders", index)),
    ),
    above: 50,
    minutes: 2,
    within: 3,
    stopsRelease: true,
    says: "DynamoDB refuses writes: a table or an index was not warmed for this sale, or one partition is too hot.",
  },
  "stream-behind": {
    measure: {
      kind: "excess",
      series: [
        { series: { of: "lambda", service: "leave", metric: "IteratorAge", stat: "Maximum" }, most: 5 * minuteMs },
        // e-mails wait for SES's rate. Those of a large sale take hours, which is not a fault
        { series: { of: "lambda", service: "mail", metric: "IteratorAge", stat: "Maximum" }, most: 180 * minuteMs },
      ],
    },
    above: 1,
    minutes: 3,
    within: 5,
    stopsRelease: true,
    says: "Freed slots are more than five minutes behind, or e-mails more than three hours.",
  },
  "conflict-rate": {
    measure: { kind: "percent", part: conflicts, whole: [conflicts, app("Held", "orders")], least: 100 },
    above: 80,
    minutes: 8,
    within: 10,
    stopsRelease: true,
    says: "Four of five holds have failed for minutes: taken seats are shown as free, or only one section is left.",
  },
  "holds-busy": {
    measure: sum(app("HoldBusy", "orders")),
    above: 10,
    minutes: 3,
    within: 5,
    stopsRelease: true,
    says: "Holds are given up because DynamoDB's transactions keep conflicting.",
  },
  "queue-unavailable": {
    measure: sum(app("QueueUnavailable", "queue")),
    above: 10,
    minutes: 2,
    within: 3,
    stopsRelease: true,
    says: "Redis does not answer: nobody can join or enter. Buyers who are inside can go on.",
  },
  "queue-restored": {
    measure: sum(app("QueueRestored", "queue")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: false,
    says: "Redis had lost a queue, and it was restored from its checkpoint.",
  },
  "seat-lost": {
    measure: sum(app("SeatLost", "settle")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: false,
    says: "A payment came after its seats were gone; it was voided or refunded.",
  },
  "capture-failed": {
    measure: sum(app("CaptureFailed", ["settle", "reconcile"])),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: true,
    says: "The gateway did not take the money of a confirmed order.",
  },
  "refund-refused": {
    measure: sum(app("RefundRefused", ["settle", "reconcile", "wallet"])),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: false,
    says: "The gateway refuses to return money or to void an authorisation, or a card's bank has sent a refund back. It is tried again each minute.",
  },
  disputed: {
    measure: sum(app("Disputed", "settle")),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: false,
    says: "A buyer's bank disputes a payment.",
  },
  "debts-old": {
    measure: sum(app("DebtOld", ["reconcile", "settle"])),
    above: 0,
    minutes: 2,
    within: 3,
    stopsRelease: false,
    says: "Something has been owed at the payment gateway for more than an hour, or a refund has been on its way for more than a day.",
  },
  "gateway-silent": {
    measure: sum(app("SentAgain", "settle")),
    above: 10,
    minutes: 2,
    within: 3,
    stopsRelease: true,
    says: "The payment gateway does not answer, or answers that it gets too many requests: payments by card wait.",
  },
  "gateway-misconfigured": {
    measure: sum(app("GatewayMisconfigured", ["settle", "reconcile", "wallet"])),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: true,
    says: "The payment gateway does not accept our key: no card can be charged or refunded there.",
  },
  "settle-latency": {
    measure: sum(app("SettleLatency", "settle", "p95")),
    above: 10_000,
    minutes: 3,
    within: 5,
    stopsRelease: true,
    says: "Settling takes more than ten seconds for one buyer in twenty.",
  },
  "mail-failed": {
    measure: sum(app("MailFailed", ["mail", "notify", "fanout"])),
    above: 5,
    minutes: 3,
    within: 5,
    stopsRelease: true,
    says: "SES refuses our mail.",
  },
  "mail-returned": {
    measure: sum({ of: "topic", topic: "MailFeedback", metric: "NumberOfMessagesPublished", stat: "Sum" }),
    above: 5,
    minutes: 3,
    within: 5,
    stopsRelease: false,
    says: "Many of our e-mails bounce, or are reported as spam: SES suspends an account for that.",
  },
  "mail-parked": {
    measure: sum(app("MailParked", ["mail", "notify", "fanout"])),
    above: 0,
    minutes: 1,
    within: 1,
    stopsRelease: false,
    says: "SES refused one buyer's e-mail. It waits for a person; the tickets are on the order's page.",
  },
} as const satisfies Record<string, Alarm>;

export type AlarmName = keyof typeof alarms;
