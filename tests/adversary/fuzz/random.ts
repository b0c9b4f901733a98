/** Randomness from a seed: the same seed makes the same choices, so that a run can be replayed. */

export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  chance(probability: number): boolean;
  /** A random one; undefined if there is none. */
  of<T>(all: readonly T[]): T | undefined;
  /** A random one of a non-empty list. */
  pick<T>(all: readonly [T, ...T[]]): T;
};

/** Mulberry32. */
export const random = (seed: number): Random => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    of: (all) => all[below(all.length)],
    pick: (all) => all[below(all.length)] as (typeof all)[0],
  };
};
