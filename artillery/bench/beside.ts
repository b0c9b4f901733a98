/**
 * `npm run bench:beside`: compares the queue's join and poll with a usual queue, Express and a Redis sorted set
 * (artillery/bench/express.ts), in one run on one machine, each server alone in a process. 64 connections send as fast as they can:
 * the run compares how many requests a process can serve, so its latencies mean nothing.
 */
import "./quiet.ts";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { now } from "../../core/lib/clock.ts";
import { link } from "../../core/lib/config.ts";
import * as Ids from "../../core/lib/ids.ts";
import { sign } from "../../core/lib/tokens.ts";
import { type Child, startChild } from "../../local/engines/children.ts";
import * as DynamoDb from "../../local/engines/dynamodb.ts";
import * as Ses from "../../local/engines/ses.ts";
import * as Sqs from "../../local/engines/sqs.ts";
import { stage as makeStage } from "../../tests/support/stage.ts";
import { folder, install } from "../runner/artillery.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "6" }, rounds: { type: "string", default: "3" } },
});
const SECONDS = Number(values.seconds);
const ROUNDS = Number(values.rounds);
const CONNECTIONS = 64;
/** More accounts than all rounds join, so that no account joins twice. */
const USERS = 120_000;

type Request = { method: string; path: string; headers?: Record<string, string>; body?: string };
type Outcome = { requests: { total: number }; duration: number; non2xx: number; errors: number };
type Cannon = (options: {
  url: string;
  connections: number;
  duration: number;
  requests: { setupRequest: (request: object) => object }[];
}) => Promise<Outcome>;

const module = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Microseconds of CPU that a process has used. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
};

type Contender = { name: string; url: string; pid: number; join: (n: number) => Request; poll: (n: number) => Request };
type Score = { total: number; seconds: number; cpu: number; failed: number };

const shoot = async (cannon: Cannon, { url, pid }: Contender, next: () => Request): Promise<Score> => {
  const before = cpuOf(pid);
  const { requests, duration, non2xx, errors } = await cannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [{ setupRequest: (request) => ({ ...request, ...next() }) }],
  });
  return { total: requests.total, seconds: duration, cpu: cpuOf(pid) - before, failed: non2xx + errors };
};

const contest = async (cannon: Cannon, contenders: Contender[], kind: "join" | "poll") => {
  const scores = new Map(contenders.map(({ name }) => [name, { total: 0, seconds: 0, cpu: 0, failed: 0 }]));
  const counts = new Map(contenders.map(({ name }) => [name, 0]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const contender of contenders) {
      const next = () => {
        const n = counts.get(contender.name) ?? 0;
        counts.set(contender.name, n + 1);
        return contender[kind](n);
      };
      const score = await shoot(cannon, contender, next);
      if (round === 0) continue; // warms up
      const sum = scores.get(contender.name) as Score;
      for (const field of ["total", "seconds", "cpu", "failed"] as const) sum[field] += score[field];
    }
  }
  const ours = scores.get(contenders[0]?.name ?? "") as Score;
  const rate = ({ total, seconds }: Score) => total / seconds;
  return [...scores].map(([name, score]) => ({
    server: name,
    [`${kind}s a second`]: Math.round(rate(score)),
    "CPU µs each": Math.round(score.cpu / Math.max(1, score.total)),
    failed: score.failed,
    "ours ÷ this": Number((rate(ours) / rate(score)).toFixed(2)),
  }));
};

const users = () => {
  const at = now();
  return Array.from({ length: USERS }, () => {
    const userId = Ids.make("usr", at);
    return { userId, token: sign("access", { sub: userId, sid: "ses_bench" }, at + 3_600_000) };
  });
};

type People = ReturnType<typeof users>;

const ours = (child: Child, eventId: string, people: People): Contender => {
  const path = `/v1/events/${eventId}/queue`;
  const user = (n: number) => people[n % USERS] as People[number];
  return {
    name: "Onsale, Redis by REST",
    url: String(child.ready.url),
    pid: child.pid,
    join: (n) => ({
      method: "POST",
      path: `${path}/places`,
      headers: { authorization: `Bearer ${user(n).token}`, "content-type": "application/json" },
      body: "{}",
    }),
    poll: () => ({ method: "GET", path }),
  };
};

const usual = (name: string, child: Child, event: string, people: People): Contender => {
  const user = (n: number) => people[n % USERS] as People[number];
  return {
    name,
    url: String(child.ready.url),
    pid: child.pid,
    join: (n) => ({
      method: "POST",
      path: `/queue/${event}`,
      headers: { authorization: `Bearer ${user(n).token}`, "content-type": "application/json" },
      body: "{}",
    }),
    poll: (n) => ({ method: "GET", path: `/queue/${event}/${user(n % 10_000).userId}` }),
  };
};

const main = async () => {
  const say = (line: string) => console.error(line);
  await install(say);
  const cannon = createRequire(join(folder, "package.json"))("autocannon") as Cannon;
  const stopping: { stop(): Promise<void> }[] = [];
  const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    stopping.unshift(started);
    return started;
  };
  try {
    const [dynamodb, bridge, sqs, ses] = await Promise.all([
      keep(DynamoDb.start({ say })),
      keep(startChild({ name: "The bridge", module: module("bridge.ts") })),
      keep(Sqs.start()),
      keep(Ses.start()),
    ]);
    const redis = bridge.ready as { url: string; token: string; redisUrl: string };
    const stage = await makeStage({ dynamodb, redis, sqs, ses });
    const { eventId } = await stage.event({ queue: { admitPerSecond: 10, maxActive: 1_000 } });
    const express = (REDIS: string) =>
      keep(
        startChild({
          name: "Express",
          module: join(folder, "bench/express.ts"),
          env: {
            ...{ REDIS, REDIS_URL: redis.redisUrl, REST_URL: redis.url, REST_TOKEN: redis.token },
            ACCESS_KEY: link("AccessKey").value,
          },
        }),
      );
    const people = users();
    const contenders = [
      ours(await keep(startChild({ name: "The API", module: module("ours.ts"), env: stage.env })), eventId, people),
      usual("Express, Redis by REST", await express("rest"), "rest", people),
      usual("Express, Redis natively", await express("native"), "native", people),
    ];
    console.log(
      `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
    );
    console.log(`${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s each in turn\n`);
    console.table(await contest(cannon, contenders, "join"));
    console.table(await contest(cannon, contenders, "poll"));
  } finally {
    for (const part of stopping) await part.stop();
  }
};

await main();
process.exit(0);
