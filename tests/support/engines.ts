/** Starts every engine in memory on free ports: once for a whole test run, whose files use different prefixes, or for a command. */
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { startChild } from "#local/engines/children.ts";
import * as DynamoDb from "#local/engines/dynamodb.ts";
import type { Engine } from "#local/engines/engine.ts";
import * as Redis from "#local/engines/redis.ts";
import * as Ses from "#local/engines/ses.ts";
import * as Sqs from "#local/engines/sqs.ts";

/** The arguments of `createResources`, without the prefix. */
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

type Options = {
  say: (line: string) => void;
  /** For long runs with much data: DynamoDB's tables in files in memory, the mailbox in a separate process. */
  long?: boolean;
};

/** Stops them one after another, also those that still start. */
export const startEngines = async ({ say, long = false }: Options) => {
  const all = [
    long ? dynamoDbInFiles({ say }) : DynamoDb.start({ say, perKey: true }),
    Redis.start({ say }),
    Sqs.start(),
    long ? mailbox() : Ses.start(),
  ] as const;
  const begun = await Promise.allSettled(all);
  const stop = async () => {
    await Promise.all(begun.map((one) => one.status === "fulfilled" && (one.value as Engine).stop()));
  };
  try {
    const [dynamodb, redis, sqs, ses] = await Promise.all(all);
    const { url, token, redisUrl } = redis;
    const addresses: EngineAddresses = {
      ...{ dynamodb: { url: dynamodb.url }, sqs: { url: sqs.url }, ses: { url: ses.url } },
      redis: { url, token, redisUrl },
    };
    return { addresses, redis: `${redis.name} ${redis.version}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const { addresses, stop } = await startEngines({ say: (line) => console.log(line) });
  project.provide("engines", addresses);
  return stop;
};

/** The addresses as environment variables of another process. */
export const environment = ({ dynamodb, redis, sqs, ses }: EngineAddresses): Record<string, string> => ({
  ONSALE_DYNAMODB_URL: dynamodb.url,
  ONSALE_REDIS_URL: redis.redisUrl,
  ONSALE_SQS_URL: sqs.url,
  ONSALE_SES_URL: ses.url,
});

const SHARED_MEMORY = "/dev/shm";
/** The bytes that the longest runs need. */
const NEEDED_BYTES = 4e9;

const freeBytes = async (): Promise<number> => {
  try {
    const { bavail, bsize } = await statfs(SHARED_MEMORY);
    return bavail * bsize;
  } catch {
    return 0; // not every system has this folder
  }
};

/**
 * In files in memory, if there is space. In DynamoDB Local's own in-memory mode a refused transaction takes longer the more items there
 * are: 3 ms at 25,000, 11 ms at 200,000; in files 3 ms (1.25.1, refused by the third condition).
 */
const dynamoDbInFiles = async (options: Pick<DynamoDb.DynamoDbOptions, "say">): Promise<Engine> => {
  if ((await freeBytes()) < NEEDED_BYTES) return DynamoDb.start(options);
  const dataDir = await mkdtemp(join(SHARED_MEMORY, "onsale-"));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const engine = await DynamoDb.start({ ...options, dataDir });
    return { ...engine, stop: () => engine.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
};

const mailbox = async (): Promise<Engine> => {
  const module = fileURLToPath(new URL("mailbox.ts", import.meta.url));
  const { ready, stop } = await startChild({ name: "The mailbox", module });
  return { name: "SES", version: "in its process", url: String(ready.url), stop };
};
