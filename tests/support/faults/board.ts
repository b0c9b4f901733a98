/**
 * The switchboard of faults: what is on, whether it occurs now, and how often it has occurred. Its randomness comes from a seed, so that a
 * run replays.
 */

import type { ServiceName } from "#core/contract/services.ts";
import { current } from "#local/lambda.ts";
import { type FaultKind, kinds } from "./kinds.ts";

export type Setting = {
  /** The probability at each opportunity, 0 to 1; 1 by default. */
  rate?: number;
  /** It occurs once, at this opportunity from now on (1 is the next). */
  nth?: number;
  /** The seed of the randomness. */
  seed?: number;
  /** Only in these services. A proxy does not have the caller, so its faults affect all. */
  in?: readonly ServiceName[];
  /** The duration of the kinds that delay. */
  ms?: number;
};

/** A number in [0, 1) per call, the same ones for the same seed (mulberry32). */
export const chance = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

type Switch = Setting & { seen: number; random: () => number };

export const createBoard = () => {
  const switches = new Map<FaultKind, Switch>();
  const struck = new Map<FaultKind, number>();

  const decide = (one: Switch): boolean => {
    one.seen++;
    if (one.nth !== undefined) return one.seen === one.nth;
    return one.rate === undefined || one.random() < one.rate;
  };

  return {
    on: (kind: FaultKind, setting: Setting = {}): void => {
      const seed = (setting.seed ?? 1) * 1_000 + kinds.indexOf(kind);
      switches.set(kind, { ...setting, seen: 0, random: chance(seed) });
    },
    /** Switches off one kind, or all. A fault that has begun still happens. */
    off: (kind?: FaultKind): void => {
      if (kind) switches.delete(kind);
      else switches.clear();
    },
    struck: (): Record<FaultKind, number> =>
      Object.fromEntries(kinds.map((kind) => [kind, struck.get(kind) ?? 0])) as Record<FaultKind, number>,
    isOn: (kind: FaultKind): boolean => switches.has(kind),
    /** An opportunity: whether the fault occurs now. */
    strikes: (kind: FaultKind, service = current()): boolean => {
      const one = switches.get(kind);
      if (!one || (one.in && service && !one.in.includes(service as ServiceName)) || !decide(one)) return false;
      struck.set(kind, (struck.get(kind) ?? 0) + 1);
      return true;
    },
    /** The delay of this kind in ms. */
    time: (kind: FaultKind, otherwise: number): number => switches.get(kind)?.ms ?? otherwise,
    /** A random number in [0, 1) of this kind. */
    pick: (kind: FaultKind): number => switches.get(kind)?.random() ?? 0,
  };
};

export type Board = ReturnType<typeof createBoard>;
