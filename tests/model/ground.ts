/** What all runs of a process stand on: one stage, one gateway, one reader of the stream. */
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { Redis } from "ioredis";
import { services } from "#functions/services.ts";
import type { PaymentFacts } from "#local/audit/index.ts";
import { type Invoke, invoke } from "#local/lambda.ts";
import { openCheckpoint } from "#local/pollers/checkpoint.ts";
import { matches } from "#local/pollers/filter.ts";
import { createStreamPoller } from "#local/pollers/stream.ts";
import type { ResourceOptions } from "#local/resources.ts";
import { startSandbox } from "#local/sandbox/server.ts";
import { signature } from "#local/sandbox/webhooks.ts";
import { freshSecrets } from "#local/secrets.ts";
import * as Faults from "#tests/faults/index.ts";
import { stage as makeStage, type Stage } from "#tests/stage.ts";
import { install, type Outside, outsideOf } from "./seams.ts";

export type Ground = {
  stage: Stage;
  invoke: Invoke;
  /** Requests that are to come at once come one after the other. */
  inTurn?: boolean;
  /** Where anything may fail. */
  faults?: Faults.Faults | undefined;
  /** Reads the stream to its end: what concerns a run waits in its outside then. */
  pump: () => Promise<void>;
  /** The engine itself, past whatever fails in front of it. */
  redis: Redis;
  payments: (outside: Outside) => PaymentFacts[];
  webhookKey: string;
  stop: () => Promise<void>;
};

const ownerOf = (reference: string): string => reference.split(".")[0] ?? "";

const startGateway = (webhookKey: string) =>
  startSandbox({
    key: "sandbox-key",
    delays: {
      hang: 1,
      decide: ({ reference }) => new Promise<void>((resolve) => outsideOf(ownerOf(reference))?.pending.push(resolve)),
    },
    webhooks: {
      key: webhookKey,
      retries: [],
      deliver: async ({ body, headers }) => {
        const [, at = "0"] = /t=(\d+)/.exec(headers["onsale-signature"] ?? "") ?? [];
        const forged = headers["onsale-signature"] !== signature(webhookKey, body, Number(at) * 1000);
        outsideOf(ownerOf((JSON.parse(body) as { reference: string }).reference))?.webhooks.push({ body, forged });
        return 200;
      },
    },
  });

/** Hands each record to those consumers whose filters want it, in its run's outside. */
const sort = async ({ Records }: { Records: DynamoDBRecord[] }) => {
  for (const record of Records) {
    const outside = outsideOf(String(record.dynamodb?.Keys?.pk?.S).slice("USER#".length));
    for (const consumer of ["leave", "mail"] as const)
      if (matches(services[consumer].source.filters, record)) outside?.records[consumer].push(record);
  }
};

const reader = async (tableName: string) => {
  const tables = new DynamoDBClient({});
  const { Table } = await tables.send(new DescribeTableCommand({ TableName: tableName }));
  tables.destroy();
  const streamArn = Table?.LatestStreamArn ?? "";
  const filters = [...services.leave.source.filters, ...services.mail.source.filters];
  return createStreamPoller({
    ...{ client: new DynamoDBStreamsClient({}), streamArn, filters, checkpoint: openCheckpoint(undefined, streamArn) },
    ...{ batchSize: 1000, retries: 0, handle: sort },
  });
};

type Engines = Faults.Options & Omit<ResourceOptions, "prefix">;

/** One a process; `failing` puts the switchboard of tests/faults in between. */
export const ground = async (engines: Engines, failing = false): Promise<Ground> => {
  const secrets = freshSecrets();
  const sandbox = await startGateway(secrets.WebhookKey);
  const options = { ...engines, gateway: { url: sandbox.url, key: "sandbox-key" }, secrets };
  // what is left of an invocation that died may fail when nobody listens any more
  if (failing) process.on("unhandledRejection", () => {});
  const faults = failing ? await Faults.install(options) : undefined;
  const stage = faults?.stage ?? (await makeStage(options));
  install();
  const redis = new Redis(engines.redis.redisUrl);
  const stream = await reader(stage.resources.tables.Orders);
  /** Where in the gateway's book each buyer's payments stand, as far as it was read: it grows for as long as a run goes on. */
  const places = new Map<string, number[]>();
  let read = 0;
  let next: Promise<unknown> | undefined;
  let current: Promise<unknown> = Promise.resolve();
  return {
    stage,
    invoke: faults?.invoke ?? invoke,
    faults,
    redis,
    // all who ask while one reading is under way share the next one, which sees everything that they have written
    pump: async () => {
      next ??= current.then(() => {
        next = undefined;
        current = stream.drain();
        return current;
      });
      await next;
    },
    payments: ({ owners }) => {
      const all = sandbox.book();
      for (; read < all.length; read++) {
        const owner = ownerOf(all[read]?.reference ?? "");
        places.set(owner, [...(places.get(owner) ?? []), read]);
      }
      return [...owners].flatMap((owner) => (places.get(owner) ?? []).flatMap((at) => all[at] ?? []));
    },
    webhookKey: secrets.WebhookKey,
    stop: async () => {
      await faults?.stop();
      await sandbox.stop();
      redis.disconnect();
    },
  };
};
