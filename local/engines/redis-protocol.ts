/**
 * Upstash's REST protocol over a connection to a Redis: POST `/` runs one command, `/pipeline` several, `/multi-exec` several in a
 * transaction. https://upstash.com/docs/redis/features/restapi
 */
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

type Reply = { result: unknown } | { error: string };
type Command = [string, ...unknown[]];

export type Protocol = {
  /** Status and JSON body of the answer to a POST, with strings in base64 if the request asked for it. */
  answer(path: string, body: string, base64: boolean): Promise<[status: number, body: string]>;
  /** Commands executed so far, each command of a pipeline counted: what Upstash would bill, without the commands inside scripts. */
  commands(): number;
};

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

/** A script as Redis accepts it: `#!lua flags=allow-key-locking` is Upstash's own flag, and Redis refuses unknown flags. */
const plain = (text: string): string => text.replace(/^#!lua flags=allow-key-locking\n/, "");

export const protocol = (redis: Redis): Protocol => {
  let commands = 0;
  /** From the digest of a script as it was sent to its digest in Redis. */
  const digests = new Map<string, string>();

  /** Upper case, or ioredis turns the replies of HGETALL into objects. */
  const taken = (command: Command): [string, ...(string | number)[]] => {
    const [name, first, ...rest] = words(command);
    const upper = name.toUpperCase();
    if (first === undefined) return [upper];
    if (upper === "EVALSHA") return [upper, digests.get(String(first)) ?? first, ...rest];
    if (upper !== "EVAL") return [upper, first, ...rest];
    const text = plain(String(first));
    digests.set(sha1(String(first)), sha1(text));
    return [upper, text, ...rest];
  };

  const call = async (command: Command): Promise<Reply> => {
    commands++;
    const [name, ...args] = taken(command);
    return redis.callBuffer(name, ...args).then((result) => ({ result }), failure);
  };

  const transaction = async (batch: Command[]): Promise<Reply[] | Reply> => {
    commands += batch.length;
    const multi = redis.multi();
    for (const command of batch) {
      const [name, ...args] = taken(command);
      multi.callBuffer(name, ...args);
    }
    const replies = await multi.exec().catch(failure);
    if (!Array.isArray(replies)) return replies ?? { error: "EXECABORT Transaction discarded" };
    return replies.map(([error, result]) => (error ? failure(error) : { result }));
  };

  const run = async (path: string, body: unknown): Promise<[number, Reply | Reply[]]> => {
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

  return {
    answer: async (path, body, base64) => {
      const [status, reply] = await run(path, parse(body));
      return [
        status,
        JSON.stringify(Array.isArray(reply) ? reply.map((r) => encode(r, base64)) : encode(reply, base64)),
      ];
    },
    commands: () => commands,
  };
};

const failure = (error: Error): { error: string } => ({ error: error.message });

const isCommand = (value: unknown): value is Command =>
  Array.isArray(value) && typeof value[0] === "string" && value[0] !== "";

/** Arguments as Redis accepts them. A value that is not a string or a number becomes JSON, as Upstash does it. */
const words = ([name, ...args]: Command): [string, ...(string | number)[]] => [
  name,
  ...args.map((arg) => (typeof arg === "string" || typeof arg === "number" ? arg : JSON.stringify(arg))),
];

/** Encodes strings in base64 at any depth if asked to. Numbers, null and OK stay as they are. */
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
