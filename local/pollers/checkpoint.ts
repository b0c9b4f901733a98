/** How far a consumer has read each shard of its stream, stored over restarts. After a crash a record can be repeated, never skipped. */
import { mkdirSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { oneAtATime, report } from "./poller.ts";

export type Checkpoint = {
  get(shardId: string): string | undefined;
  set(shardId: string, sequenceNumber: string): void;
  /** Resolves when everything is on disk. */
  flush(): Promise<void>;
};

/** `file` undefined: in memory only. A file of another stream is ignored: the table was made again. */
export const openCheckpoint = (file: string | undefined, streamArn: string): Checkpoint => {
  const shards = new Map<string, string>(Object.entries(file ? stored(file, streamArn) : {}));
  const alone = oneAtATime();
  let dirty = false;
  let timer: NodeJS.Timeout | undefined;

  const write = async () => {
    if (!file || !dirty) return;
    dirty = false;
    await writeFile(`${file}.new`, JSON.stringify({ streamArn, shards: Object.fromEntries(shards) }));
    await rename(`${file}.new`, file); // atomic
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    return alone(write);
  };

  return {
    get: (shardId) => shards.get(shardId),
    set: (shardId, sequenceNumber) => {
      shards.set(shardId, sequenceNumber);
      dirty = true;
      timer ??= setTimeout(() => flush().catch((error) => report("checkpoint", { file, error: String(error) })), 200);
    },
    flush,
  };
};

const stored = (file: string, streamArn: string): Record<string, string> => {
  mkdirSync(dirname(file), { recursive: true });
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { streamArn: string; shards: Record<string, string> };
    return kept.streamArn === streamArn ? kept.shards : {};
  } catch {
    return {}; // missing or incomplete: reading from the start repeats records, and consumers are idempotent
  }
};
