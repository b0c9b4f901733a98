/** Runs a script on Redis by its digest. The text is sent only if Redis does not have it yet. */
import { createHash } from "node:crypto";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { keyLocking, redis } from "#core/lib/redis.ts";
import { QueueUnavailable } from "./schema.ts";

export type Script = { name: string; text: string; sha: string };

export const script = (name: string, body: string): Script => {
  const text = keyLocking + body;
  return { name, text, sha: createHash("sha1").update(text).digest("hex") };
};

/** Seconds after which a client may try again. */
const retryAfterSeconds = "3";

export const unavailable = () => QueueUnavailable(undefined, { headers: { "retry-after": retryAfterSeconds } });

/** 503 `queue.unavailable` if Redis cannot be reached or does not answer in time. */
export const run = async <T>({ name, text, sha }: Script, keys: string[], args: (string | number)[]): Promise<T> => {
  const words = args.map(String);
  try {
    return await redis()
      .evalsha<string[], T>(sha, keys, words)
      .catch((error: Error) => {
        if (!error.message.includes("NOSCRIPT")) throw error;
        return redis().eval<string[], T>(text, keys, words);
      });
  } catch (error) {
    logger.error("redis", { operation: name, outcome: "unavailable", error: error as Error });
    count("QueueUnavailable");
    throw unavailable();
  }
};
