/** Upstash's client without HTTP: what it would send goes to a Redis over a connection of this process, byte for byte. */
import { Redis } from "ioredis";
import { link } from "#core/lib/config.ts";
import { protocol } from "#local/engines/redis-protocol.ts";

export type Direct = {
  /** Commands, one a request, and the bytes of their bodies both ways. */
  counts(): { calls: number; bytes: number };
  stop(): void;
};

/** Takes over every request of this process to the linked Redis. `redisUrl` is the server behind it. */
export const direct = (redisUrl: string): Direct => {
  const redis = new Redis(redisUrl);
  const { answer, commands } = protocol(redis);
  const plain = globalThis.fetch;
  let bytes = 0;

  globalThis.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    const base = link("Redis").url;
    if (!url.startsWith(base)) return plain(input, init);
    const body = String(init?.body ?? "");
    const headers = new Headers(init?.headers);
    const path = url.slice(base.length) || "/";
    const [status, text] = await answer(path, body, headers.get("upstash-encoding") === "base64");
    bytes += body.length + text.length;
    return new Response(text, { status, headers: { "content-type": "application/json" } });
  };

  return {
    counts: () => ({ calls: commands(), bytes }),
    stop: () => {
      globalThis.fetch = plain;
      redis.disconnect();
    },
  };
};
