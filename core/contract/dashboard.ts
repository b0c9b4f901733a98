/**
 * The dashboard, as pure data. stacks/ makes it on CloudWatch, and local/ draws it live from the same metric and log lines. A test checks
 * that each of our metrics on it is counted by the service that it names. Over 200 lines: it is one flat list, in the order of the dashboard.
 */
import { app, ofLambdas, ofTables, queue as queueSeries, type Series } from "./series.ts";
import { httpServices, type ServiceName, serviceNames } from "./services.ts";

/** A query of services' log lines, in CloudWatch's Logs Insights language. */
export type Question = { services: readonly ServiceName[]; query: readonly string[]; view: "table" | "lines" };

export type Widget = {
  title: string;
  /** How to read it. */
  help?: string;
  /** In columns; a row has 24. */
  width: number;
} & (
  | { kind: "lines" | "stacked" | "numbers"; unit?: string; series: readonly Series[] }
  | ({ kind: "log" } & Question)
);

export type Row = { title: string; widgets: readonly Widget[] };

/** The services that settle payments: the queue's worker, and the cron job for payments that a gateway never answered. */
const settlers = ["settle", "reconcile"] as const;

const sale: Row = {
  title: "The sale",
  widgets: [
    {
      kind: "lines",
      title: "The funnel: joined → admitted → held → paid",
      help: "Each step follows the one before it. Buyers are lost where a gap opens.",
      width: 12,
      series: [app("Joined", "queue"), app("Admitted", "queue"), app("Held", "orders"), app("Paid", settlers)],
    },
    {
      kind: "numbers",
      title: "In this window",
      width: 6,
      series: [app("Held", "orders"), app("Paid", settlers), app("CheckedIn", "admin"), app("SignedUp", "accounts")],
    },
    { kind: "lines", title: "Money taken", unit: "minor units", width: 6, series: [app("Revenue", settlers)] },
  ],
};

const queue: Row = {
  title: "The queue",
  widgets: [
    {
      kind: "lines",
      title: "Numbers issued and served",
      help: "The space between the lines is the visitors who wait. If serving does not grow, the checkout is full or the sale is paused.",
      width: 8,
      series: [app("QueueIssued", "queue", "Maximum"), app("QueueServing", "queue", "Maximum")],
    },
    {
      kind: "lines",
      title: "In the checkout",
      width: 8,
      series: [app("QueueActive", "queue", "Maximum"), app("Left", ["queue", "leave"])],
    },
    {
      kind: "lines",
      title: "The wait of a visitor who joins now",
      unit: "seconds",
      width: 8,
      series: [app("QueueWait", "queue", "Maximum")],
    },
    {
      kind: "lines",
      title: "Redis unreachable, and restored",
      width: 12,
      series: [app("QueueUnavailable", "queue"), app("QueueRestored", "queue")],
    },
    {
      kind: "lines",
      title: "The edge",
      help: "Polls end here; the API sees a few a second.",
      width: 12,
      series: [
        { of: "edge", metric: "Requests", stat: "Sum", label: "at the edge" },
        { of: "apiGateway", metric: "Count", stat: "Sum", label: "at the API" },
      ],
    },
  ],
};

const seats: Row = {
  title: "The seats",
  widgets: [
    {
      kind: "stacked",
      title: "Holds and conflicts",
      help: "Conflicts are buyers who wanted the same seat. Many are normal in the first minute.",
      width: 8,
      series: [app("Held", "orders"), app("HoldConflict", "orders"), app("HoldBusy", "orders")],
    },
    {
      kind: "lines",
      title: "Given back",
      width: 8,
      series: [
        app("Released", ["orders", "fanout"]),
        app("Refunded", ["orders", "settle", "reconcile", "admin", "fanout"]),
      ],
    },
    {
      kind: "lines",
      title: "DynamoDB's writes",
      unit: "WRU a minute",
      width: 8,
      series: ofTables("ConsumedWriteCapacityUnits"),
    },
  ],
};

