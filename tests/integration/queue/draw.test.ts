/** The draw of a real lobby: committed before, frozen once, the same for each visitor who computes it. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { db, table } from "#core/lib/dynamo.ts";
import { commitmentOf, permutation } from "#core/queue/draw.ts";
import * as Queue from "#core/queue/index.ts";
import * as Harness from "#tests/support/harness.ts";
import { anotherEnvironment, redisOf, type Sale, sale, someone } from "#tests/support/sale.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

const payload = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const event = async ({ eventId }: Sale) =>
  (await stage.call("GET /v1/events/{eventId}", { params: { eventId } })).body as {
    draw: { commitment: string; seed?: string };
  };

test("the commitment is published with the event, and matches the seed that is published after the freeze", async () => {
  const lobby = await sale(stage, { opensIn: 5 });
  const { draw } = await event(lobby);
  expect(draw.commitment).toMatch(/^[0-9a-f]{64}$/);
  expect(draw.seed).toBeUndefined();
  await lobby.visitors(3);
  const before = await lobby.status();
  expect(before.draw).toEqual({ commitment: draw.commitment });
  lobby.pass(6);
  const after = await lobby.status();
  expect(after.draw.commitment).toBe(draw.commitment);
  expect(commitmentOf(after.draw.seed ?? "")).toBe(draw.commitment);
});

test("before the freeze neither the API nor Redis has the seed", async () => {
  const lobby = await sale(stage, { opensIn: 60 });
  await lobby.visitors(2);
  const seedItem = { pk: `SEED#${lobby.eventId}`, sk: "SEED" };
  const { Item } = await db().send(new GetCommand({ TableName: table("Catalog"), Key: seedItem }));
  expect(Item?.seed).toMatch(/^[0-9a-f]{64}$/);
  const meta = await db().send(
    new GetCommand({ TableName: table("Catalog"), Key: { pk: `EVENT#${lobby.eventId}`, sk: "META" } }),
  );
  expect(JSON.stringify(meta.Item)).not.toContain(Item?.seed);
  const { redis, keys, close } = redisOf(lobby.eventId);
  const state = (await keys()).find((key) => key.endsWith("state")) ?? "";
  expect(JSON.stringify(await redis.hgetall(state))).not.toContain(Item?.seed);
  close();
});

test("everyone in the lobby gets the number that the seed gives their index", async () => {
  const lobby = await sale(stage, { opensIn: 5 });
  const visitors = await Promise.all(upTo(150).map(() => lobby.visitor()));
  lobby.pass(6);
  const { draw, lobby: size } = await lobby.status();
  expect(size).toBe(150);
  const numberOf = permutation(draw.seed ?? "", size);
  const answers = await Promise.all(visitors.map(({ userId }) => lobby.join(userId)));
  expect(answers.map(({ number }) => number)).toEqual(visitors.map(({ place }) => numberOf(payload(place).idx)));
  expect(answers.map(({ number }) => Number(number)).sort((a, b) => a - b)).toEqual(upTo(150));
});

test("a visitor who joins during the freeze is in the draw or right behind it, with a number of their own", async () => {
  const lobby = await sale(stage, { opensIn: 2 });
  await Promise.all(upTo(60).map(() => lobby.visitor()));
  const opening = lobby.clock.now + 2_000;
  // clocks of many environments, some before and some after the opening, all at once
  const places = await Promise.all(
    upTo(120).map(async (n) => {
      const userId = someone();
      const now = opening - 60 + n;
      return { userId, ...(await Queue.join({ userId, eventId: lobby.eventId, now })) };
    }),
  );
  lobby.pass(4);
  const { lobby: size, draw } = await lobby.status();
  const numberOf = permutation(draw.seed ?? "", size);
  for (const { place } of places) {
    const { idx, num } = payload(place);
    if (idx === undefined) expect(num).toBeGreaterThan(size);
    else expect(idx).toBeLessThanOrEqual(size);
  }
  const numbers = places.map(({ place }) => {
    const { idx, num } = payload(place);
    return num ?? numberOf(idx);
  });
  expect(new Set(numbers).size).toBe(120);
  const meta = await db().send(
    new GetCommand({ TableName: table("Catalog"), Key: { pk: `EVENT#${lobby.eventId}`, sk: "META" } }),
  );
  expect(meta.Item?.lobby).toBe(size);
});

test("two environments that freeze at once agree on one lobby", async () => {
  const lobby = await sale(stage, { opensIn: 5 });
  const visitors = await lobby.visitors(5);
  lobby.pass(6);
  const answers = await Promise.all([
    ...upTo(10).map(() => lobby.status()),
    ...visitors.map(({ userId }) => lobby.join(userId)),
  ]);
  anotherEnvironment();
  const { draw, lobby: size } = await lobby.status();
  expect(size).toBe(5);
  for (const each of answers) if ("draw" in each && each.draw.seed) expect(each.draw.seed).toBe(draw.seed);
});

test("an empty lobby is drawn too, and the line begins with 1", async () => {
  const lobby = await sale(stage, { opensIn: 5 });
  lobby.pass(6);
  expect((await lobby.visitor()).number).toBe(1);
  expect((await lobby.status()).lobby).toBe(0);
});

test("the freeze decides, not the clock: a Redis set back to before it causes no second draw", async () => {
  const lobby = await sale(stage, { opensIn: 5 });
  const visitors = await lobby.visitors(6);
  const { copy, close } = redisOf(lobby.eventId);
  const setBack = await copy();
  lobby.pass(6);
  const before = await lobby.status();
  const late = await lobby.visitor();
  await setBack();
  lobby.pass(1);
  anotherEnvironment();
  const after = await lobby.status();
  expect([after.lobby, after.draw]).toEqual([before.lobby, before.draw]);
  const numbers = await Promise.all(
    visitors.map(async ({ userId, place }) => (await lobby.join(userId, place)).number),
  );
  expect(numbers.map(Number).sort((a, b) => a - b)).toEqual(upTo(6));
  expect((await lobby.join(late.userId, late.place)).number).toBe(late.number);
  expect((await lobby.visitor()).number).toBeGreaterThan(Number(late.number));
  close();
});
