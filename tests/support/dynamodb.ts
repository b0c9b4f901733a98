import { mkdtemp, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import * as DynamoDb from "#local/engines/dynamodb.ts";
import type { Engine } from "#local/engines/engine.ts";

const SHARED = "/dev/shm";
/** Bytes that the longest runs need. */
const ENOUGH = 4e9;

const free = async (): Promise<number> => {
  try {
    const { bavail, bsize } = await statfs(SHARED);
    return bavail * bsize;
  } catch {
    return 0; // not every system has one
  }
};

/**
 * DynamoDB Local for runs that keep much: in files in memory, if there is room for them. In its own in-memory mode a refused transaction
 * takes the longer the more there is: 3 ms at 25,000 items, 11 ms at 200,000; in files 3 ms (1.25.1, refused by the third condition).
 */
export const start = async (options: Pick<DynamoDb.DynamoDbOptions, "say">): Promise<Engine> => {
  if ((await free()) < ENOUGH) return DynamoDb.start(options);
  const dataDir = await mkdtemp(join(SHARED, "onsale-"));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const engine = await DynamoDb.start({ ...options, dataDir });
    return { ...engine, stop: () => engine.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
};
