/** Upstash's REST API in front of a Redis server: its protocol with a Bearer token, on a port of 127.0.0.1. */
import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { Redis } from "ioredis";
import { protocol } from "./redis-protocol.ts";

export type Bridge = {
  url: string;
  /** Commands executed so far, each command of a pipeline counted: what Upstash would bill, without the commands inside scripts. */
  commands(): number;
  /** HTTP requests answered so far. */
  requests(): number;
  stop(): Promise<void>;
};

/** Serves the Redis at `redisUrl` on a port of 127.0.0.1 (0: any free one) to clients with the token. */
export const startBridge = async (options: { redisUrl: string; token: string; port?: number }): Promise<Bridge> => {
  const redis = new Redis(options.redisUrl, { maxRetriesPerRequest: 1 });
  redis.on("error", () => {}); // each failed command answers with its own error
  const { answer, commands } = protocol(redis);
  const expected = Buffer.from(`Bearer ${options.token}`);
  let requests = 0;

  const respond = async (request: IncomingMessage): Promise<[status: number, body: string]> => {
    requests++;
    const token = Buffer.from(request.headers.authorization ?? "");
    if (token.length !== expected.length || !timingSafeEqual(token, expected)) return [401, '{"error":"Unauthorized"}'];
    if (request.method !== "POST") return [405, '{"error":"ERR only POST is served"}'];
    return answer(request.url ?? "/", await read(request), request.headers["upstash-encoding"] === "base64");
  };

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    respond(request).then(
      ([status, body]) => {
        response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
        response.end(body);
      },
      () => response.destroy(),
    );
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    commands,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      redis.disconnect();
    },
  };
};

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};
