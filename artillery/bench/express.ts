/**
 * A usual queue to compare ours with: Express and a Redis sorted set. Joining checks the same access token as ours and sends two ZADD
 * and a ZRANK in one pipeline; a poll is a ZRANK. With `REDIS=native` it uses a connection of its own, otherwise the same REST bridge as
 * ours.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import { Redis as Rest } from "@upstash/redis";
import express from "express";
import { Redis as Native } from "ioredis";
import jws from "jws";

const { REDIS, REDIS_URL = "", REST_URL = "", REST_TOKEN = "", ACCESS_KEY = "" } = process.env;

const native = REDIS === "native" ? new Native(REDIS_URL) : undefined;
const rest = native ? undefined : new Rest({ url: REST_URL, token: REST_TOKEN, enableTelemetry: false });
const subject = (token: string): string | undefined => {
  if (!jws.verify(token, "HS256", ACCESS_KEY)) return undefined;
  const { aud, exp, sub } = JSON.parse(jws.decode(token)?.payload ?? "{}");
  return aud === "access" && Date.now() < exp * 1000 ? sub : undefined;
};

const add = async (event: string, user: string): Promise<number> => {
  const now = Date.now();
  if (native) {
    const replies = await native
      .pipeline()
      .zadd(`waiting:${event}`, "NX", now, user)
      .zadd(`seen:${event}`, now, user)
      .zrank(`waiting:${event}`, user)
      .exec();
    return Number(replies?.[2]?.[1] ?? 0);
  }
  const pipeline = (rest as Rest).pipeline();
  pipeline.zadd(`waiting:${event}`, { nx: true }, { score: now, member: user });
  pipeline.zadd(`seen:${event}`, { score: now, member: user });
  pipeline.zrank(`waiting:${event}`, user);
  const [, , rank] = await pipeline.exec<[number, number, number]>();
  return rank;
};

const rankOf = async (event: string, user: string) =>
  native ? native.zrank(`waiting:${event}`, user) : (rest as Rest).zrank(`waiting:${event}`, user);

const app = express();
app.disable("x-powered-by");
app.use(express.json());

app.post("/queue/:event", async (request, response) => {
  const token = String(request.headers.authorization ?? "").replace(/^Bearer /, "");
  const user = subject(token);
  if (user === undefined) return void response.status(401).json({ message: "unauthorized" });
  response.status(201).json({ position: 1 + (await add(request.params.event, user)) });
});

app.get("/queue/:event/:user", async (request, response) => {
  const rank = await rankOf(request.params.event, request.params.user);
  response.json({ position: rank === null ? null : 1 + rank });
});

const server: Server = app.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }));
process.once("disconnect", () => process.exit(0));
