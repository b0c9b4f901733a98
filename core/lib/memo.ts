/** Answers kept in an environment's memory for a moment, loaded once however many ask at the same time. */

import { sleep } from "./clock.ts";

type Kept<V> = { at: number; value: Promise<V>; loading: boolean };

/** ms that a load under way is shared, though it began longer ago than `maxAge`: a slow table is not asked the same again meanwhile. */
const maxLoadMs = 5_000;

export type Memo<V> = {
  /**
   * The value whose load is still under way, or began at most `maxAge` ms before `now` (epoch ms); else a fresh one. With `maxAge` 0
   * only a load under way is shared, and nothing is kept. A failed load is not kept.
   */
  get: (key: string, when: { now: number; maxAge: number }, load: () => Promise<V>) => Promise<V>;
  forget: (key: string) => void;
};

/** Requests come in another order than their times. A value from the future belongs to a clock that was set back: it is not trusted. */
const isGood = ({ at, loading }: Kept<unknown>, now: number, maxAge: number): boolean =>
  loading ? Math.abs(now - at) <= Math.max(maxAge, maxLoadMs) : at <= now && now - at <= maxAge;

/** At most `max` values: past that the one loaded longest ago goes. */
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

/** ms that a load is waited for before the next one begins beside it. */
const maxWaitMs = 1_000;

/**
 * Loads once for all who ask while an earlier load is under way: the next one begins when that ends, and so after each of them asked.
 * Nothing is kept: an answer is never older than its question.
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
