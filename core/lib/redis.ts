/**
 * The Redis client (Upstash's), made once per environment. It uses Node's own HTTP, because a command with `fetch` takes three times the
 * CPU. https://upstash.com/docs/redis/sdks/ts/advanced, https://upstash.com/docs/redis/features/restapi
 */
import type { IncomingMessage, RequestOptions } from "node:http";
import { Redis, type Requester, type UpstashRequest, type UpstashResponse } from "@upstash/redis";
import { sleep } from "./clock.ts";
import { link } from "./config.ts";

/** ms for a command, including its retries. */
const redisTimeoutMs = 2_000;

/** ms before each retry of a failed command. The first try may have taken effect, so every script must be idempotent. */
const pausesMs = [50, 100];

/** ms after which an idle connection is closed. Lambda freezes idle environments, and the other end may have closed the connection meanwhile. */
const idleMs = 4_000;

/**
 * The first line of every script. Without it a script locks the whole database at Upstash. With it the script locks the keys in KEYS and
 * may use no others. https://upstash.com/docs/redis/overall/luascripting
 */
export const keyLocking = "#!lua flags=allow-key-locking\n";

class OverNode extends Redis {
  constructor(url: string, token: string) {
    // replies are left as Redis sent them: automatic deserialisation would turn an id of digits into a number
    super({ url, token, automaticDeserialization: false, enableAutoPipelining: false, enableTelemetry: false });
    this.client = requester(url, token);
  }
}

let client: { url: string; redis: Redis } | undefined;

export const redis = (): Redis => {
  const { url, token } = link("Redis");
  if (client?.url !== url) client = { url, redis: new OverNode(url, token) };
  return client.redis;
};

const requester = (address: string, token: string): Requester => {
  const url = new URL(address);
  const http = connect(url);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    request: async <T>({ body, path = [] }: UpstashRequest) => {
      const text = JSON.stringify(body);
      const { request, agent } = await http;
      const options = {
        agent,
        hostname: url.hostname,
        port: url.port,
        path: [url.pathname.replace(/\/$/, ""), ...path].join("/") || "/",
        method: "POST",
        headers: { ...headers, "content-length": Buffer.byteLength(text) },
      };
      return (await persist((within) => exchange(request, options, text, within))) as UpstashResponse<T>;
    },
  };
};

/** On AWS the protocol is always https, locally always http. Only the needed module is loaded. */
const connect = async ({ protocol }: URL) => {
  const { request, Agent } = protocol === "https:" ? await import("node:https") : await import("node:http");
  return { request, agent: new Agent({ keepAlive: true, timeout: idleMs }) };
};

const persist = async <T>(attempt: (within: number) => Promise<T>): Promise<T> => {
  const deadline = performance.now() + redisTimeoutMs;
  for (const pause of pausesMs) {
    try {
      return await attempt(deadline - performance.now());
    } catch (error) {
      if (performance.now() + pause > deadline) throw error;
      await sleep(pause);
    }
  }
  return attempt(deadline - performance.now());
};

/** Sends one request and resolves to Redis' reply or its error. Rejects after `within` ms. */
const exchange = (
  request: Awaited<ReturnType<typeof connect>>["request"],
  options: RequestOptions,
  body: string,
  within: number,
): Promise<UpstashResponse<unknown>> =>
  new Promise((resolve, reject) => {
    const call = request(options);
    const timer = setTimeout(
      () => call.destroy(new Error(`Redis did not answer within ${redisTimeoutMs} ms.`)),
      within,
    );
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    call.once("error", fail);
    call.once("response", (response: IncomingMessage) => {
      const parts: string[] = [];
      response.setEncoding("utf8");
      response.on("data", (part: string) => parts.push(part));
      response.once("error", fail);
      response.once("end", () => {
        clearTimeout(timer);
        try {
          resolve(JSON.parse(parts.join("")));
        } catch {
          reject(new Error(`Redis is unreachable: HTTP ${response.statusCode}.`));
        }
      });
    });
    call.end(body);
  });
