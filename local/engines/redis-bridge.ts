/**
 * Upstash's REST protocol in front of a Redis: POST `/` runs one command, `/pipeline` several, `/multi-exec` several in a
 * transaction. https://upstash.com/docs/redis/features/restapi
 */
import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { Redis } from "ioredis";

type Reply = { result: unknown } | { error: string };
type Command = [string, ...unknown[]];

export type Bridge = {
  url: string;
  /** Commands executed so far, those in pipelines one by one: what Upstash would bill, but for the commands inside scripts. */
  commands(): number;
  /** HTTP requests answered so far. */
  requests(): number;
  stop(): Promise<void>;
};

/** Serves the Redis at `redisUrl` on a port of 127.0.0.1 (0: any free one) to who has the token. */
export const startBridge = async (options: { redisUrl: string; token: string; port?: number }): Promise<Bridge> => {
  const redis = new Redis(options.redisUrl, { maxRetriesPerRequest: 1 });
  redis.on("error", () => {}); // each command's own failure is its answer
  const expected = Buffer.from(`Bearer ${options.token}`);
  let commands = 0;
  let requests = 0;

  const call = async (command: Command): Promise<Reply> => {
    commands++;
    const [name, ...args] = words(command);
    // Upper case, or ioredis turns the replies of HGETALL into objects.
    return redis.callBuffer(name.toUpperCase(), ...args).then((result) => ({ result }), failure);
  };

  const transaction = async (batch: Command[]): Promise<Reply[] | Reply> => {
    commands += batch.length;
    const multi = redis.multi();
    for (const command of batch) {
      const [name, ...args] = words(command);
      multi.callBuffer(name.toUpperCase(), ...args);
    }
    const replies = await multi.exec().catch(failure);
    if (!Array.isArray(replies)) return replies ?? { error: "EXECABORT Transaction discarded" };
    return replies.map(([error, result]) => (error ? failure(error) : { result }));
  };

  const answer = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    requests++;
    const token = Buffer.from(request.headers.authorization ?? "");
    if (token.length !== expected.length || !timingSafeEqual(token, expected)) return [401, { error: "Unauthorized" }];
    if (request.method !== "POST") return [405, { error: "ERR only POST is served" }];
    const body = parse(await read(request));
    const path = request.url ?? "/";
    if (path === "/") {
      if (!isCommand(body)) return [400, { error: "ERR failed to parse command" }];
      const reply = await call(body);
      return ["error" in reply ? 400 : 200, reply];
    }
    if (path !== "/pipeline" && path !== "/multi-exec") return [404, { error: "ERR unknown path" }];
    if (!Array.isArray(body) || !body.every(isCommand)) return [400, { error: "ERR failed to parse pipeline request" }];
    if (path === "/pipeline") return [200, await Promise.all(body.map(call))];
    const replies = await transaction(body);
    return [Array.isArray(replies) ? 200 : 400, replies];
  };

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answer(request).then(
      ([status, body]) => {
        const base64 = request.headers["upstash-encoding"] === "base64";
        const text = JSON.stringify(Array.isArray(body) ? body.map((r) => encode(r, base64)) : encode(body, base64));
        response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
        response.end(text);
      },
      () => response.destroy(),
    );
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    commands: () => commands,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      redis.disconnect();
    },
  };
};

const failure = (error: Error): { error: string } => ({ error: error.message });

const isCommand = (value: unknown): value is Command =>
  Array.isArray(value) && typeof value[0] === "string" && value[0] !== "";

/** Arguments as Redis takes them: what is not a string or a number travels as JSON, as at Upstash. */
const words = ([name, ...args]: Command): [string, ...(string | number)[]] => [
  name,
  ...args.map((arg) => (typeof arg === "string" || typeof arg === "number" ? arg : JSON.stringify(arg))),
];

/** Strings in base64 when asked, however deep; numbers, null and OK as they are. */
const encode = (value: unknown, base64: boolean): unknown => {
  if (Buffer.isBuffer(value)) {
    const text = value.toString("utf8");
    return base64 && text !== "OK" ? value.toString("base64") : text;
  }
  if (Array.isArray(value)) return value.map((entry) => encode(entry, base64));
  if (value instanceof Error) return failure(value);
  if (value && typeof value === "object" && "result" in value) return { result: encode(value.result, base64) };
  return value;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};
