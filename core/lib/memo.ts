/** Answers kept in an environment's memory for a moment, loaded once however many ask at the same time. */

type Kept<V> = { at: number; value: Promise<V> };

export type Memo<V> = {
  /** The value loaded at most `maxAge` ms before `now` (epoch ms), else a fresh one. A failed load is not kept. */
  get: (key: string, when: { now: number; maxAge: number }, load: () => Promise<V>) => Promise<V>;
  forget: (key: string) => void;
};

/** At most `max` values: past that the one loaded longest ago goes. */
export const memo = <V>(max: number): Memo<V> => {
  const kept = new Map<string, Kept<V>>();

  const load = (key: string, at: number, from: () => Promise<V>): Promise<V> => {
    const entry = { at, value: from() };
    kept.delete(key);
    kept.set(key, entry);
    for (const oldest of kept.keys()) {
      if (kept.size <= max) break;
      kept.delete(oldest);
    }
    entry.value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return entry.value;
  };

  return {
    get: (key, { now, maxAge }, from) => {
      const entry = kept.get(key);
      // an entry from the future belongs to a clock that was set back: it is not trusted
      if (entry && entry.at <= now && now - entry.at <= maxAge) return entry.value;
      return load(key, now, from);
    },
    forget: (key) => {
      kept.delete(key);
    },
  };
};
