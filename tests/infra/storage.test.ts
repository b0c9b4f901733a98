import { describe, expect, it } from "vitest";
import { services } from "#core/contract/services.ts";
import { type Table, tables } from "#core/contract/tables.ts";
import { configured, production, test as stage } from "./graph.ts";

const { all, one, policy } = stage();
const table = (name: string, of = one) => of("dynamodb/table:Table", `${name}Table`);

describe("the tables", () => {
  it("are those of core/contract/tables.ts, with their keys and indexes and no others", () => {
    expect(
      all("dynamodb/table:Table")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      Object.keys(tables)
        .map((name) => `${name}Table`)
        .sort(),
    );
    for (const [name, definition] of Object.entries<Table>(tables)) {
      const { inputs } = table(name);
      const { hashKey, rangeKey } = definition.primaryIndex;
      expect(inputs).toMatchObject({ hashKey, rangeKey });
      const indexes = inputs.globalSecondaryIndexes.map(({ name: index }: { name: string }) => index);
      expect(indexes).toEqual(Object.keys(definition.globalIndexes ?? {}));
      expect(inputs.attributes.map((attribute: { name: string }) => attribute.name).sort()).toEqual(
        Object.keys(definition.fields).sort(),
      );
    }
  });

  it("cost nothing without traffic, and can be restored to any second of the last 35 days", () => {
    for (const name of Object.keys(tables)) {
      expect(table(name).inputs).toMatchObject({
        billingMode: "PAY_PER_REQUEST",
        pointInTimeRecovery: { enabled: true },
      });
    }
  });

  it("stream every change of an order, old and new, and nothing else", () => {
    for (const name of Object.keys(tables)) expect(table(name).inputs.streamEnabled).toBe(name === "Orders");
    expect(table("Orders").inputs.streamViewType).toBe("NEW_AND_OLD_IMAGES");
  });

  it("expire ended sessions by themselves", () => {
    expect(table("Accounts").inputs.ttl).toEqual({ attributeName: "expires", enabled: true });
  });

  it("cannot be deleted in production by mistake", () => {
    for (const name of Object.keys(tables)) {
      expect(table(name, production().one)).toMatchObject({
        protect: true,
        retain: true,
        inputs: { deletionProtectionEnabled: true },
      });
      expect(table(name).protect).toBe(false);
    }
  });

  it("are never replaced to change their throughput: an operator's command warms them, and no deployment lowers it", () => {
    for (const of of [stage(), production(), configured()])
      for (const { inputs, ignores } of of.all("dynamodb/table:Table")) {
        expect(inputs.warmThroughput).toBeUndefined();
        expect(ignores).toEqual(expect.arrayContaining(["warmThroughput", "globalSecondaryIndexes[*].warmThroughput"]));
      }
  });
});

describe("Redis", () => {
  it("is a database of the stage's own that evicts no place", () => {
    const [database] = all("redisDatabase:RedisDatabase");
    expect(database?.inputs).toMatchObject({ databaseName: "onsale-test", eviction: false, tls: true });
    expect(production().all("redisDatabase:RedisDatabase")[0]).toMatchObject({ protect: true, retain: true });
  });

  it("is the one that the secrets name in an emergency", () => {
    const { builds, all } = configured();
    expect(all("redisDatabase:RedisDatabase")).toHaveLength(1);
    const queue = builds.find(({ functionID }) => functionID === "QueueService");
    expect(queue?.links?.Redis).toMatchObject({ url: "https://mine.upstash.io", token: "token" });
  });
});

describe("the queue of payments", () => {
  it("hides a received payment for longer than a worker may take, and gives it to the next one within the seats' grace", () => {
    const queue = one("sqs/queue:Queue", "SettleQueueQueue").inputs;
    const { timeout } = one("lambda/function:Function", "SettleServiceFunction").inputs;
    expect(queue.visibilityTimeoutSeconds).toBeGreaterThan(timeout);
    expect(queue.visibilityTimeoutSeconds).toBe(20);
  });

  it("makes a payment a dead letter after thirty tries, ten minutes, and keeps it for two weeks", () => {
    const redrive = JSON.parse(one("sqs/queue:Queue", "SettleQueueQueue").inputs.redrivePolicy);
    expect(redrive.maxReceiveCount).toBe(30);
    expect(redrive.deadLetterTargetArn).toMatch(/SettleDeadLetters/);
    for (const name of [
      "SettleDeadLettersQueue",
      "StreamDeadLettersQueue",
      "MailDeadLettersQueue",
      "FanoutDeadLettersQueue",
    ])
      expect(one("sqs/queue:Queue", name).inputs.messageRetentionSeconds).toBe(14 * 86_400);
  });

  it("is read ten at a time, only failures come again, and concurrency is limited to what the gateway can handle", () => {
    const mapping = all("eventSourceMapping:EventSourceMapping").find(({ inputs }) =>
      /SettleQueue/.test(inputs.eventSourceArn),
    );
    expect(mapping?.inputs).toMatchObject({
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 100 },
    });
    expect(mapping?.inputs.functionName).toMatch(/:live$/);
  });
});

