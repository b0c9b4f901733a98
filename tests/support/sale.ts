/** A sale with a queue whose clock the test moves, and its Redis, which the test can lose or set back. */
import { Redis } from "ioredis";
import { inject } from "vitest";
import { now } from "#core/lib/clock.ts";
import { Problem } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Queue from "#core/queue/index.ts";
import * as Memory from "#core/queue/memory.ts";
import type { Stage } from "./harness.ts";

export const someone = () => Ids.make("usr", now());

export type SaleOptions = {
  /** Seconds since the test's start. */
  opensIn?: number;
  admitPerSecond?: number;
  maxActive?: number;
  sessionSeconds?: number;
  claimSeconds?: number;
  challenge?: "none" | "work";
  difficulty?: number;
};

export const sale = async (stage: Stage, { opensIn = -1, ...queue }: SaleOptions = {}) => {
  const start = now();
  const { eventId } = await stage.event({
    salesOpenAt: new Date(start + opensIn * 1000).toISOString(),
    queue: { enabled: true, admitPerSecond: 10, maxActive: 20, sessionSeconds: 60, claimSeconds: 10, ...queue },
  });
  const clock = { now: start };
  const join = (userId: string, place?: string, challenge?: string) =>
    Queue.join({ userId, eventId, place, challenge, now: clock.now });
  return {
    eventId,
    clock,
    /** Lets seconds pass. */
    pass: (seconds: number) => {
      clock.now += Math.round(seconds * 1000);
    },
    join,
    /** A visitor with a place. */
    visitor: async () => {
      const userId = someone();
      return { userId, ...(await join(userId)) };
    },
    visitors: async (count: number) => {
      const all = [];
      for (let n = 0; n < count; n++) {
        const userId = someone();
        all.push({ userId, ...(await join(userId)) });
      }
      return all;
    },
    status: () => Queue.status({ eventId, now: clock.now }),
    claim: ({ userId, place }: { userId: string; place: string }) =>
      Queue.claim({ userId, place, eventId, now: clock.now }),
    leave: ({ userId }: { userId: string }) => Queue.leave({ userId, eventId, now: clock.now }),
  };
};
export type Sale = Awaited<ReturnType<typeof sale>>;

/** The error of a promise. */
export const refusal = async (promise: Promise<unknown>): Promise<Problem> => {
  const error = await promise.then(
    () => new Error("it was not refused"),
    (reason) => reason,
  );
  if (error instanceof Problem) return error;
  throw error;
};

/** The queue's keys in Redis. */
export const redisOf = (eventId: string) => {
  const redis = new Redis(inject("engines").redis.redisUrl);
  const keys = () => redis.keys(`queue:{${eventId}}:*`);
  const flush = async () => {
    const found = await keys();
    if (found.length > 0) await redis.del(found);
  };
  return {
    redis,
    keys,
    flush,
    /** Takes a copy, and returns a function that sets Redis back to it. */
    copy: async () => {
      const all = await Promise.all(
        (await keys()).map(async (key) => ({ key, ttl: await redis.pttl(key), dump: await redis.dumpBuffer(key) })),
      );
      return async () => {
        await flush();
        for (const { key, ttl, dump } of all) await redis.restore(key, Math.max(ttl, 0), dump as Buffer);
      };
    },
    close: () => redis.disconnect(),
  };
};

/** From here on the process is like another environment, with empty memory. */
export const anotherEnvironment = () => Memory.forget();
