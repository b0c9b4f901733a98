/** Faults of Redis: a proxy in front of its REST bridge, which also takes copies of the events' keys and sets Redis back to them. */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Board } from "./board.ts";
import { type Answer, type Forward, type Request, startProxy } from "./proxy.ts";

export type RedisAddresses = { url: string; token: string; redisUrl: string };

/** A copy of the events' keys in Redis. */
type Copy = { at: number; entries: { key: string; ttl: number; dump: Buffer }[] };

/** Tests share one Redis, so only keys that came through this proxy are lost. */
const memory = (redis: Redis) => {
  const events = new Set<string>();
  const keys = async () => (await Promise.all([...events].map((id) => redis.keys(`queue:{${id}}:*`)))).flat();
  const flush = async () => {
    const found = await keys();
    if (found.length > 0) await redis.del(found);
  };
  return {
    see: (body: string) => {
      for (const [, id = ""] of body.matchAll(/queue:\{(\w+)\}/g)) events.add(id);
    },
    flush,
    copy: async (): Promise<Copy> => {
      const entry = async (key: string) => ({
        key,
        ttl: Math.max(0, await redis.pttl(key)),
        dump: (await redis.dumpBuffer(key)) as Buffer,
      });
      const entries = await Promise.all((await keys()).map(entry));
      return { at: performance.now(), entries: entries.filter(({ dump }) => dump !== null) };
    },
    restore: async ({ entries }: Copy) => {
      await flush();
      await Promise.all(entries.map(({ key, ttl, dump }) => redis.restore(key, ttl, dump, "REPLACE")));
    },
  };
};

export const startRedisFaults = async (board: Board, target: RedisAddresses) => {
  const redis = new Redis(target.redisUrl, { maxRetriesPerRequest: 1 });
  redis.on("error", () => {}); // the command's own error reports it
  const known = memory(redis);
  let copy: Copy | undefined;
  const inFlight = new Set<Promise<unknown>>();
  let open: Promise<void> = Promise.resolve();

  /** A failover is one moment: running calls end before it, and later ones wait for it. */
  const alone = (work: () => Promise<void>): Promise<void> => {
    open = open.then(async () => {
      await Promise.allSettled(inFlight);
      await work();
    });
    return open;
  };

  const through = async (forward: Forward): Promise<Answer> => {
    for (let seen: unknown; seen !== open; ) {
      seen = open;
      await open;
    }
    const answer = forward().finally(() => inFlight.delete(answer));
    inFlight.add(answer);
    return answer;
  };

  const lose = async (): Promise<void> => {
    if (board.strikes("redis.flushed")) await alone(known.flush);
    if (board.strikes("redis.scripts")) await alone(async () => void (await redis.script("FLUSH", "SYNC")));
    const before = board.isOn("redis.older") ? copy : undefined;
    const old = !before || performance.now() - before.at > board.time("redis.older", 3_000);
    if (before && board.strikes("redis.older")) await alone(() => known.restore(before));
    else if (old && board.isOn("redis.older"))
      await alone(async () => {
        copy = await known.copy();
      });
  };

  const meet = async ({ body }: Request, forward: Forward): Promise<Answer | undefined> => {
    known.see(body);
    if (board.strikes("redis.slow")) await sleep(board.time("redis.slow", 100));
    if (board.strikes("redis.down")) return undefined;
    if (board.strikes("redis.refusing"))
      return { status: 400, body: '{"error":"ERR max requests limit exceeded. Limit: 500000, Usage: 500000."}' };
    await lose();
    const answer = await through(forward);
    return board.strikes("redis.late") ? undefined : answer;
  };

  const proxy = await startProxy(target.url, meet);
  return {
    ...proxy,
    /** Sets Redis back to this moment, whenever it is called. */
    copy: async () => {
      const taken = await known.copy();
      return () => alone(() => known.restore(taken));
    },
    stop: async () => {
      await proxy.stop();
      redis.disconnect();
    },
  };
};
