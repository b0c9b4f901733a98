/**
 * Redis lost, set back or down: every place is kept, no number is given twice, nobody moves ahead, and a user may buy the same as before.
 */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import * as Basket from "#core/basket/index.ts";
import * as Checkpoint from "#core/queue/checkpoint.ts";
import * as Queue from "#core/queue/index.ts";
import * as Harness from "#tests/support/harness.ts";
import { anotherEnvironment, redisOf, refusal, type Sale, sale } from "#tests/support/sale.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

let opened: ReturnType<typeof redisOf>[] = [];
afterEach(() => {
  for (const redis of opened) redis.close();
  opened = [];
});
const redisBehind = (line: Sale) => {
  const redis = redisOf(line.eventId);
  opened.push(redis);
  return redis;
};

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const numbersOf = (visitors: { number: number | null }[]) => visitors.map(({ number }) => Number(number));

/** Polls as the edge does while people wait, a second at a time. */
const wait = async (line: Sale, seconds: number) => {
  for (let n = 0; n < seconds; n++) {
    line.pass(1);
    await line.status();
  }
};

describe.each([
  { environment: "an environment that has seen it all", fresh: false },
  { environment: "an environment that has seen nothing", fresh: true },
])("after Redis was flushed in mid-sale, $environment", ({ fresh }) => {
  const flushed = async () => {
    const line = await sale(stage, { admitPerSecond: 2, maxActive: 6, claimSeconds: 60 });
    const early = await Promise.all(upTo(20).map(() => line.visitor()));
    early.sort((a, b) => Number(a.number) - Number(b.number));
    await wait(line, 8);
    const inside = early.slice(0, 4);
    const admissions = [];
    for (const visitor of inside) admissions.push(await line.claim(visitor));
    await wait(line, 4); // the checkpoint has it
    const before = await line.status();
    const last = await line.visitors(3);
    await redisBehind(line).flush();
    if (fresh) anotherEnvironment();
    return { line, early, inside, admissions, before, last };
  };

  test("gives no number twice", async () => {
    const { line, early, last } = await flushed();
    const after = await Promise.all(upTo(10).map(() => line.visitor()));
    const all = numbersOf([...early, ...last, ...after]);
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...numbersOf(after))).toBeGreaterThan(Math.max(...numbersOf(last)));
  });

  test("keeps every place whose visitor brings its token", async () => {
    const { line, early, last } = await flushed();
    const newcomer = await line.visitor();
    for (const visitor of [...early, ...last]) {
      const again = await line.join(visitor.userId, visitor.place);
      expect([again.number, again.fresh]).toEqual([visitor.number, false]);
    }
    expect(newcomer.number).toBeGreaterThan(Number(last.at(-1)?.number));
  });

  test("resumes serving where it was, and admits no more than the capacity", async () => {
    const { line, early, before } = await flushed();
    const after = await line.status();
    expect(after.serving).toBeGreaterThanOrEqual(before.serving);
    expect(after.active).toBe(4); // assumed from the checkpoint
    let admitted = 0;
    for (const visitor of early.slice(4)) {
      await line.claim(visitor).then(
        () => admitted++,
        (error) => expect(error.name).toBe("queue.not_yet"),
      );
    }
    expect(admitted).toBeLessThanOrEqual(2);
    expect((await line.status()).active).toBeLessThanOrEqual(6);
    line.pass(61);
    expect((await line.status()).active).toBe(0); // after the length of a session nothing is assumed any more
  });

  test("moves nobody ahead of earlier visitors", async () => {
    const { line, early, last } = await flushed();
    const newcomer = await line.visitor();
    const waiting = [...early.slice(6), ...last, newcomer];
    const order: number[] = [];
    for (let second = 0; second < 240 && order.length < waiting.length; second++) {
      line.pass(1);
      for (const visitor of waiting.filter(({ number }) => !order.includes(Number(number)))) {
        try {
          await line.claim(visitor);
          order.push(Number(visitor.number));
          await line.leave(visitor);
        } catch {}
      }
    }
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).toHaveLength(waiting.length);
  });

  test("changes neither admissions nor what they buy", async () => {
    const { line, inside, admissions } = await flushed();
    for (const [n, { userId }] of inside.entries()) {
      const token = admissions[n]?.admission;
      expect(Queue.admitted({ token, userId, eventId: line.eventId, now: line.clock.now })).toBeTruthy();
    }
  });

  test("refuses a place from before its visitor left", async () => {
    const { line, inside } = await flushed();
    const [gone] = inside;
    await Basket.revokeAdmissions({ userId: gone!.userId, eventId: line.eventId, now: line.clock.now });
    expect((await refusal(line.claim(gone!))).name).toBe("queue.place_spent");
    const again = await line.join(gone!.userId, gone!.place);
    expect(again.number).toBeGreaterThan(23);
  });
});

