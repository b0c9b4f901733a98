/**
 * The shared parts of all runs of the model: the fixture, whose gateways wait for a run's own clock and decisions, and a reader of the
 * stream.
 */
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { Redis } from "ioredis";
import { services } from "#core/contract/services.ts";
import { fromOrderId, type ProviderName, providers } from "#core/gateway/index.ts";
import { openCheckpoint } from "#local/pollers/checkpoint.ts";
import { matches } from "#local/pollers/filter.ts";
import { createStreamPoller } from "#local/pollers/stream.ts";
import type { Delivery } from "#local/sandbox/webhooks.ts";
import type { EngineAddresses } from "#tests/support/engines.ts";
import * as Shared from "../fixture.ts";
import { install, outsideOf } from "./seams.ts";

export type Fixture = Shared.Fixture & {
  /** Simultaneous requests are sent one after another instead. */
  inTurn?: boolean;
  /** Reads the stream to its end, and puts each record into the queue of its run. */
  pump: () => Promise<void>;
  /** The engine itself, without the faults in front of it. */
  redis: Redis;
};

const ownerOf = (reference: string): string => reference.split(".")[0] ?? "";

/** The owner of a webhook's payment. */
const referenceIn = (body: string): string => {
  const { reference, data } = JSON.parse(body);
  return reference ?? data.object?.metadata?.reference ?? fromOrderId(data.orderId ?? "") ?? "";
};

const wires = {
  hang: 1,
  decide: (reference: string) =>
    new Promise<void>((resolve) => outsideOf(ownerOf(reference))?.pending.push(() => resolve())),
  now: (reference: string) => outsideOf(ownerOf(reference))?.now ?? Date.now(),
};

/** The sandbox's own forged webhooks. */
const isForged = ({ gateways: { sandbox } }: Shared.Fixture, { body, headers }: Delivery): boolean => {
  const given = headers["onsale-signature"];
  const [, at = "0"] = /t=(\d+)/.exec(given ?? "") ?? [];
  return given !== undefined && given !== sandbox.webhook(body, Number(at) * 1000).headers["onsale-signature"];
};

/** A webhook waits in its run's queue, and so does a bank's question to the buyer. */
const keep = (shared: Shared.Fixture, from: ProviderName, delivery: Delivery): void => {
  const { body } = delivery;
  const outside = outsideOf(ownerOf(referenceIn(body)));
  outside?.webhooks.push({ body, from, forged: isForged(shared, delivery) });
  if (!body.includes('"payment_intent.requires_action"')) return;
  const { id } = JSON.parse(body).data.object;
  outside?.pending.push((yes) => void shared.gateways.stripe.authenticate?.(id, yes).catch(() => {})); // the run may be over
};

/** Puts each record into its run's queues for those consumers whose filters match. */
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

/** One in a process. */
export const startModel = async (engines: EngineAddresses, faults = false): Promise<Fixture> => {
  const shared: Shared.Fixture = await Shared.startFixture({
    ...{ engines, faults, wires, providers: [...providers] },
    deliver: async (from, delivery) => {
      keep(shared, from, delivery);
      return 200;
    },
  });
  install();
  const redis = new Redis(engines.redis.redisUrl);
  const stream = await reader(shared.stage.resources.tables.Orders);
  let next: Promise<unknown> | undefined;
  let current: Promise<unknown> = Promise.resolve();
  return {
    ...shared,
    redis,
    // all callers during a read share the next one, which sees everything that they have written
    pump: async () => {
      next ??= current.then(() => {
        next = undefined;
        current = stream.drain();
        return current;
      });
      await next;
    },
    stop: async () => {
      await shared.stop();
      redis.disconnect();
    },
  };
};
