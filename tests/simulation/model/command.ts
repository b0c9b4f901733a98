/** The command `npm run model`: for a time, for a number of actions, or a replay of one violation. */
import type { EngineAddresses } from "#tests/support/engines.ts";
import { counts, type Report } from "../report.ts";
import { type Fixture, startModel } from "./fixture.ts";
import { type Failure, falsify, tally } from "./property.ts";
import type { Tally } from "./run.ts";
import { play, RUNS } from "./runner.ts";

export type Options = {
  seed: number;
  ms: number;
  /** Ends after this many actions. */
  actions: number;
  lanes: number;
  faults: boolean;
  /** Replays the violation that was printed with it. */
  path?: string | undefined;
  raw: boolean;
  say: (line: string) => void;
  stopped: () => boolean;
};

export const model = async (engines: EngineAddresses, options: Options): Promise<Report> => {
  const fixture = await startModel(engines, options.faults);
  try {
    return await (options.path === undefined ? look(fixture, options) : replay(fixture, options));
  } finally {
    await fixture.stop();
  }
};

const progress = ({ runs, actions, schedules }: Tally, ms: number) =>
  `${actions} actions in ${runs} sales, ${schedules} schedules of requests at once, ${Math.round((actions * 1000) / ms)} actions/s, ${Math.round(ms / 1000)} s`;

const text = (options: Options, { seed, path, script, error }: Failure): string =>
  `${error}\n\n${script}\n\nAgain: npm run model -- ${options.faults ? "--faults " : ""}--seed ${seed} --path "${path}"\n`;

const look = async (fixture: Fixture, options: Options): Promise<Report> => {
  const { seed, actions, lanes, raw, say, stopped } = options;
  const began = performance.now();
  const ms = () => performance.now() - began;
  const count = tally();
  const telling = setInterval(() => say(progress(count, ms())), 5_000);
  const until = () => stopped() || ms() >= options.ms || count.actions >= actions;
  const played = await play(fixture, { seed, lanes: options.faults ? 1 : lanes, until, raw, count });
  clearInterval(telling);
  const { seeds, kinds, failures, spoilt } = played;
  return {
    seed,
    passed: failures.length === 0,
    violations: failures.map((failure) => text(options, failure)),
    struck: fixture.faults?.struck() ?? {},
    lines: [
      counts(Object.entries(kinds)),
      `${progress(played, ms())}, seeds ${seeds[0]} to ${Math.max(...seeds)}`,
      ...(spoilt > 0 ? [`${spoilt} sales were spoilt by a machine that stood still: they do not count`] : []),
    ],
    figures: { ...played, ms: Math.round(ms()) },
  };
};

/** Repeats the same sale, as often as its reduction needed. */
const replay = async (fixture: Fixture, options: Options): Promise<Report> => {
  const { seed, path } = options;
  const failure = await falsify(fixture, tally(), { seed, path, runs: RUNS });
  return {
    ...{ seed, passed: !failure, violations: failure ? [text(options, failure)] : [] },
    ...{ struck: fixture.faults?.struck() ?? {}, figures: {} },
    lines: failure ? [] : ["It is fixed, or it hung on more than the seed says (see docs/proof.md)."],
  };
};
