/** Starts engines, resources, the payment sandbox and the handlers' process in this order, and stops them in reverse order. */
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expectLayout, readable, unreadable, wipe } from "./data-folder.ts";
import { startChild } from "./engines/children.ts";
import * as DynamoDb from "./engines/dynamodb.ts";
import { type EngineError, freePort, refuseTaken } from "./engines/engine.ts";
import * as Redis from "./engines/redis.ts";
import * as Ses from "./engines/ses.ts";
import * as Sqs from "./engines/sqs.ts";
import { type Payments, type Row, startGateway } from "./gateways/children.ts";
import { lock } from "./lock.ts";
import { buildPages } from "./pages-build.ts";
import { ended, settled, stepper } from "./parts.ts";
import { createResources } from "./resources.ts";
import { writeRunning } from "./running.ts";
import { keptSecrets } from "./secrets.ts";

export type UpOptions = {
  /** 0: any free one. */
  port: number;
  dataDir: string;
  /** Delete the folder's data first. */
  fresh?: boolean;
  /** The provider of new payments by card. Default: `sandbox`. */
  payments?: Payments;
  /** How long each call to a payment gateway takes, ms. */
  gatewayMs?: number;
  say: (line: string) => void;
  /** Stops the start or the run. */
  signal: AbortSignal;
};

export type Running = {
  table: string;
  /** Resolves when the signal comes. Rejects if a part ends by itself. */
  ended: Promise<EngineError | undefined>;
  stop(): Promise<void>;
};

export const up = async (options: UpOptions): Promise<Running> => {
  const stack: (() => unknown)[] = [];
  const stop = async () => {
    for (let undo = stack.pop(); undo; undo = stack.pop()) await undo();
  };
  try {
    return await start(options, stack, stop);
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (options: UpOptions, stack: (() => unknown)[], stop: () => Promise<void>): Promise<Running> => {
  const { say, signal } = options;
  const dataDir = resolve(options.dataDir);
  const began = Date.now();
  const step = stepper(say, signal);
  const keep = async <T extends { stop(): Promise<void> }>(title: string, starting: Promise<T>): Promise<T> => {
    // Pushed before anything else can fail: a part that is still starting is stopped as soon as it has started.
    stack.push(() => starting.then((started) => started.stop()).catch(() => {}));
    return step(title, starting);
  };

  const port = options.port || (await freePort());
  await refuseTaken(port);
  stack.push(lock(dataDir));
  if (options.fresh) wipe(dataDir);
  const at = (name: string) => join(dataDir, name);
  mkdirSync(at("streams"), { recursive: true });

  const used = existsSync(at("secrets.json"));
  const secrets = await keptSecrets(dataDir).catch(() => {
    throw unreadable(dataDir, "secrets.json");
  });
  expectLayout(dataDir, used);
  const [dynamodb, redis, sqs, ses] = await settled([
    keep("DynamoDB Local", DynamoDb.start({ dataDir: at("dynamodb"), say })),
    keep("Redis", readable(dataDir, "Redis", Redis.start({ dataDir: at("redis"), say }))),
    keep("fauxqs", readable(dataDir, "SQS", Sqs.start({ dataDir: at("sqs") }))),
    keep("aws-ses-v2-local", Ses.start({ dataDir: at("mail") })),
  ]);

  // the server listens on 127.0.0.1 alone, but a passkey is bound to a name, and an address of digits is none
  const publicUrl = `http://localhost:${port}`;
  const log = { file: at("onsale.log"), fd: openSync(at("onsale.log"), "a") };
  stack.push(() => closeSync(log.fd));
  const { payments = "sandbox", gatewayMs: answerMs = 0 } = options;
  const gateways = [];
  // the sandbox always runs, because payments that began there finish there
  for (const name of new Set(["sandbox", payments] as const))
    gateways.push(
      await keep(
        `the emulator of ${name}`,
        startGateway(name, { dataDir: at("payments"), secrets, publicUrl, answerMs }),
      ),
    );

  const resources = await step(
    "tables and queues",
    readable(
      dataDir,
      "DynamoDB",
      createResources({
        prefix: "onsale-local",
        dynamodb,
        redis,
        sqs,
        ses,
        ...Object.assign({}, ...gateways.map(({ links }) => links)),
        secrets,
        publicUrl,
      }),
    ),
  );
  await step("the pages", buildPages(say, signal, log));
  const api = await keep(
    "the API and the seed",
    startChild({
      name: "The API",
      module: local("runtime.ts"),
      args: [String(port), dataDir],
      env: resources.env,
      log,
      say,
    }),
  );

  const running = writeRunning(dataDir, {
    pid: process.pid,
    api: publicUrl,
    inbox: ses.url,
    payments: gateways[0]?.url ?? "",
    env: resources.env,
  });
  stack.push(() => rmSync(running, { force: true }));

  const rows: Row[] = [
    ["API and pages", "", publicUrl],
    ["Dashboard", "", `${publicUrl}/local/dashboard`],
    ["Mail inbox", `${ses.name} ${ses.version}`, ses.url],
    ...gateways.flatMap(({ rows }) => rows),
    ["DynamoDB", `${dynamodb.name} ${dynamodb.version}`, dynamodb.url],
    ["Redis", `${redis.name} ${redis.version}`, redis.redisUrl],
    ["Upstash REST", "bridge", redis.url],
    ["SQS", `${sqs.name} ${sqs.version}`, sqs.url],
    ["Organiser", "admin@onsale.test", "onsale-admin"],
    ["Buyer", "buyer@onsale.test", "onsale-buyer"],
    ["Data and log", "", dataDir],
  ];
  return {
    table: `${table(rows)}\n\nReady after ${((Date.now() - began) / 1000).toFixed(1)} s. Ctrl-C stops everything.\n`,
    ended: ended(
      signal,
      {
        "The API": api,
        ...Object.fromEntries(gateways.map((gateway) => [`The payment gateway at ${gateway.url}`, gateway])),
      },
      { DynamoDB: dynamodb, Redis: redis },
      dataDir,
    ),
    stop,
  };
};

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const table = (rows: Row[]): string => {
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const [first, second] = [width(0), width(1)];
  return `\n${rows.map((row) => `  ${row[0].padEnd(first)}   ${row[1].padEnd(second)}   ${row[2]}`).join("\n")}`;
};
