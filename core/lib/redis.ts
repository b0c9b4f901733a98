/** The Redis client (Upstash's REST protocol), made once per environment. It retries, so every script must be idempotent. */
import { Redis } from "@upstash/redis";
import { link } from "./config.ts";

let client: { url: string; redis: Redis } | undefined;

/** Replies come as Redis sent them: automatic deserialisation would turn an id of digits into a number. */
export const redis = (): Redis => {
  const { url, token } = link("Redis");
  if (client?.url !== url) {
    client = {
      url,
      redis: new Redis({
        url,
        token,
        automaticDeserialization: false,
        // one visitor, one command at a time: gathering commands and wrapping replies in base64 is a third of a call's CPU
        enableAutoPipelining: false,
        responseEncoding: false,
        enableTelemetry: false,
        retry: { retries: 2, backoff: (attempt) => 50 * 2 ** attempt },
        signal: () => AbortSignal.timeout(2_000),
      }),
    };
  }
  return client.redis;
};
