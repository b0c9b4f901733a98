/** The base of a test file: a stage of its own on the run's shared engines. */
import { inject } from "vitest";
import type { ResourceOptions } from "#local/resources.ts";
import * as SentAgain from "./sent-again.ts";
import * as Stages from "./stage.ts";

export { block, type CallOptions, type Reply, type User } from "./stage.ts";

/**
 * Makes a stage; call it once in `beforeAll`. `overrides` may name another gateway, Redis or secrets. Messages that the worker sends again
 * with a delay come with the next `settle` or `drain`.
 */
export const stage = async (overrides: Partial<ResourceOptions> = {}) => {
  const made = await Stages.stage({ ...inject("engines"), ...overrides });
  const release = SentAgain.putAside();
  const after = (deliver: () => Promise<number>) => async () => {
    await release();
    return deliver();
  };
  return { ...made, settle: after(made.settle), fanout: after(made.fanout), drain: after(made.drain) };
};

export type Stage = Awaited<ReturnType<typeof stage>>;
