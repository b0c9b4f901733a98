/** The cost of a buyer in Redis, counted by Redis itself, and what a cold environment loads. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import * as Ids from "#core/lib/ids.ts";
import { units } from "#ops/cost/units.ts";
import { solve } from "#tests/adversary/scalper/solve.ts";
import * as Harness from "#tests/support/harness.ts";
import { redisOf, refusal, type Sale, sale, someone } from "#tests/support/sale.ts";

let stage: Harness.Stage;
let redis: Redis;
let monitor: Redis;
const seen: { args: string[]; inside: boolean }[] = [];
beforeAll(async () => {
  stage = await Harness.stage();
  redis = new Redis(inject("engines").redis.redisUrl);
  monitor = (await redis.monitor()) as unknown as Redis;
  monitor.on("monitor", (_time: string, args: string[], source: string) =>
    seen.push({ args, inside: source === "lua" }),
  );
});
afterAll(() => {
  monitor.disconnect();
  redis.disconnect();
});

/** Calls, and commands inside them, that `work` makes on a sale's keys. */
const costOf = async ({ eventId }: Sale, work: () => Promise<unknown>) => {
  const marker = async (name: string) => {
    await redis.get(`marker:${eventId}:${name}`);
    for (let tries = 0; !seen.some(({ args }) => args[1] === `marker:${eventId}:${name}`); tries++) {
      if (tries > 500) throw new Error("The monitor is silent.");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const name = `${seen.length}`;
  await marker(name);
  const from = seen.length;
  await work();
  await marker(`${name}-end`);
  const mine = seen.slice(from).filter(({ args }) => args.some((arg) => arg.includes(`{${eventId}}`)));
  const commands = mine.filter(({ inside }) => inside);
  return { calls: mine.length - commands.length, commands: commands.length, what: commands.map(({ args }) => args[0]) };
};

/** A buyer of another sale, so that Redis knows the scripts. */
const warm = async () => {
  const other = await sale(stage, { admitPerSecond: 100 });
  const visitor = await other.visitor();
  await other.claim(visitor);
  await other.leave(visitor);
};

test("a buyer's whole visit takes three Redis calls with at most twenty commands", async () => {
  const line = await sale(stage, { admitPerSecond: 100, maxActive: 100 });
  const user = await stage.user({ balance: 50_000 });
  const { token } = user;
  const params = { eventId: line.eventId };
  const ask = (route: Parameters<typeof stage.call>[0], body: object) => stage.call(route, { params, token, body });
  await warm();
  await line.status(); // the status was polled before
  const life: Record<string, Awaited<ReturnType<typeof costOf>>> = {};
  let place = "";
  life.join = await costOf(line, async () => {
    ({ place } = (await ask("POST /v1/events/{eventId}/queue/places", {})).body);
  });
  let admission = "";
  life.claim = await costOf(line, async () => {
    ({ admission } = (await ask("POST /v1/events/{eventId}/queue/admissions", { place })).body);
  });
  life.buy = await costOf(line, async () => {
    const headers = { Admission: admission };
    const order = await stage.call("POST /v1/orders", {
      token,
      headers,
      body: { ...params, seats: ["A-1-1", "A-1-2"] },
    });
    expect(order.status).toBe(201);
    const { orderId } = order.body;
    const pay = { params: { orderId }, token, body: { method: "points" } };
    expect((await stage.call("POST /v1/orders/{orderId}/payment", pay)).status).toBe(202);
    await stage.settle();
  });
  life.leave = await costOf(line, () => stage.drain());
  expect(Object.entries(life).map(([step, { calls }]) => [step, calls])).toEqual([
    ["join", 1],
    ["claim", 1],
    ["buy", 0],
    ["leave", 1],
  ]);
  const commands = Object.values(life).reduce((sum, each) => sum + each.commands, 0);
  expect(commands, JSON.stringify(life)).toBeLessThanOrEqual(20);
  // the figures used for costs and limits, with the call itself
  for (const step of ["join", "claim", "leave"] as const)
    expect((life[step]?.commands ?? 0) + 1, step).toBe(units[step].commands);
});

test("the challenge costs nothing where it is off, and no Redis call for a visitor without an answer where it is on", async () => {
  await warm();
  const [open, guarded] = [await sale(stage), await sale(stage, { challenge: "work", difficulty: 4 })];
  await Promise.all([open.status(), guarded.status()]);
  expect((await costOf(open, open.visitor)).calls).toBe(1);
  // the script's digest, four keys, nine arguments: nothing of a challenge
  const call = seen.findLast(({ args, inside }) => !inside && args.some((arg) => arg.includes(`{${open.eventId}}`)));
  expect(call?.args.length).toBe(3 + 4 + 9);
  const userId = someone();
  let token = "";
  const refused = await costOf(guarded, async () => {
    token = ((await refusal(guarded.join(userId))).extra.challenge as { token: string }).token;
  });
  expect(refused.calls).toBe(0);
  expect((await costOf(guarded, () => guarded.join(userId, undefined, solve(token, 4)))).calls).toBe(1);
});

test("the average of five hundred who join, of whom three hundred enter and leave, is within the same bound", async () => {
  const line = await sale(stage, { admitPerSecond: 1_000, maxActive: 1_000 });
  await line.visitors(2);
  const visitors: { userId: string; place: string }[] = [];
  const joined = await costOf(line, async () => {
    for (let wave = 0; wave < 10; wave++) {
      line.pass(0.1);
      visitors.push(...(await Promise.all(Array.from({ length: 50 }, () => line.visitor()))));
    }
  });
  line.pass(1);
  await line.status();
  const each = async (go: (visitor: (typeof visitors)[number]) => Promise<unknown>) => {
    for (let from = 0; from < 300; from += 25) await Promise.all(visitors.slice(from, from + 25).map(go));
  };
  const claimed = await costOf(line, () => each(line.claim));
  const left = await costOf(line, () => each(line.leave));
  const calls = joined.calls / 500 + claimed.calls / 300 + left.calls / 300;
  const commands = joined.commands / 500 + claimed.commands / 300 + left.commands / 300;
  expect(commands).toBeLessThanOrEqual(20);
  // A caller who finds no number left asks twice. That ends when the environment reserves numbers ahead.
  expect(calls).toBeLessThanOrEqual(3.5);
});

test("a poll is one call of a few commands, however many visitors wait", async () => {
  const line = await sale(stage, { admitPerSecond: 1, maxActive: 5 });
  await Promise.all(Array.from({ length: 300 }, () => line.visitor()));
  await line.status();
  line.pass(0.5);
  const cost = await costOf(line, () => line.status());
  expect(cost.calls).toBe(1);
  expect(cost.commands).toBeLessThanOrEqual(6);
});

test("the status of an unknown event makes no Redis call, however often it is requested", async () => {
  await warm();
  const eventIds = Array.from({ length: 20 }, () => Ids.make("evt", Date.now()));
  for (const eventId of eventIds)
    for (let n = 0; n < 3; n++) {
      const reply = await stage.call("GET /v1/events/{eventId}/queue", { params: { eventId } });
      expect([reply.status, reply.body.code]).toEqual([404, "event.not_found"]);
    }
  const marker = `marker:nothing:${eventIds[0]}`;
  await redis.get(marker);
  await vi.waitUntil(() => seen.some(({ args }) => args[1] === marker), 5_000);
  expect(seen.filter(({ args }) => args.some((arg) => eventIds.some((id) => arg.includes(`{${id}}`))))).toEqual([]);
});

test("every key expires, and none grows without limit", async () => {
  const line = await sale(stage, { admitPerSecond: 1_000, maxActive: 300, sessionSeconds: 5, claimSeconds: 1 });
  const visitors = await Promise.all(Array.from({ length: 300 }, () => line.visitor()));
  line.pass(1);
  await line.status();
  await Promise.allSettled(visitors.map((visitor) => line.claim(visitor)));
  line.pass(2);
  await Promise.allSettled(visitors.map((visitor) => line.claim(visitor)));
  const { keys, redis: behind, close } = redisOf(line.eventId);
  const all = await keys();
  for (const key of all) expect([key, await behind.pttl(key)]).toEqual([key, expect.toSatisfy((ttl) => ttl > 0)]);
  const places = all.filter((key) => key.includes(":places:"));
  expect(places.length).toBeGreaterThan(50);
  expect(places.length).toBeLessThanOrEqual(64);
  line.pass(10);
  await line.status();
  // lapsed admissions are gone, and the cohorts with them
  expect(await behind.zcard(`queue:{${line.eventId}}:active`)).toBe(0);
  expect((await behind.hget(`queue:{${line.eventId}}:state`, "calls")) ?? "").toBe("");
  close();
});

test("a long and busy sale has only a handful of cohorts", async () => {
  const line = await sale(stage, { admitPerSecond: 100, maxActive: 100_000, claimSeconds: 60 });
  await Promise.all(Array.from({ length: 400 }, () => line.visitor()));
  for (let n = 0; n < 300; n++) {
    line.pass(0.1);
    await line.status();
    if (n % 3 === 0) await line.visitor();
  }
  const { redis: behind, close } = redisOf(line.eventId);
  const calls = (await behind.hget(`queue:{${line.eventId}}:state`, "calls")) ?? "";
  expect(calls.split(",").length).toBeLessThanOrEqual(41);
  close();
});

test("a cold environment joins and polls without loading the AWS SDK", async () => {
  const line = await sale(stage);
  line.clock.now = Date.now();
  await line.visitor();
  await line.status(); // has saved the checkpoint, which one caller does every few seconds
  // The block still has numbers, as it does while many join.
  await redis.hincrby(`queue:{${line.eventId}}:state`, "ceiling", 10);
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    const Queue = await import("#core/queue/index.ts");
    const eventId = ${JSON.stringify(line.eventId)};
    const now = ${line.clock.now + 500};
    const { number } = await Queue.join({ userId: "usr_cold", eventId, now });
    const { issued } = await Queue.status({ eventId, now });
    const heavy = loaded.filter((url) => /@aws-sdk|@smithy|core\\/(catalog|order)\\/index/.test(url));
    console.log(JSON.stringify({ number, issued, heavy, loaded: loaded.length }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: join(import.meta.dirname, "../../.."),
    env: { ...process.env, AWS_LAMBDA_MAX_CONCURRENCY: undefined },
  });
  const printed = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}");
  expect(printed).toMatchObject({ number: 2, issued: 2, heavy: [] });
  expect(printed.loaded).toBeGreaterThan(5);
});
