/** Environments that run on after their invocation, or freeze during it: their late calls change nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { bank, deliver, intercept } from "#tests/support/bank.ts";
import * as Faults from "#tests/support/faults/index.ts";
import { type End, Killed, live } from "#tests/support/faults/life.ts";
import type { Stage } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

let faults: Faults.Faults;
let at: Awaited<ReturnType<typeof bank>>;
let stage: Stage;
let steps: ReturnType<typeof shop>;

beforeAll(async () => {
  at = await bank(async (links) => {
    faults = await Faults.install({ ...inject("engines"), ...links });
    return faults.stage;
  });
  stage = at.stage;
  steps = shop(stage);
});
afterEach(() => {
  faults.off();
  vi.useRealTimers();
});
afterAll(async () => {
  await faults.stop();
  await at.sandbox.stop();
});

const points = { method: "points" };
const card = { method: "card", card: { token: "tok_approve" } };

const accepted = async (body: object, overrides: Record<string, unknown> = {}) => {
  const { eventId } = await stage.event(overrides);
  const user = await stage.user({ balance: 50_000 });
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
  await steps.pay(user, orderId, body);
  const [message = ""] = await intercept(stage);
  return { eventId, user, orderId, message };
};

/** Whether the worker reached its nth call. */
const ended = async (nth: number, end: End, message: string): Promise<boolean> => {
  try {
    await live(nth, end, () => deliver(message));
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
};

const LATE = 40;
const EVERY_STEP = { timeout: 60_000 };

test(
  "by points, a call that takes effect after its invocation timed out, during the redelivered message, debits once",
  EVERY_STEP,
  async () => {
    for (let nth = 1, over = true; over; nth++) {
      const { user, orderId, message } = await accepted(points);
      over = await ended(nth, { how: "timeout", ms: LATE }, message);
      expect(await deliver(message)).toBe(0);
      await sleep(LATE * 2);
      expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
      expect(await steps.wallet(user)).toBe(30_000);
      expect((await steps.entries(user)).filter(({ kind }) => kind === "payment")).toHaveLength(1);
      expect(nth).toBeLessThan(20);
    }
  },
);

test(
  "by card, a call that takes effect after its invocation timed out, during the redelivered message, charges once",
  EVERY_STEP,
  async () => {
    for (let nth = 1, over = true; over; nth++) {
      const { user, orderId, message } = await accepted(card);
      over = await ended(nth, { how: "timeout", ms: LATE }, message);
      expect(await deliver(message)).toBe(0);
      await sleep(LATE * 2);
      expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed", payment: { status: "approved" } });
      expect(at.paymentsOf(orderId).map(({ status, amount }) => [status, amount])).toEqual([["captured", 20_000]]);
      expect(nth).toBeLessThan(20);
    }
  },
);

test("a worker that was frozen until another buyer held the seats debits nothing when it resumes", async () => {
  const { eventId, user, orderId, message } = await accepted(points, { holdSeconds: 1 });
  const other = await stage.user();
  // it has read, and freezes before it writes
  const working = live("order confirmed", { how: "frozen", ms: 500, wake: () => {} }, () => deliver(message));
  await sleep(100);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 400_000 });
  await steps.held(other, { eventId, seats: ["A-1-2"] });
  await working;
  expect(await steps.wallet(user)).toBe(50_000);
  expect(await steps.get(user, orderId)).toMatchObject({ status: "expired", payment: { reason: "seat.lost" } });
});

test("an environment that resumes with dead connections still serves its visitors", async () => {
  const { eventId } = await stage.event({ queue: { enabled: true, admitPerSecond: 1_000 } });
  const join = async () => {
    const { token } = await stage.user();
    return stage.call("POST /v1/events/{eventId}/queue/places", { token, params: { eventId }, body: {} });
  };
  expect((await join()).status).toBe(201);
  faults.on("lambda.frozen", { ms: 20, in: ["queue", "settle"] });
  const woken = await Promise.all(Array.from({ length: 5 }, join));
  expect(woken.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  expect(new Set(woken.map(({ body }) => body.number)).size).toBe(5);
  expect(faults.struck()["lambda.frozen"]).toBeGreaterThanOrEqual(5);
});
