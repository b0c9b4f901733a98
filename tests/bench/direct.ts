/** Commands to Redis without HTTP: over a connection of this process, with the bytes that HTTP's bodies would have. */
import { Redis } from "ioredis";
import { sendBy } from "#core/lib/redis.ts";
import { protocol } from "#local/engines/redis-protocol.ts";

export type Direct = {
  /** Commands, and the bytes of their bodies both ways. */
  counts(): { calls: number; bytes: number };
  stop(): void;
};

/** Takes over every command of this process. `redisUrl` is the server behind the linked address. */
export const direct = (redisUrl: string): Direct => {
  const redis = new Redis(redisUrl);
  const { answer, commands } = protocol(redis);
  let bytes = 0;
  sendBy(async (body) => {
    const [, text] = await answer("/", body, false);
    bytes += body.length + text.length;
    return text;
  });
  return {
    counts: () => ({ calls: commands(), bytes }),
    stop: () => {
      sendBy(undefined);
      redis.disconnect();
    },
  };
};
