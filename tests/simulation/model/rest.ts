/** The end of a run: finishes all work, and then runs the audit. */
import { check } from "../checker.ts";
import { differences } from "./differences.ts";
import { Violation } from "./observed.ts";
import { type Run, snapshot } from "./run.ts";
import { step } from "./step.ts";
import type { World } from "./world.ts";

const ROUNDS = 8;

/** Delivers everything, until nothing new comes. */
const deliverAll = async (run: Run, before: World): Promise<World> => {
  const { outside } = run;
  let world = before;
  for (let tries = 0; tries < 4; tries++) {
    while (outside.pending.length > 0) world = await step({ run, world }, { kind: "decide", at: 0 });
    while (outside.webhooks.length > 0) world = await step({ run, world }, { kind: "webhook", at: 0, again: false });
    for (let left = outside.messages.length; left > 0; left--)
      world = await step({ run, world }, { kind: "settle", at: 0, again: false });
    for (const kind of ["leave", "mail"] as const) world = await step({ run, world }, { kind, again: false });
    if (outside.messages.length + outside.webhooks.length + outside.pending.length === 0) return world;
  }
  return world;
};

/** An unconfirmed Toss payment is owed until it has expired. */
const isOwing = async (run: Run): Promise<boolean> =>
  (await snapshot(run)).orders.some(({ open }) => open !== undefined);

/** Throws `Violation` with all faults when all work is finished. */
export const rest = async (run: Run, before: World): Promise<void> => {
  const { outside } = run;
  let world = await deliverAll(run, before);
  for (let round = 0; round < ROUNDS; round++) {
    const waiting = Object.values(world.orders).some(({ status }) => status === "paying" || status === "refunding");
    if (!waiting && outside.messages.length === 0 && !(await isOwing(run))) break;
    outside.now += 660_000; // later than a worker's time, and than an unanswered payment's
    world = await step({ run, world }, { kind: "reconcile" });
    world = await deliverAll(run, world);
  }
  const { violations } = check(await snapshot(run, { queues: run.rules.queue }), differences(run, world));
  if (violations.length > 0) throw new Violation(violations.join("\n"));
};
