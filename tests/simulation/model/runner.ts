/** Runs many sales at the same time on one fixture, seed after seed, until the time is over. */
import type { Fixture } from "./fixture.ts";
import { type Failure, falsify, tally } from "./property.ts";
import type { Tally } from "./run.ts";

/** Sales of one seed. */
export const RUNS = 20;

export type LaneOptions = {
  /** The first one; each further lane and round takes the next. */
  seed: number;
  lanes: number;
  until: () => boolean;
  raw?: boolean | undefined;
  /** The most actions of a sale. */
  length?: number;
  /** Counts while it runs. */
  count?: Tally;
};

export type Played = Tally & { seeds: number[]; failures: Failure[] };

/** Runs until `until`, or until a violation: then each lane ends with its seed. */
export const play = async (
  fixture: Fixture,
  { seed, lanes, until, raw, length, count = tally() }: LaneOptions,
): Promise<Played> => {
  const [seeds, failures]: [number[], Failure[]] = [[], []];
  let next = seed;
  const over = () => until() || failures.length > 0;
  const lane = async () => {
    while (!over()) {
      const mine = next++;
      seeds.push(mine);
      const failure = await falsify(fixture, count, { seed: mine, runs: RUNS, until: over, raw, length });
      if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { ...count, seeds, failures };
};
