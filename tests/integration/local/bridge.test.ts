/** The bridge implements Upstash's REST protocol, so that the deployed client works here unchanged. */
import { createHash } from "node:crypto";
import { Redis } from "@upstash/redis";
import { Redis as RealRedis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { keyLocking } from "#core/lib/redis.ts";
import { type Bridge, startBridge } from "#local/engines/redis-bridge.ts";

const token = "a token";
const key = (name: string) => `bridge-${process.pid}-${name}`;
let bridge: Bridge;

beforeAll(async () => {
  bridge = await startBridge({ redisUrl: inject("engines").redis.redisUrl, token });
});
afterAll(() => bridge.stop());

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(bridge.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: each test says which fields it expects.
  return { status: response.status, body: (await response.json()) as any };
};

test("a command's reply is its result; a failed command is a 400 with Redis's message", async () => {
  expect(await post("/", ["SET", key("a"), "1"])).toEqual({ status: 200, body: { result: "OK" } });
  expect(await post("/", ["get", key("a")])).toEqual({ status: 200, body: { result: "1" } });
  expect(await post("/", ["GET", key("nothing")])).toEqual({ status: 200, body: { result: null } });
  const failed = await post("/", ["INCR"]);
  expect(failed).toEqual({ status: 400, body: { error: expect.stringContaining("wrong number of arguments") } });
});

test("every path needs the token", async () => {
  for (const path of ["/", "/pipeline", "/multi-exec"])
    for (const authorization of ["", "Bearer wrong", `Bearer ${token}x`])
      expect(await post(path, [["PING"]], { authorization })).toEqual({ status: 401, body: { error: "Unauthorized" } });
});

test("only a command or a list of commands is run", async () => {
  for (const body of ["{", "[]", [[]], [5], {}, "null"]) expect((await post("/", body)).status).toBe(400);
  for (const body of ["{", [5], {}, "null"]) expect((await post("/pipeline", body)).status).toBe(400);
  expect((await post("/elsewhere", ["PING"])).status).toBe(404);
});

test("replies are base64 on request, at any depth, except numbers, null and OK", async () => {
  const header = { "upstash-encoding": "base64" };
  const list = key("list");
  await post("/", ["DEL", list]);
  expect((await post("/", ["RPUSH", list, "é", "OK", "x"], header)).body).toEqual({ result: 3 });
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  expect((await post("/", ["LRANGE", list, "0", "-1"], header)).body).toEqual({
    result: [base64("é"), "OK", base64("x")],
  });
  const nested = await post("/", ["EVAL", "return {1, {'deep', false}}", "0"], header);
  expect(nested.body).toEqual({ result: [1, [base64("deep"), null]] });
  expect((await post("/", ["SET", key("b"), "1"], header)).body).toEqual({ result: "OK" });
});

test("a hash is a flat list, however the command is spelled", async () => {
  const hash = key("hash");
  await post("/", ["HSET", hash, "a", "1", "b", "2"]);
  for (const name of ["HGETALL", "hgetall", "hGetAll"])
    expect((await post("/", [name, hash])).body).toEqual({ result: ["a", "1", "b", "2"] });
});

test("in a pipeline each command has its own result or error", async () => {
  const reply = await post("/pipeline", [
    ["SET", key("p"), "x"],
    ["INCR", key("p")],
    ["GET", key("p")],
  ]);
  expect(reply).toEqual({
    status: 200,
    body: [{ result: "OK" }, { error: expect.stringContaining("not an integer") }, { result: "x" }],
  });
});

test("a transaction runs whole, or not at all if it has an unknown command", async () => {
  const counter = key("tx");
  const done = await post("/multi-exec", [
    ["INCR", counter],
    ["INCR", counter],
  ]);
  expect(done).toEqual({ status: 200, body: [{ result: 1 }, { result: 2 }] });
  const refused = await post("/multi-exec", [["INCR", counter], ["NOSUCH"]]);
  expect(refused.status).toBe(400);
  expect(refused.body.error).toContain("EXECABORT");
  expect((await post("/", ["GET", counter])).body).toEqual({ result: "2" });
});

test("transactions of many clients do not mix", async () => {
  const counter = key("mix");
  const bump = () =>
    post("/multi-exec", [
      ["INCR", counter],
      ["INCR", counter],
    ]);
  const replies = await Promise.all(Array.from({ length: 50 }, bump));
  for (const { body } of replies) expect(body[1].result - body[0].result).toBe(1);
});

test("the deployed client's scripts, pipelines and transactions work on the bridge", async () => {
  const redis = new Redis({ url: bridge.url, token, automaticDeserialization: false, enableTelemetry: false });
  const script = redis.createScript<string[]>("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}");
  expect(await script.exec([key("script")], ["007"])).toEqual([key("script"), "007", 1]);
  expect(await redis.pipeline().set(key("c"), "日本").get(key("c")).exec()).toEqual(["OK", "日本"]);
  expect(await redis.multi().set(key("d"), "1").incr(key("d")).exec()).toEqual(["OK", 2]);
});

test("a script with the flag that locks only its keys runs on it, by its digest too, which real Redis would refuse", async () => {
  const redis = new Redis({ url: bridge.url, token, automaticDeserialization: false, enableTelemetry: false });
  const text = `${keyLocking}return redis.call('INCR', KEYS[1])`;
  const sha = createHash("sha1").update(text).digest("hex");
  await expect(redis.evalsha(sha, [key("locked")], [])).rejects.toThrow(/NOSCRIPT/);
  expect(await redis.eval(text, [key("locked")], [])).toBe(1);
  expect(await redis.evalsha(sha, [key("locked")], [])).toBe(2);
  const own = new RealRedis(inject("engines").redis.redisUrl);
  await expect(own.eval(text, 1, key("locked"))).rejects.toThrow(/flag/i);
  own.disconnect();
});
