/** No trick of a visitor makes an earlier visitor wait longer. */
import { beforeAll, expect, test } from "vitest";
import * as Queue from "#core/queue/index.ts";
import * as Harness from "#tests/support/harness.ts";
import { anotherEnvironment, refusal, type Sale, sale, someone } from "#tests/support/sale.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

type Visitor = { userId: string; place: string };
const admitted = (line: Sale, visitor: Visitor) =>
  line.claim(visitor).then(
    () => true,
    () => false,
  );

/** Seconds until each has entered. They claim once a second, and stay. `trick` is what the last one tries each time. */
const wait = async (line: Sale, crowd: Visitor[], trick: (last: Visitor) => Promise<unknown>): Promise<number[]> => {
  const last = crowd.at(-1) as Visitor;
  const seconds = crowd.map(() => Number.POSITIVE_INFINITY);
  for (let second = 1; seconds.includes(Number.POSITIVE_INFINITY) && second < 40; second++) {
    line.pass(1);
    await trick(last);
    for (const [n, visitor] of crowd.entries())
      if (seconds[n] === Number.POSITIVE_INFINITY && (await admitted(line, visitor))) seconds[n] = second;
  }
  return seconds;
};

const tricks: Record<string, (line: Sale, others: Visitor[]) => (last: Visitor) => Promise<unknown>> = {
  "asking forty times at once": (line) => (last) => Promise.all(Array.from({ length: 40 }, () => admitted(line, last))),
  "joining again and again, from every environment": (line) => async (last) => {
    for (let n = 0; n < 5; n++) {
      anotherEnvironment();
      await line.join(last.userId, n % 2 ? last.place : undefined);
    }
  },
  "leaving for all the others": (line) => (last) =>
    Promise.all(Array.from({ length: 5 }, () => line.leave(last))).then(() => line.join(last.userId, last.place)),
  "bringing the places of those before": (line, others) => (last) =>
    Promise.all(others.map(({ place }) => line.claim({ userId: last.userId, place }).catch(() => undefined))),
  "polling the status": (line) => () => Promise.all(Array.from({ length: 20 }, () => line.status())),
};

test.each(Object.entries(tricks))("%s gains nothing, and delays no earlier visitor", async (_, trick) => {
  const line = await sale(stage, { admitPerSecond: 1, maxActive: 50, claimSeconds: 30 });
  const crowd: Visitor[] = await line.visitors(8);
  const seconds = await wait(line, crowd, trick(line, crowd.slice(0, -1)));
  const last = seconds.at(-1) as number;
  for (const before of seconds.slice(0, -1)) expect(before).toBeLessThanOrEqual(last);
  expect(seconds.slice(0, -1).every((second, n) => second <= n + 3)).toBe(true);
  expect(last).toBeGreaterThanOrEqual(7);
});

test("places of many accounts stay separate places, and none can be used by another account", async () => {
  const line = await sale(stage, { admitPerSecond: 1, maxActive: 50 });
  const honest = await line.visitor();
  const farm = await line.visitors(20);
  const numbers = farm.map(({ number }) => number ?? 0);
  expect(Math.min(...numbers)).toBeGreaterThan(honest.number ?? 0);
  expect(new Set(numbers).size).toBe(20);
  const best = farm[0] as Visitor;
  for (const { userId } of farm.slice(1)) {
    expect((await refusal(line.claim({ userId, place: best.place }))).name).toBe("queue.place_foreign");
    expect((await refusal(line.join(userId, best.place))).name).toBe("queue.place_foreign");
  }
});

test("a lobby place admits nobody before the opening, and joining often does not change its index", async () => {
  const line = await sale(stage, { opensIn: 60 });
  const visitor = await line.visitor();
  const again = await Promise.all(Array.from({ length: 20 }, () => line.join(visitor.userId)));
  const index = ({ place }: { place: string }) =>
    JSON.parse(Buffer.from(place.split(".")[1] ?? "", "base64url").toString()).idx;
  expect(new Set([visitor, ...again].map(index)).size).toBe(1);
  for (let second = 0; second < 3; second++) {
    line.pass(15);
    expect((await refusal(line.claim(visitor))).name).toBe("queue.not_yet");
  }
});

test("an admission that was used to buy or to leave is refused, and a new place is the last one", async () => {
  const line = await sale(stage, { admitPerSecond: 10, maxActive: 50 });
  const visitor = await line.visitor();
  line.pass(2);
  await line.claim(visitor);
  const behind = await line.visitors(5);
  await line.leave(visitor);
  expect((await refusal(line.claim(visitor))).name).toBe("queue.place_spent");
  const next = await Queue.join({
    userId: visitor.userId,
    eventId: line.eventId,
    place: visitor.place,
    now: line.clock.now,
  });
  expect(next.number).toBeGreaterThan(Math.max(...behind.map(({ number }) => number ?? 0)));
});

test("a guessed place is refused like a guessed key, and the answers do not differ", async () => {
  const line = await sale(stage, { admitPerSecond: 10, maxActive: 50 });
  const { userId, place } = await line.visitor();
  const [head, , mark] = place.split(".");
  const answers = new Set<string>();
  for (let num = 2; num <= 300; num++) {
    const payload = Buffer.from(
      JSON.stringify({ sub: userId, evt: line.eventId, num, iat: line.clock.now, aud: "place" }),
    );
    const guess = `${head}.${payload.toString("base64url")}.${mark}`;
    answers.add((await refusal(line.claim({ userId: someone(), place: guess }))).message);
    answers.add((await refusal(line.claim({ userId, place: guess }))).message);
  }
  expect(answers.size).toBe(1);
});
