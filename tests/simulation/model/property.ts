/** The property: for any actions in any order, the model allows every answer, and the audit finds no violation. */
import { setTimeout as sleep } from "node:timers/promises";
import fc, { type AsyncCommand, type Scheduler } from "fast-check";
import { type Action, actions, sales, type Trouble, troubles } from "./actions.ts";
import type { Fixture } from "./fixture.ts";
import { Violation } from "./observed.ts";
import { possible } from "./possible.ts";
import { rest } from "./rest.ts";
import { resync } from "./resync.ts";
import { close, open, type Run, type Tally } from "./run.ts";
import { within } from "./seams.ts";
import { count, step } from "./step.ts";
import type { Sale, World } from "./world.ts";

type Model = { run: Run; world: World };

class Step implements AsyncCommand<Model, Run> {
  readonly action: Action;
  constructor(action: Action) {
    this.action = action;
  }
  check = ({ run, world }: Readonly<Model>) => possible(run, world, this.action);
  run = async (model: Model, run: Run) => {
    count(run, this.action);
    model.world = await step({ run, world: model.world }, this.action);
  };
  toString = () => `\n${JSON.stringify(this.action)}`;
}

export type Options = {
  seed: number;
  runs: number;
  /** Of a failure to replay: fast-check's path, and after a `/` its commands' replay path. */
  path?: string | undefined;
  /** The largest number of actions in a run. */
  length?: number | undefined;
  until?: () => boolean;
  /** A violation is printed as it is, without reduction. */
  raw?: boolean | undefined;
};

export type Failure = { seed: number; path: string; script: string; error: string };

export const tally = (): Tally => ({ runs: 0, actions: 0, schedules: 0, spoilt: 0, kinds: {} });
const began = performance.now();

type Given = [Scheduler, Sale, Trouble, Iterable<AsyncCommand<Model, Run>>];

/** Short, because a run has many of them. */
const FAULT_MS = 10;

const begin = ({ faults }: Fixture, { kinds, rate, seed }: Trouble) => {
  for (const kind of kinds) faults?.on(kind, { rate, seed, ms: FAULT_MS });
};

/** Switches the faults off. The state is read again, because a late call may have changed it. */
const end = async ({ faults }: Fixture, run: Run, world: World): Promise<World> => {
  if (!faults) return world;
  faults.off();
  await sleep(10 * FAULT_MS);
  return resync(run, world);
};

/** One sale from beginning to end. */
const live = async (fixture: Fixture, count: Tally, given: Given) => {
  const [scheduler, sale, trouble, commands] = given;
  const { run, world } = await open(fixture, sale, { scheduler, tally: count });
  const model: Model = { run, world };
  try {
    await within(run.outside, {}, async () => {
      begin(fixture, trouble);
      await fc.asyncModelRun(() => ({ model, real: run }), commands);
      await rest(run, await end(fixture, run, model.world));
    });
    count.runs++;
  } catch (error) {
    if (run.late) {
      count.spoilt++;
      count.actions -= run.actions;
      return;
    }
    count.seen ??= { actions: count.actions, ms: Math.round(performance.now() - began) };
    throw error;
  } finally {
    fixture.faults?.off();
    close(run);
  }
};

/** fast-check's path of numbers, and after the first `/` its commands' own, which has more of them. */
export const parts = (path = ""): { path?: string; replayPath?: string } => {
  const at = path.indexOf("/");
  return at < 0 ? { ...(path && { path }) } : { path: path.slice(0, at), replayPath: path.slice(at + 1) };
};

/** Seeds divisible by three, a third of them, are sales with a queue. */
export const falsify = async (fixture: Fixture, count: Tally, options: Options): Promise<Failure | undefined> => {
  const { seed, runs, length = 120, until = () => false, raw = false } = options;
  const { path, replayPath } = parts(options.path);
  const queue = seed % 3 === 0;
  const steps = actions({ queue }).map((action) => action.map((one) => new Step(one)));
  const property = fc.asyncProperty(
    fc.scheduler(),
    sales.map((sale) => ({ ...sale, queue })),
    fixture.faults ? troubles({ queue }) : fc.constant<Trouble>({ kinds: [], rate: 0, seed: 0 }),
    fc.commands(steps, { maxCommands: length, size: "max", ...(replayPath && { replayPath }) }),
    async (...given) => {
      if (!until()) await live(fixture, count, given);
    },
  );
  const result = await fc.check(property, { seed, numRuns: runs, endOnFailure: raw, ...(path && { path }) });
  if (!result.failed || !result.counterexample) return undefined;
  const [, sale, trouble, commands] = result.counterexample;
  const told = String(commands);
  const replay = /replayPath="([^"]*)"/.exec(told)?.[1] ?? "";
  const script = told.replace(/\/\*replayPath.*/, "");
  const reason = result.errorInstance;
  const error =
    reason instanceof Violation ? reason.message : reason instanceof Error ? `${reason.stack}` : `${reason}`;
  return {
    seed: result.seed,
    path: `${result.counterexamplePath}/${replay}`,
    script: `${JSON.stringify(sale)}${trouble.kinds.length > 0 ? `\n${JSON.stringify(trouble)}` : ""}${script}`,
    error,
  };
};
