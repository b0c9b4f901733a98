/** The schedule of faults: a kind every few seconds, for some seconds, each kind once before any comes again. The seed determines it. */
import { setTimeout as sleep } from "node:timers/promises";
import { chance } from "#tests/support/faults/board.ts";
import { type FaultKind, type Faults, kinds, type Setting } from "#tests/support/faults/index.ts";

type Random = () => number;

/** An outage affects all calls half of the time; faults of single calls affect some of them. */
const OUTAGES = /\.(throttled|refused|refusing|down|dead|failing)$/;

const rateOf = (kind: FaultKind, random: Random): number => {
  if (OUTAGES.test(kind) && random() < 0.5) return 1;
  return [0.1, 0.3, 0.6][Math.floor(random() * 3)] as number;
};

/** The duration of the kinds that delay. */
const msOf = (kind: FaultKind, random: Random): number => {
  if (kind === "redis.older" || kind === "dynamo.stale") return 2_000;
  return 50 + Math.floor(random() * 250);
};

const settingOf = (kind: FaultKind, random: Random): Setting => {
  const seed = Math.floor(random() * 1_000_000);
  // Redis loses everything once, at a random one of its next commands
  if (kind === "redis.flushed") return { nth: 1 + Math.floor(random() * 20) };
  if (kind === "redis.older") return { rate: 0.05, ms: msOf(kind, random), seed };
  return { rate: rateOf(kind, random), ms: msOf(kind, random), seed };
};

const shuffled = <T>(all: readonly T[], random: Random): T[] => {
  const left = [...all];
  return all.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
};

export type Schedule = {
  /** The number of times each kind was switched on. */
  switched: Map<FaultKind, number>;
  now: () => FaultKind[];
  /** Switches off all faults, and switches on no more. */
  clear: () => Promise<void>;
};

/** ms between the starts of two faults, and the duration of one: from, to. */
export type Pace = { every: readonly [number, number]; lasts: readonly [number, number] };
const PACE: Pace = { every: [2_000, 5_000], lasts: [1_000, 4_000] };

export const begin = (faults: Pick<Faults, "on" | "off">, seed: number, pace = PACE): Schedule => {
  const random = chance(seed);
  const within = ([from, to]: readonly [number, number]) => from + random() * (to - from);
  const switched = new Map<FaultKind, number>();
  const on = new Map<FaultKind, NodeJS.Timeout>();
  const over = new AbortController();
  let deck: FaultKind[] = [];

  const lift = (kind: FaultKind) => {
    clearTimeout(on.get(kind));
    on.delete(kind);
    faults.off(kind);
  };

  const strike = () => {
    if (deck.length === 0) deck = shuffled(kinds, random);
    const kind = deck.shift() as FaultKind;
    faults.on(kind, settingOf(kind, random));
    switched.set(kind, (switched.get(kind) ?? 0) + 1);
    clearTimeout(on.get(kind));
    on.set(
      kind,
      setTimeout(() => lift(kind), within(pace.lasts)),
    );
  };

  const forever = async () => {
    while (!over.signal.aborted) {
      strike();
      await sleep(within(pace.every), undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const running = forever();

  return {
    switched,
    now: () => [...on.keys()],
    clear: async () => {
      over.abort();
      await running;
      for (const kind of [...on.keys()]) lift(kind);
    },
  };
};