test("a place that is answered again after the claim is no younger than the admission: it is spent with it, also when Redis lost it", async () => {
  const line = await sale(stage, { admitPerSecond: 100 });
  const { token, userId } = await stage.user({ balance: 10_000 });
  const { place } = await line.join(userId);
  line.pass(1);
  const { admission } = await line.claim({ userId, place });
  line.pass(1);
  const refreshed = await line.join(userId, place);
  const body = { eventId: line.eventId, seats: ["A-1-1"] };
  const { orderId } = (await stage.call("POST /v1/orders", { token, headers: { admission }, body })).body;
  const pay = { token, params: { orderId }, body: { method: "points" } };
  expect((await stage.call("POST /v1/orders/{orderId}/payment", pay)).status).toBe(202);
  await stage.settle();
  await redisBehind(line).flush();
  line.pass(1);
  for (const token of [place, refreshed.place])
    expect((await refusal(line.claim({ userId, place: token }))).name).toBe("queue.place_spent");
});

/** A line while many join: Redis has a block of numbers left. */
const whileManyJoin = async () => {
  const line = await sale(stage, { admitPerSecond: 10, maxActive: 1_000 });
  const before = [];
  for (let wave = 0; wave < 3; wave++) before.push(...(await Promise.all(upTo(90).map(() => line.visitor()))));
  const { ceiling } = await Checkpoint.load(line.eventId);
  expect(ceiling).toBeGreaterThan(before.length + 10);
  return { line, before, ceiling };
};

test("a block of numbers goes to one of all who ask at once", async () => {
  const line = await sale(stage);
  const ask = (from: number, by: number) => Checkpoint.raise({ eventId: line.eventId, from, by });
  const first = await Promise.all(upTo(20).map((by) => ask(0, by)));
  const [won] = first.flatMap((raised) => ("block" in raised ? [raised.block] : []));
  expect(first.filter((raised) => "block" in raised)).toHaveLength(1);
  const { ceiling } = await Checkpoint.load(line.eventId);
  expect(ceiling).toBe(won?.to);
  expect(await ask(ceiling - 1, 50)).toEqual({ ceiling });
});

test("unused numbers do not delay the line", async () => {
  const { line, before, ceiling } = await whileManyJoin();
  await wait(line, 25);
  expect((await line.status()).serving).toBe(260);
  line.pass(4); // after a silence the rest of the block may have been given by a Redis that was lost
  const newcomer = await line.visitor();
  expect(Number(newcomer.number)).toBe(ceiling + 1);
  await wait(line, 1);
  expect((await line.status()).serving).toBe(newcomer.number);
  await line.claim(newcomer);
  await line.claim(before.at(-1)!);
});

