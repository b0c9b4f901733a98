/** What all runs of a process stand on: one stage, one gateway, one reader of the stream. */
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { Redis } from "ioredis";
import { services } from "#core/contract/services.ts";
import { fromOrderId, type ProviderName } from "#core/gateway/index.ts";
import { type Invoke, invoke } from "#local/lambda.ts";
import { openCheckpoint } from "#local/pollers/checkpoint.ts";
import { matches } from "#local/pollers/filter.ts";
import { createStreamPoller } from "#local/pollers/stream.ts";
import type { ResourceOptions } from "#local/resources.ts";
import type { Delivery } from "#local/sandbox/webhooks.ts";
import type { PaymentFacts } from "#ops/audit/index.ts";
import * as Gateways from "#tests/integration/gateway/contract/gateway.ts";
import * as Faults from "#tests/support/faults/index.ts";
import { stage as makeStage, type Stage } from "#tests/support/stage.ts";
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
  gateways: Record<ProviderName, Gateways.Gateway>;
  stop: () => Promise<void>;
};

const ownerOf = (reference: string): string => reference.split(".")[0] ?? "";

/** Whose payment a webhook tells of. */
const told = (body: string): string => {
  const { reference, data } = JSON.parse(body);
  return reference ?? data.object?.metadata?.reference ?? fromOrderId(data.orderId ?? "") ?? "";
};

const startGateways = async () => {
  const waits = {
    hang: 1,
    decide: (reference: string) =>
      new Promise<void>((resolve) => outsideOf(ownerOf(reference))?.pending.push(() => resolve())),
    now: (reference: string) => outsideOf(ownerOf(reference))?.now ?? Date.now(),
  };
  const deliver = (from: ProviderName) => async (delivery: Delivery) => {
    const { body } = delivery;
    const outside = outsideOf(ownerOf(told(body)));
    outside?.webhooks.push({ body, from, forged: isForged(delivery) });
    if (body.includes('"payment_intent.requires_action"')) {
      const { id } = JSON.parse(body).data.object;
      outside?.pending.push((yes) => void stripe.authenticate(id, yes).catch(() => {})); // it may be over
    }
    return 200;
  };
  /** What the sandbox itself forges. */
  const isForged = ({ body, headers }: Delivery): boolean => {
    const given = headers["onsale-signature"];
    const [, at = "0"] = /t=(\d+)/.exec(given ?? "") ?? [];
    return given !== undefined && given !== sandbox.webhook(body, Number(at) * 1000).headers["onsale-signature"];
  };
  const sandbox = await Gateways.sandbox({ ...waits, deliver: deliver("sandbox") });
  const stripe = await Gateways.stripe({ ...waits, deliver: deliver("stripe") });
  const toss = await Gateways.toss({ ...waits, deliver: deliver("toss") });
  return { sandbox, stripe, toss };
};

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

/** One a process; `failing` puts the switchboard of tests/support/faults in between. */
export const ground = async (engines: Engines, failing = false): Promise<Ground> => {
  const gateways = await startGateways();
  const all = Object.values(gateways);
  const options: Engines = Object.assign({}, engines, ...all.map(({ links }) => links));
  // what is left of an invocation that died may fail when nobody listens any more
  if (failing) process.on("unhandledRejection", () => {});
  const faults = failing ? await Faults.install(options) : undefined;
  const stage = faults?.stage ?? (await makeStage(options));
  install();
  const redis = new Redis(engines.redis.redisUrl);
  const stream = await reader(stage.resources.tables.Orders);
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
    payments: ({ owners }) =>
      [...owners].flatMap((owner) =>
        all.flatMap(({ name, ledger }) => ledger(owner).map((payment) => ({ ...payment, provider: name }))),
      ),
    gateways,
    stop: async () => {
      await faults?.stop();
      await Promise.all(all.map(({ stop }) => stop()));
      redis.disconnect();
    },
  };
};
