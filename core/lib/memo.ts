/** Values kept in an environment's memory for a short time. Parallel callers share one load. */

import { sleep } from "./clock.ts";

type Kept<V> = { at: number; value: Promise<V>; loading: boolean };

/** ms for which a running load is shared although it began longer than `maxAge` ago, so that a slow table is not read twice. */
const maxLoadMs = 5_000;

export type Memo<V> = {
  /**
   * The value whose load is still running, or began at most `maxAge` ms before `now` (epoch ms); else a fresh one. With `maxAge` 0 only a
   * running load is shared, and nothing is kept. A failed load is not kept.
   */
  get: (key: string, when: { now: number; maxAge: number }, load: () => Promise<V>) => Promise<V>;
  forget: (key: string) => void;
};

/** Requests may arrive in another order than their times. A kept value from the future means that the clock was set back: it is not used. */
const isGood = ({ at, loading }: Kept<unknown>, now: number, maxAge: number): boolean =>
  loading ? Math.abs(now - at) <= Math.max(maxAge, maxLoadMs) : at <= now && now - at <= maxAge;

/** Keeps at most `max` values. Above that, the one loaded longest ago is dropped. */
export const memo = <V>(max: number): Memo<V> => {
  const kept = new Map<string, Kept<V>>();

  const drop = (key: string, entry: Kept<V>) => {
    if (kept.get(key) === entry) kept.delete(key);
  };

  const load = (key: string, at: number, maxAge: number, from: () => Promise<V>): Promise<V> => {
    const entry = { at, value: from(), loading: true };
    kept.delete(key);
    kept.set(key, entry);
    for (const oldest of kept.keys()) {
      if (kept.size <= max) break;
      kept.delete(oldest);
    }
    entry.value.then(
      () => {
        entry.loading = false;
        if (maxAge === 0) drop(key, entry);
      },
      () => drop(key, entry),
    );
    return entry.value;
  };

  return {
    get: (key, { now, maxAge }, from) => {
      const entry = kept.get(key);
      return entry && isGood(entry, now, maxAge) ? entry.value : load(key, now, maxAge, from);
    },
    forget: (key) => {
      kept.delete(key);
    },
  };
};

/** ms to wait for a running load before the next one begins in parallel. */
const maxWaitMs = 1_000;

/**
 * Callers that come while a load runs share the next load. It begins when the running one ends, so it begins after each of these calls.
 * Nothing is kept, so a result is never older than its call.
 */
export const shared = <V>(): ((key: string, load: () => Promise<V>) => Promise<V>) => {
  const running = new Map<string, Promise<V>>();
  const next = new Map<string, Promise<V>>();

  const run = (key: string, load: () => Promise<V>): Promise<V> => {
    const loading = load().finally(() => {
      if (running.get(key) === loading) running.delete(key);
    });
    next.delete(key);
    running.set(key, loading);
    return loading;
  };

  return (key, load) => {
    const before = running.get(key);
    if (!before) return run(key, load);
    const waiting = next.get(key);
    if (waiting) return waiting;
    const over = Promise.race([before.then(ignore, ignore), sleep(maxWaitMs)]);
    const soon = over.then(() => run(key, load));
    next.set(key, soon);
    return soon;
  };
};

const ignore = () => {};
