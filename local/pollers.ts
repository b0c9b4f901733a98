/** Polls every event source of core/contract/services.ts as Lambda does. Addresses and names come from the environment. */
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Service, type ServiceName, services } from "#core/contract/services.ts";
import { type Invoke, invoke as invokeHere } from "./lambda.ts";
import { openCheckpoint } from "./pollers/checkpoint.ts";
import type { Poller } from "./pollers/poller.ts";
import { createQueuePoller } from "./pollers/queue.ts";
import { createSchedulePoller } from "./pollers/schedule.ts";
import { createStreamPoller } from "./pollers/stream.ts";

export type PollerOptions = {
  /** Only these services. Default: all services with a queue, a stream or a schedule. */
  only?: ServiceName[];
  invoke?: Invoke;
  /** The folder of the streams' checkpoints. Default: in memory. */
  dataDir?: string;
  /** Seconds until a failed message is delivered again, for tests. Default: the queue's visibility timeout. */
  redeliverAfter?: number;
};

export type Pollers = {
  /** Starts polling in the background. */
  start(): void;
  /** Handles queues and streams now, until a whole round finds nothing. Returns the number of records handed over. */
  drain(): Promise<number>;
  /** Handles the source of one service now. A schedule runs once. */
  run(service: ServiceName): Promise<number>;
  /** Stops taking records and finishes those in flight. */
  stop(): Promise<void>;
};

const linked = <T>(name: string): T => JSON.parse(process.env[`SST_RESOURCE_${name}`] ?? "{}") as T;

/** Makes the pollers of this environment (`SST_RESOURCE_*`). None runs before `start`, `drain` or `run` is called. */
export const createPollers = async (options: PollerOptions = {}): Promise<Pollers> => {
  const invoke = options.invoke ?? invokeHere;
  const clients = { sqs: new SQSClient({}), streams: new DynamoDBStreamsClient({}), tables: new DynamoDBClient({}) };

  const streamOf = async (name: string): Promise<string> => {
    const { Table } = await clients.tables.send(new DescribeTableCommand({ TableName: name }));
    if (!Table?.LatestStreamArn) throw new Error(`The table ${name} has no stream`);
    return Table.LatestStreamArn;
  };

  const create = async (name: ServiceName): Promise<Poller | undefined> => {
    const source: Service["source"] = services[name].source;
    const handle = (event: unknown) => invoke(name, event);
    if (source.kind === "sqs") {
      const { redeliverAfter } = options;
      const wait = redeliverAfter === undefined ? {} : { redeliverAfter };
      return createQueuePoller({
        client: clients.sqs,
        url: linked<{ url: string }>(source.queue).url,
        ...source,
        handle,
        ...wait,
      });
    }
    if (source.kind === "stream") {
      const streamArn = await streamOf(linked<{ name: string }>(source.table).name);
      const file = options.dataDir && join(options.dataDir, `${name}.json`);
      return createStreamPoller({
        ...{ client: clients.streams, streamArn, handle, checkpoint: openCheckpoint(file, streamArn) },
        ...{ batchSize: source.batchSize, retries: source.retries, filters: source.filters },
        deadLetter: (letter) =>
          clients.sqs.send(
            new SendMessageCommand({
              QueueUrl: linked<{ url: string }>("StreamDeadLetters").url,
              MessageBody: JSON.stringify({
                ...letter,
                requestContext: { ...letter.requestContext, functionArn: name },
              }),
            }),
          ),
      });
    }
    if (source.kind === "schedule")
      return createSchedulePoller({ everyMinutes: source.everyMinutes, handle: () => handle({}) });
    return undefined;
  };

  const pollers = new Map<ServiceName, Poller>();
  for (const name of options.only ?? (Object.keys(services) as ServiceName[])) {
    const poller = await create(name);
    if (poller) pollers.set(name, poller);
  }
  const continuous = [...pollers].filter(([name]) => services[name].source.kind !== "schedule").map(([, p]) => p);

  return {
    start: () => {
      for (const poller of pollers.values()) poller.start();
    },
    drain: async () => {
      for (let total = 0; ; ) {
        let handled = 0;
        for (const poller of continuous) handled += await poller.drain();
        total += handled;
        if (handled === 0) return total;
      }
    },
    run: async (service) => {
      const poller = pollers.get(service);
      if (!poller) throw new Error(`${service} has no event source`);
      return poller.drain();
    },
    stop: async () => {
      await Promise.all([...pollers.values()].map((poller) => poller.stop()));
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};
