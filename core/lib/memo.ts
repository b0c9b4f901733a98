/** Answers kept in an environment's memory for a moment, loaded once however many ask at the same time. */

import { sleep } from "./clock.ts";

type Kept<V> = { at: number; value: Promise<V>; loading: boolean };

/** ms that a load under way is shared, though it began longer ago than `maxAge`: a slow table is not asked the same again meanwhile. */
const SLOW = 5_000;

export type Memo<V> = {
  /**
   * The value whose load began at most `maxAge` ms before `now` (epoch ms), or is still under way; else a fresh one. A failed load is
   * not kept.
   */
  get: (key: string, when: { now: number; maxAge: number }, load: () => Promise<V>) => Promise<V>;
  forget: (key: string) => void;
};

/** At most `max` values: past that the one loaded longest ago goes. */
export const memo = <V>(max: number): Memo<V> => {
  const kept = new Map<string, Kept<V>>();

  const load = (key: string, at: number, from: () => Promise<V>): Promise<V> => {
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
      },
      () => {
        if (kept.get(key) === entry) kept.delete(key);
      },
    );
    return entry.value;
  };

  return {
    get: (key, { now, maxAge }, from) => {
      const entry = kept.get(key);
      // an entry from the future belongs to a clock that was set back: it is not trusted
      if (entry && entry.at <= now && now - entry.at <= (entry.loading ? Math.max(maxAge, SLOW) : maxAge))
        return entry.value;
      return load(key, now, from);
    },
    forget: (key) => {
      kept.delete(key);
    },
  };
};

/** ms that a load is waited for before the next one begins beside it. */
const PATIENCE = 1_000;

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
    const over = Promise.race([before.then(ignore, ignore), sleep(PATIENCE)]);
    const soon = over.then(() => run(key, load));
    next.set(key, soon);
    return soon;
  };
};

const ignore = () => {};