const money: Row = {
  title: "The money",
  widgets: [
    {
      kind: "lines",
      title: "Payments",
      width: 8,
      series: [
        app("PaymentAccepted", "orders"),
        app("Paid", settlers),
        app("Declined", settlers),
        app("SeatLost", settlers),
        app("CaptureFailed", settlers),
        app("RefundRefused", settlers),
        app("DebtOld", settlers),
        app("SentAgain", "settle"),
        app("Reconciled", "reconcile"),
      ],
    },
    {
      kind: "lines",
      title: "From accepted to settled",
      unit: "milliseconds",
      width: 8,
      series: (["p50", "p95", "p99"] as const).map((stat) => app("SettleLatency", "settle", stat, stat)),
    },
    {
      kind: "lines",
      title: "The settle queue",
      width: 8,
      series: [
        queueSeries("SettleQueue", "ApproximateAgeOfOldestMessage", "oldest, seconds"),
        queueSeries("SettleQueue", "ApproximateNumberOfMessagesVisible", "waiting"),
        queueSeries("SettleDeadLetters", "ApproximateNumberOfMessagesVisible", "dead letters"),
        queueSeries("StreamDeadLetters", "ApproximateNumberOfMessagesVisible", "stream dead letters"),
        queueSeries("MailDeadLetters", "ApproximateNumberOfMessagesVisible", "mail dead letters"),
        queueSeries("FanoutDeadLetters", "ApproximateNumberOfMessagesVisible", "fan-out dead letters"),
      ],
    },
    {
      kind: "log",
      title: "Cards by gateway",
      help: "The outcome of each message: approved, declined with the gateway's code, silent, refused.",
      width: 12,
      services: ["settle"],
      view: "table",
      query: [
        'filter message = "settle" and ispresent(provider)',
        "stats count(*) as messages, pct(ms, 50) as p50, pct(ms, 95) as p95 by provider, outcome, code",
        "sort messages desc",
      ],
    },
    {
      kind: "log",
      title: "What waits for a gateway",
      help: "Refunds on their way, cards that buyers have to confirm, and payments that a gateway has not answered, as the reconciliation found them.",
      width: 12,
      services: ["reconcile"],
      view: "table",
      query: [
        "filter ispresent(minutes)",
        "stats count_distinct(orderId) as orders, max(minutes) as oldest_minutes by provider, status, outcome",
        "sort oldest_minutes desc",
      ],
    },
    {
      kind: "log",
      title: "Charges of wallets",
      help: "The outcome of each charge. The page asks for it, and the worker finishes it.",
      width: 12,
      services: ["wallet", "settle"],
      view: "table",
      query: [
        'filter message = "wallet" and ispresent(provider)',
        "stats count(*) as charges by provider, outcome, code",
        "sort charges desc",
      ],
    },
    {
      kind: "lines",
      title: "Mail",
      width: 8,
      series: [
        app("MailSent", ["mail", "notify", "fanout"]),
        app("MailFailed", ["mail", "notify", "fanout"]),
        app("MailLimited", ["mail", "notify", "fanout"]),
        app("MailParked", ["mail", "notify", "fanout"]),
      ],
    },
    {
      kind: "lines",
      title: "How far behind the stream is",
      unit: "milliseconds",
      width: 8,
      series: ofLambdas("IteratorAge", "Maximum", ["leave", "mail"]),
    },
    {
      kind: "lines",
      title: "Sign-ins",
      width: 8,
      series: [app("SignInFailed", "accounts"), app("Throttled", "accounts")],
    },
  ],
};

const limits: Row = {
  title: "The limits",
  widgets: [
    {
      kind: "log",
      title: "Answers by route",
      help: "Milliseconds inside the function; API Gateway adds a few.",
      width: 12,
      services: httpServices,
      view: "table",
      query: [
        'filter message = "request"',
        "fields outcome >= 500 as fault",
        "stats count(*) as answers, pct(ms, 50) as p50, pct(ms, 95) as p95, pct(ms, 99) as p99, sum(fault) as faults by operation",
        "sort answers desc",
      ],
    },
    {
      kind: "lines",
      title: "The API",
      unit: "milliseconds",
      width: 6,
      series: (["p50", "p95", "p99"] as const).map((stat) => ({
        of: "apiGateway",
        metric: "Latency",
        stat,
        label: stat,
      })),
    },
    {
      kind: "stacked",
      title: "What fails",
      width: 6,
      series: [
        { of: "apiGateway", metric: "5xx", stat: "Sum", label: "5xx at the API" },
        app("Unexpected", serviceNames, "Sum", "unexpected faults"),
      ],
    },
    { kind: "stacked", title: "Environments at work", width: 8, series: ofLambdas("ConcurrentExecutions", "Maximum") },
    { kind: "stacked", title: "Lambda throttles", width: 8, series: ofLambdas("Throttles", "Sum") },
    { kind: "stacked", title: "Lambda errors", width: 8, series: ofLambdas("Errors", "Sum") },
    {
      kind: "stacked",
      title: "DynamoDB throttles",
      width: 12,
      series: [...ofTables("WriteThrottleEvents"), ...ofTables("ReadThrottleEvents")],
    },
    {
      kind: "log",
      title: "Cold starts",
      width: 12,
      services: serviceNames,
      view: "table",
      query: [
        'filter @type = "REPORT"',
        "parse @log /-(?<service>\\w+)$/",
        "stats count(*) as calls, count(@initDuration) as cold, pct(@initDuration, 50) as init50, max(@initDuration) as worst, max(@maxMemoryUsed / 1000000) as MB by service",
      ],
    },
  ],
};

export const dashboard: readonly Row[] = [sale, queue, seats, money, limits];
