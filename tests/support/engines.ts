/** Starts every engine once for a whole test run, in memory on free ports; test files share them and tell their data apart by a prefix. */
import type { TestProject } from "vitest/node";
import * as DynamoDb from "#local/engines/dynamodb.ts";
import type { Engine } from "#local/engines/engine.ts";
import * as Redis from "#local/engines/redis.ts";
import * as Ses from "#local/engines/ses.ts";
import * as Sqs from "#local/engines/sqs.ts";

/** What `createResources` takes, beside a prefix. */
export type EngineAddresses = {
  dynamodb: { url: string };
  sqs: { url: string };
  ses: { url: string };
  /** `redisUrl` (`redis://…`) is the server behind the REST address. */
  redis: { url: string; token: string; redisUrl: string };
};

declare module "vitest" {
  interface ProvidedContext {
    /** In a test: `inject("engines")`. */
    engines: EngineAddresses;
  }
}

const say = (line: string) => console.log(line);

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const started: Engine[] = [];
  const stop = async () => {
    await Promise.all(started.map((engine) => engine.stop()));
  };
  const begin = async <E extends Engine>(starting: Promise<E>): Promise<E> => {
    const engine = await starting;
    started.push(engine);
    return engine;
  };
  // One after the other until none is left starting: a failure must leave nothing behind.
  const all = [
    begin(DynamoDb.start({ say })),
    begin(Redis.start({ say })),
    begin(Sqs.start()),
    begin(Ses.start()),
  ] as const;
  await Promise.allSettled(all);
  try {
    const [dynamodb, redis, sqs, ses] = await Promise.all(all);
    project.provide("engines", {
      dynamodb: { url: dynamodb.url },
      sqs: { url: sqs.url },
      ses: { url: ses.url },
      redis: { url: redis.url, token: redis.token, redisUrl: redis.redisUrl },
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
};
