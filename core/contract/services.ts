/**
 * The Lambda functions, as pure data. There is one for each service, so that a spike in one service does not meet cold starts of another.
 * stacks/ makes them on AWS, and local/ runs them on one machine. Their permissions are in permissions.ts.
 */
/** Queues with work for a service. */
export type WorkQueue = "SettleQueue" | "MailQueue" | "FanoutQueue";
export type DeadLetters = "SettleDeadLetters" | "MailDeadLetters" | "FanoutDeadLetters";

export type Service = {
  /** `<file>.<export>`, relative to the repository. */
  handler: string;
  /** MB */
  memory: number;
  /** seconds */
  timeout: number;
  source:
    | { kind: "http" }
    | {
        kind: "sqs";
        queue: WorkQueue;
        /** Where a message goes after `maxReceives` tries. An operator's command sends it again. */
        deadLetters: DeadLetters;
        batchSize: number;
        /** Seconds until a message that failed is received again. */
        visibility: number;
        maxReceives: number;
        /** Seconds that a message is kept. */
        retention: number;
        /** Batches at once. Default: as the stage is configured. */
        concurrency?: number;
      }
    | { kind: "stream"; table: "Orders"; batchSize: number; retries: number; filters: object[] }
    | { kind: "schedule"; everyMinutes: number };
};

/**
 * Matches an order whose status changed to `status`. All other records (baskets, check-ins, the mail's mark on an order whose status stays
 * the same) start no function. It uses exact values only, because Lambda's filters and local/ both support these.
 */
const became = (status: string, ...from: string[]) => ({
  dynamodb: {
    OldImage: { type: { S: ["order"] }, status: { S: from } },
    NewImage: { type: { S: ["order"] }, status: { S: [status] } },
  },
});
const confirmed = became("confirmed", "held", "paying");
const refunding = became("refunding", "confirmed");
const refunded = became("refunded", "confirmed", "refunding");
const voided = became("released", "confirmed");

export const services = {
  queue: { handler: "functions/http/queue.handler", memory: 1024, timeout: 10, source: { kind: "http" } },
  catalog: { handler: "functions/http/catalog.handler", memory: 1769, timeout: 10, source: { kind: "http" } },
  orders: { handler: "functions/http/orders.handler", memory: 1769, timeout: 10, source: { kind: "http" } },
  accounts: { handler: "functions/http/accounts.handler", memory: 1769, timeout: 10, source: { kind: "http" } },
  privacy: { handler: "functions/http/privacy.handler", memory: 1024, timeout: 10, source: { kind: "http" } },
  wallet: { handler: "functions/http/wallet.handler", memory: 1024, timeout: 10, source: { kind: "http" } },
  admin: { handler: "functions/http/admin.handler", memory: 1769, timeout: 29, source: { kind: "http" } },
  members: {
    handler: "functions/http/members.handler",
    memory: 1024,
    timeout: 10,
    source: { kind: "http" },
  },
  settle: {
    handler: "functions/sqs/settle.handler",
    memory: 1024,
    timeout: 10,
    source: {
      kind: "sqs",
      queue: "SettleQueue",
      deadLetters: "SettleDeadLetters",
      batchSize: 10,
      visibility: 20,
      maxReceives: 30,
      retention: 4 * 86_400,
    },
  },
  notify: {
    handler: "functions/sqs/notify.handler",
    memory: 512,
    timeout: 60,
    source: {
      kind: "sqs",
      queue: "MailQueue",
      deadLetters: "MailDeadLetters",
      batchSize: 10,
      visibility: 70,
      // more than an hour, so that an hour without SES loses no e-mail
      maxReceives: 60,
      // a code's message contains an address, and is not needed after its last try
      retention: 2 * 3_600,
      // the rate of e-mails is limited anyway, and each environment that waits for it costs
      concurrency: 10,
    },
  },
  fanout: {
    handler: "functions/sqs/fanout.handler",
    memory: 512,
    timeout: 60,
    source: {
      kind: "sqs",
      queue: "FanoutQueue",
      deadLetters: "FanoutDeadLetters",
      // a message is a page of work
      batchSize: 1,
      visibility: 70,
      // more than an hour, so that an hour without SES or DynamoDB stops no cancellation
      maxReceives: 60,
      retention: 4 * 86_400,
      // SQS's least. One cancellation has one message at a time, so a third one waits
      concurrency: 2,
    },
  },
  leave: {
    handler: "functions/stream/leave.handler",
    memory: 512,
    timeout: 30,
    source: { kind: "stream", table: "Orders", batchSize: 100, retries: 10, filters: [confirmed, refunding] },
  },
  mail: {
    handler: "functions/stream/mail.handler",
    memory: 512,
    timeout: 60,
    source: {
      kind: "stream",
      table: "Orders",
      batchSize: 10,
      // so that an hour without SES loses no e-mail. An e-mail that SES refuses is parked and not retried
      retries: 10_000,
      filters: [confirmed, refunded, voided],
    },
  },
  reconcile: {
    handler: "functions/cron/reconcile.handler",
    memory: 512,
    timeout: 60,
    source: { kind: "schedule", everyMinutes: 1 },
  },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof services;
export const serviceNames = Object.keys(services) as ServiceName[];

/** A service that answers requests. */
export type HttpService = {
  [S in ServiceName]: (typeof services)[S]["source"] extends { kind: "http" } ? S : never;
}[ServiceName];
export const httpServices = serviceNames.filter((name): name is HttpService => services[name].source.kind === "http");

/** The services that a queue, a stream or a schedule starts. No caller waits for their answer. */
export const workers = serviceNames.filter((name) => services[name].source.kind !== "http");
