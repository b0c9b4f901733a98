/** redis-server or valkey-server, with Upstash's REST protocol in front of it. */
import { mkdir } from "node:fs/promises";
import { Redis } from "ioredis";
import { type Engine, freePort, run, untilReady } from "./engine.ts";
import { find, output } from "./find.ts";
import { startBridge } from "./redis-bridge.ts";

export type RedisEngine = Engine & {
  /** Bearer token of the REST address `url`. */
  token: string;
  /** `redis://…` of the server itself. */
  redisUrl: string;
  /** Commands and HTTP requests served so far. */
  commands(): number;
  requests(): number;
};

export type RedisOptions = {
  /** The folder of the append-only file. Default: in memory. */
  dataDir?: string;
  /** Port of the REST bridge. Default: any free one. */
  port?: number;
  token?: string;
  say?: (line: string) => void;
};

/** Starts a server, or uses the one of `ONSALE_REDIS_URL` (`redis://…`), and starts the bridge in front of it. */
export const start = async (options: RedisOptions = {}): Promise<RedisEngine> => {
  const server = await startServer(options);
  const token = options.token ?? "local";
  try {
    const bridge = await startBridge({ redisUrl: server.url, token, ...(options.port && { port: options.port }) });
    return {
      name: server.name,
      version: server.version,
      url: bridge.url,
      token,
      redisUrl: server.url,
      commands: bridge.commands,
      requests: bridge.requests,
      ...(server.ended && { ended: server.ended }),
      stop: async () => {
        await bridge.stop();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
};

const startServer = async (options: RedisOptions): Promise<Engine> => {
  const given = process.env.ONSALE_REDIS_URL;
  if (given) return { name: "Redis", version: "as given", url: given, stop: async () => {} };
  const binaries = ["redis-server", "valkey-server"];
  const found = find(
    { title: "Redis", binaries, pkg: "redis-server", service: "redis-server", brew: "redis" },
    options.say ?? (() => {}),
  );
  const port = await freePort();
  if (options.dataDir) await mkdir(options.dataDir, { recursive: true });
  const engine =
    found.kind === "binary"
      ? run(found.command, ["--port", String(port), "--bind", "127.0.0.1", ...storage(options.dataDir)])
      : run("docker", dockerArguments(port, options.dataDir));
  const url = `redis://127.0.0.1:${port}`;
  await untilReady("Redis", engine, () => answers(url));
  const name = found.kind === "binary" && found.command.includes("valkey") ? "Valkey" : "Redis";
  const version =
    found.kind === "binary" ? (/v=([\d.]+)/.exec(output(found.command, ["--version"]) ?? "")?.[1] ?? "") : "7 (Docker)";
  return { name, version, url, ended: engine.ended, stop: engine.stop };
};

/** The options for storage: an append-only file, synced each second, so that a restart loses at most one second; or no file. */
const storage = (dataDir?: string) => [
  ...["--save", "", "--daemonize", "no", "--appendonly", dataDir ? "yes" : "no"],
  ...(dataDir ? ["--dir", dataDir] : []),
];

const dockerArguments = (port: number, dataDir?: string) => [
  ...["run", "--rm", "--init", "-p", `127.0.0.1:${port}:6379`, ...(dataDir ? ["-v", `${dataDir}:/data`] : [])],
  ...["redis:7-alpine", "redis-server", ...storage(dataDir && "/data")],
];

const answers = async (url: string): Promise<boolean> => {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on("error", () => {}); // not yet
  try {
    await redis.connect();
    return (await redis.ping()) === "PONG"; // LOADING is an error: not ready
  } finally {
    redis.disconnect();
  }
};
