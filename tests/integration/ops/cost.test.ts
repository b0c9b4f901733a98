/** The greatest cost of a booking, counted on the real engines as `npm run bench` shows it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Count from "#artillery/bench/count.ts";
import { booking } from "#artillery/bench/life.ts";
import * as Fanout from "#core/fanout/index.ts";
import * as Redis from "#local/engines/redis.ts";
import { units } from "#ops/cost/units.ts";
import { deliver } from "#tests/support/cancelled.ts";
import { block, stage as makeStage, type Stage } from "#tests/support/harness.ts";
import * as SentAgain from "#tests/support/sent-again.ts";
import { shop } from "#tests/support/shop.ts";

let stage: Stage;
/** A Redis of its own, because the server counts the commands and other test files use the shared one. */
let redis: Awaited<ReturnType<typeof Redis.start>>;

beforeAll(async () => {
  redis = await Redis.start({ say: () => {} });
  stage = await makeStage({ redis });
  Count.attach();
});

afterAll(() => redis.stop());

test("a booking of two seats by points: 2 write requests and 20 write units to the confirmation, 5 and 25 with the mail", async () => {
  const { steps, booking: total, life } = await booking(stage, redis.redisUrl, { method: "points" }, 100_000);
  const cost = (step: string) => steps.find((each) => each.step === step)?.counts as Count.Counts;
  expect(cost("hold")).toMatchObject({ writeRequests: 1, wru: 8, readRequests: 0, redisCalls: 0 });
  expect(cost("pay")).toMatchObject({ writeRequests: 0, sqsSent: 1, redisCalls: 0 });
  expect(cost("settle")).toMatchObject({ writeRequests: 1, wru: 12, redisCalls: 0 });
  expect(cost("claim")).toMatchObject({ writeRequests: 0, redisCalls: 1 });
  // the mail is recorded, counted for its address, and counted for the second
  expect(total.writeRequests).toBeLessThanOrEqual(5);
  expect(total.wru).toBeLessThanOrEqual(25);
  expect(life.redisCalls).toBeLessThanOrEqual(3);
  expect(life.redisCommands).toBeLessThanOrEqual(20);
});

test("a pick reads each section that it considers once, and writes once", async () => {
  const { eventId } = await stage.event({ plan: block(10, 20) });
  const pick = { eventId, pick: { quantity: 2 } };
  const [first, second] = await Promise.all([stage.user(), stage.user()]);
  await stage.call("POST /v1/orders", { token: first.token, body: pick });
  const { result, counts } = await Count.measure(redis.redisUrl, () =>
    stage.call("POST /v1/orders", { token: second.token, body: pick }),
  );
  expect(result.status).toBe(201);
  expect(counts).toMatchObject({ writeRequests: 1, wru: 8, readRequests: 1, redisCalls: 0, sqsSent: 0 });
});

test("an order of a cancelled event takes no more units than the cost of a cancellation says", async () => {
  const { eventId } = await stage.event({ plan: block(2, 20) });
  const { held, pay } = shop(stage);
  for (let n = 0; n < 10; n++) {
    const user = await stage.user({ balance: 50_000 });
    const { orderId } = await held(user, { eventId, seats: [`A-1-${2 * n + 1}`, `A-1-${2 * n + 2}`] });
    await pay(user, orderId);
  }
  await stage.drain();
  await Fanout.cancel({ eventId, by: "usr_1", now: Date.now() });
  const [page] = SentAgain.pages();
  const { counts } = await Count.measure(redis.redisUrl, () => deliver(page?.body ?? ""));
  expect(counts.wru / 10).toBeLessThanOrEqual(units.order.refund.wru);
  expect(counts.rru / 10).toBeLessThanOrEqual(units.order.refund.rru);
  expect(counts.sqsSent).toBe(1);
});
