/** What a test file needs: a stage of its own on the run's shared engines. */
import { inject } from "vitest";
import type { ResourceOptions } from "#local/resources.ts";
import * as Stages from "./stage.ts";

export { block, type CallOptions, type Reply, type User } from "./stage.ts";

/** Makes a stage; call it once in `beforeAll`. `overrides` may name another gateway, Redis or secrets. */
export const stage = (overrides: Partial<ResourceOptions> = {}) => Stages.stage({ ...inject("engines"), ...overrides });

export type Stage = Awaited<ReturnType<typeof stage>>;
