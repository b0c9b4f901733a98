/** The audit of an event whose capacity an organiser reduces while visitors are inside, read from Redis as the queue left it. */
import { beforeAll, expect, test } from "vitest";
import * as Catalog from "#core/catalog/index.ts";
import { audit, empty, type Snapshot, violations } from "#ops/audit/index.ts";
import { readQueues } from "#ops/audit/read-queues.ts";
import { stage as makeStage, type Stage } from "#tests/support/harness.ts";
import { redisOf, type Sale, sale } from "#tests/support/sale.ts";

let stage: Stage;
let token: string;
beforeAll(async () => {
  stage = await makeStage();
  ({ token } = await stage.user({ roles: ["admin"] }));
});

const setCapacity = async (line: Sale, maxActive: number) => {
  const params = { eventId: line.eventId };
  const reply = await stage.call("PATCH /v1/admin/events/{eventId}", { params, token, body: { queue: { maxActive } } });
  expect(reply.status).toBe(200);
  line.pass(3);
  await line.status(); // the queue has read it
};

const found = async (line: Sale): Promise<string[]> => {
  const at = line.clock.now;
  const event = { ...(await Catalog.event(line.eventId, at + 10_000)) } as unknown as Snapshot["events"][number];
  const snapshot = { ...empty(at), events: [event], queues: await readQueues([event], at) };
  return violations(audit(snapshot));
};

test("a smaller capacity is no violation for those inside or called before; one more admission is", async () => {
  const line = await sale(stage, { admitPerSecond: 100, maxActive: 4, claimSeconds: 20, sessionSeconds: 600 });
  const visitors = await line.visitors(8);
  line.pass(1);
  await line.status(); // four are called
  for (const visitor of visitors.slice(0, 3)) await line.claim(visitor);
  expect(await found(line)).toEqual([]);
  await setCapacity(line, 2);
  expect((await line.status()).active).toBe(3);
  expect(await found(line)).toEqual([]);
  await line.claim(visitors[3] as (typeof visitors)[number]);
  expect((await line.status()).active).toBe(4);
  expect(await found(line)).toEqual([]);
  line.pass(30);
  await line.status();
  expect(await found(line)).toEqual([]);
  // a visitor who is admitted without the queue's check
  const { redis, close } = redisOf(line.eventId);
  const { userId } = visitors[7] as (typeof visitors)[number];
  await redis.zadd(`queue:{${line.eventId}}:active`, line.clock.now + 600_000, userId);
  const places = (await redis.keys(`queue:{${line.eventId}}:places:*`)).map(async (key) => {
    const record = await redis.hget(key, userId);
    if (record) await redis.hset(key, userId, record.replace(/:0:/, `:${line.clock.now}:`));
  });
  await Promise.all(places);
  expect(await found(line)).toEqual([
    expect.stringMatching(/^called in order, within the capacity: .* has 5 admissions, with a capacity of 2$/),
  ]);
  close();
});