describe("the queue of e-mails that are asked for", () => {
  it("hides a received message for longer than a worker may take, delivers it for more than an hour, and then sets it aside", () => {
    const queue = one("sqs/queue:Queue", "MailQueueQueue").inputs;
    const { timeout } = one("lambda/function:Function", "NotifyServiceFunction").inputs;
    expect(queue.visibilityTimeoutSeconds).toBeGreaterThan(timeout);
    const { maxReceiveCount, deadLetterTargetArn } = JSON.parse(queue.redrivePolicy);
    expect(maxReceiveCount * queue.visibilityTimeoutSeconds).toBeGreaterThan(3_600);
    expect(deadLetterTargetArn).toMatch(/MailDeadLetters/);
    // a code's message has an address: it is kept no longer than it is tried
    expect(queue.messageRetentionSeconds).toBe(2 * 3_600);
  });

  it("is read ten at a time by at most ten environments, and only failures come again", () => {
    const mapping = all("eventSourceMapping:EventSourceMapping").find(({ inputs }) =>
      /MailQueue/.test(inputs.eventSourceArn),
    );
    expect(mapping?.inputs).toMatchObject({
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 10 },
    });
    expect(mapping?.inputs.functionName).toMatch(/notify:live$/);
  });
});

describe("the stream of orders", () => {
  const mappings = all("eventSourceMapping:EventSourceMapping").filter(({ inputs }) =>
    /stream/.test(inputs.eventSourceArn),
  );

  it("has two separate consumers, so that a slow mailer never delays the line", () => {
    expect(mappings.map(({ inputs }) => inputs.functionName.split(":").at(-2)).sort()).toEqual([
      "onsale-test-leave",
      "onsale-test-mail",
    ]);
  });

  it("invokes them only for orders whose status changed", () => {
    for (const { inputs } of mappings) {
      const patterns = inputs.filterCriteria.filters.map(({ pattern }: { pattern: string }) => JSON.parse(pattern));
      expect(patterns.length).toBeGreaterThan(0);
      for (const pattern of patterns) expect(pattern.dynamodb.NewImage).toHaveProperty("status");
    }
  });

  it("is read from its oldest record on, so that none is missed while a mapping is made", () => {
    for (const { inputs } of mappings) expect(inputs.startingPosition).toBe("TRIM_HORIZON");
  });

  it("splits a failed batch, retries it a limited number of times, then reports its position", () => {
    for (const { inputs } of mappings) {
      const service = inputs.functionName.split(":").at(-2).replace("onsale-test-", "") as "leave" | "mail";
      expect(inputs).toMatchObject({
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: services[service].source.retries,
        parallelizationFactor: 1,
      });
      expect(inputs.destinationConfig.onFailure.destinationArn).toMatch(/StreamDeadLetters/);
    }
    for (const service of ["leave", "mail"])
      expect(policy(service)).toContainEqual(
        expect.objectContaining({
          Action: ["sqs:SendMessage"],
          Resource: [expect.stringMatching(/StreamDeadLetters/)],
        }),
      );
  });
});

describe("the schedule", () => {
  it("asks the gateway once a minute about unanswered payments, and may do nothing else", () => {
    const schedule = all("scheduler/schedule:Schedule")[0]?.inputs;
    expect(schedule).toMatchObject({ scheduleExpression: "rate(1 minute)", state: "ENABLED" });
    expect(schedule?.target.arn).toMatch(/:live$/);
    const role = one("iam/role:Role", "ReconcileRole").inputs;
    expect(JSON.parse(role.inlinePolicies[0].policy).Statement).toEqual([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [schedule?.target.arn] },
    ]);
  });
});
