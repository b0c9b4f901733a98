/** Upstash's client without HTTP: its requests go to a Redis over a connection of this process, byte for byte. */
import type { Requester, UpstashRequest, UpstashResponse } from "@upstash/redis";
import { Redis } from "ioredis";
import { redis as client } from "../../core/lib/redis.ts";
import { protocol } from "../../local/engines/redis-protocol.ts";

export type Direct = {
  /** The number of commands, one per request, and the bytes of their bodies in both directions. */
  counts(): { calls: number; bytes: number };
  stop(): void;
};

/** Intercepts every request of this process to the linked Redis. `redisUrl` is the server behind it. */
export const direct = (redisUrl: string): Direct => {
  const redis = new Redis(redisUrl);
  const { answer, commands } = protocol(redis);
  const ours = client() as unknown as { client: Requester };
  const http = ours.client;
  let bytes = 0;

  ours.client = {
    request: async <T>({ body, path = [] }: UpstashRequest) => {
      const sent = JSON.stringify(body);
      const [, text] = await answer(`/${path.join("/")}`, sent, false);
      bytes += sent.length + text.length;
      return JSON.parse(text) as UpstashResponse<T>;
    },
  };

  return {
    counts: () => ({ calls: commands(), bytes }),
    stop: () => {
      ours.client = http;
      redis.disconnect();
    },
  };
};