describe("Redis set back to a copy five seconds old", () => {
  test.each([true, false])("gives no number twice (polled meanwhile: %s)", async (polled) => {
    const line = await sale(stage, { admitPerSecond: 1 });
    const before = await line.visitors(10);
    const setBack = await redisBehind(line).copy();
    const lost = [];
    for (let n = 0; n < 5; n++) {
      line.pass(1);
      if (polled) await line.status();
      lost.push(await line.visitor());
    }
    await setBack();
    anotherEnvironment();
    const after = [await line.visitor(), ...(await Promise.all(upTo(20).map(() => line.visitor())))];
    const all = numbersOf([...before, ...lost, ...after]);
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...numbersOf(after))).toBeGreaterThan(Math.max(...numbersOf(lost)));
    for (const visitor of [...before, ...lost])
      expect((await line.join(visitor.userId, visitor.place)).number).toBe(visitor.number);
  });

  test("nor when a hundred a second join", async () => {
    const line = await sale(stage, { admitPerSecond: 1 });
    const before = await Promise.all(upTo(150).map(() => line.visitor()));
    const setBack = await redisBehind(line).copy();
    const lost = [];
    for (let n = 0; n < 5; n++) {
      line.pass(1);
      lost.push(...(await Promise.all(upTo(120).map(() => line.visitor()))));
    }
    await setBack();
    anotherEnvironment();
    const after = await Promise.all(upTo(200).map(() => line.visitor()));
    const all = numbersOf([...before, ...lost, ...after]);
    expect(new Set(all).size).toBe(all.length);
  });

  test("nor a copy a moment old, with numbers left, in an environment with memory", async () => {
    const { line, before } = await whileManyJoin();
    const setBack = await redisBehind(line).copy();
    const lost = await line.visitors(5);
    await setBack();
    const after = await line.visitors(5);
    const all = numbersOf([...before, ...lost, ...after]);
    expect(new Set(all).size).toBe(all.length);
  });

  test("nor a copy a moment old, with no numbers left, in a new environment", async () => {
    const line = await sale(stage);
    const before = await line.visitors(5);
    const setBack = await redisBehind(line).copy();
    const lost = await line.visitors(5);
    await setBack();
    anotherEnvironment();
    const after = await line.visitors(5);
    const all = numbersOf([...before, ...lost, ...after]);
    expect(new Set(all).size).toBe(all.length);
  });

  test("nor a copy a moment old, when a visitor brings a place that it does not have", async () => {
    const { line } = await whileManyJoin();
    const setBack = await redisBehind(line).copy();
    const [lost] = await line.visitors(1);
    await setBack();
    anotherEnvironment();
    expect((await line.join(lost!.userId, lost!.place)).number).toBe(lost!.number);
    expect((await line.visitor()).number).toBeGreaterThan(Number(lost!.number));
  });

  test("does not lower serving", async () => {
    const line = await sale(stage, { admitPerSecond: 3, maxActive: 1_000 });
    await Promise.all(upTo(60).map(() => line.visitor()));
    await wait(line, 2);
    const setBack = await redisBehind(line).copy();
    await wait(line, 4);
    const { serving } = await line.status();
    await setBack();
    line.pass(1);
    // at most what came after the last checkpoint has to be called again
    expect((await line.status()).serving).toBeGreaterThanOrEqual(serving - 3 * 3);
    expect((await line.status()).issued).toBe(60);
  });

  test("in the lobby gives no index twice, and everyone stays in the draw", async () => {
    const lobby = await sale(stage, { opensIn: 20 });
    const before = await lobby.visitors(5);
    await lobby.status();
    const setBack = await redisBehind(lobby).copy();
    const lost = [];
    for (let n = 0; n < 5; n++) {
      lobby.pass(1);
      await lobby.status();
      lost.push(await lobby.visitor());
    }
    await setBack();
    anotherEnvironment();
    const after = await lobby.visitors(5);
    lobby.pass(20);
    const { lobby: size } = await lobby.status();
    const all = await Promise.all([...before, ...lost, ...after].map(({ userId, place }) => lobby.join(userId, place)));
    const numbers = numbersOf(all);
    expect(new Set(numbers).size).toBe(15);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(size);
  });
});

test("flushing Redis in the lobby loses nobody's place in the draw", async () => {
  const lobby = await sale(stage, { opensIn: 20 });
  const visitors = await lobby.visitors(8);
  await redisBehind(lobby).flush();
  anotherEnvironment();
  const more = await lobby.visitors(2);
  lobby.pass(21);
  const { lobby: size } = await lobby.status();
  const all = await Promise.all([...visitors, ...more].map(({ userId, place }) => lobby.join(userId, place)));
  expect(new Set(numbersOf(all)).size).toBe(10);
  expect(Math.max(...numbersOf(all))).toBeLessThanOrEqual(size);
});

test("the checkpoint only moves forward", async () => {
  const line = await sale(stage, { admitPerSecond: 2 });
  await line.visitors(10);
  await wait(line, 5);
  const saved = await Checkpoint.load(line.eventId);
  expect(saved).toMatchObject({ issued: 10, ceiling: 10 });
  expect(saved.serving).toBeGreaterThan(0);
  await Checkpoint.save(line.eventId, { ...saved, serving: saved.serving - 1, at: saved.at + 1 });
  await Checkpoint.save(line.eventId, { ...saved, active: 9, at: saved.at - 1 });
  expect(await Checkpoint.load(line.eventId)).toEqual(saved);
});

test("if a loss gave one user two places, one counts", async () => {
  const line = await sale(stage, { admitPerSecond: 100 });
  const visitor = await line.visitor();
  await line.visitors(2);
  await redisBehind(line).flush();
  const other = await line.join(visitor.userId); // from a device without the token
  expect(other.number).toBe(4);
  expect((await line.join(visitor.userId, visitor.place)).number).toBe(1);
  line.pass(1);
  await line.claim(visitor);
  line.pass(61);
  expect((await refusal(line.claim({ userId: visitor.userId, place: other.place }))).name).toBe("queue.place_spent");
});
