/** The property: whatever happens at a sale, in whatever order, every answer is one that the model allows, and the auditor is content. */
import fc, { type AsyncCommand, type Scheduler } from "fast-check";
import { type Action, actions, sales } from "./actions.ts";
import type { Ground } from "./ground.ts";
import { rest } from "./rest.ts";
import { close, open, type Room, type Tally } from "./room.ts";
import { within } from "./seams.ts";
import { step } from "./step.ts";
import type { Sale, World } from "./world.ts";

type Model = { world: World };

class Step implements AsyncCommand<Model, Room> {
  readonly action: Action;
  constructor(action: Action) {
    this.action = action;
  }
  check = () => true;
  run = async (model: Model, room: Room) => {
    room.tally.actions++;
    room.tally.kinds[this.action.kind] = (room.tally.kinds[this.action.kind] ?? 0) + 1;
    model.world = await step({ room, world: model.world }, this.action);
  };
  toString = () => `\n${JSON.stringify(this.action)}`;
}

export type Options = {
  seed: number;
  runs: number;
  /** Of a failure that is to be seen again: fast-check's path, and after a `/` its commands' replay path. */
  path?: string | undefined;
  /** The most actions of a run. */
  length?: number;
  until?: () => boolean;
};

export type Failure = { seed: number; path: string; script: string; error: string };

export const tally = (): Tally => ({ runs: 0, actions: 0, schedules: 0, kinds: {} });

/** One sale from beginning to end. */
const live = async (ground: Ground, count: Tally, given: [Scheduler, Sale, Iterable<AsyncCommand<Model, Room>>]) => {
  const [scheduler, sale, commands] = given;
  const { room, world } = await open(ground, sale, { scheduler, tally: count });
  const model: Model = { world };
  try {
    await within(room.outside, {}, async () => {
      await fc.asyncModelRun(() => ({ model, real: room }), commands);
      await rest(room, model.world);
    });
    count.runs++;
  } finally {
    close(room);
  }
};

/** A third of the seeds, those that three divides, are of sales with a queue. */
export const check = async (ground: Ground, count: Tally, options: Options): Promise<Failure | undefined> => {
  const { seed, runs, length = 60, until = () => false } = options;
  const [path, replayPath] = options.path?.split("/") ?? [];
  const queue = seed % 3 === 0;
  const steps = actions({ queue }).map((action) => action.map((one) => new Step(one)));
  const property = fc.asyncProperty(
    fc.scheduler(),
    sales.map((sale) => ({ ...sale, queue })),
    fc.commands(steps, { maxCommands: length, size: "max", ...(replayPath && { replayPath }) }),
    async (...given) => {
      if (!until()) await live(ground, count, given);
    },
  );
  const result = await fc.check(property, { seed, numRuns: runs, ...(path && { path }) });
  if (!result.failed || !result.counterexample) return undefined;
  const [, sale, commands] = result.counterexample;
  const told = String(commands);
  const replay = /replayPath="([^"]*)"/.exec(told)?.[1] ?? "";
  const script = told.replace(/\/\*replayPath.*/, "");
  const error = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  return {
    seed: result.seed,
    path: `${result.counterexamplePath}/${replay}`,
    script: `${JSON.stringify(sale)}${script}`,
    error,
  };
};
