/** How an organiser sets the queue of an event. */
import * as z from "zod/mini";
import { lazy } from "#core/lib/schemas.ts";

export const queueRules = {
  enabled: lazy(() => z.boolean()),
  /** Visitors called per second. */
  admitPerSecond: lazy(() => z.number().check(z.gt(0), z.maximum(10_000))),
  /** Admissions that may be active at the same time. */
  maxActive: lazy(() => z.int().check(z.minimum(1), z.maximum(100_000))),
  /** How long an admission lasts. */
  sessionSeconds: lazy(() => z.int().check(z.minimum(1), z.maximum(7_200))),
  /** How long a called visitor's slot is kept. */
  claimSeconds: lazy(() => z.int().check(z.minimum(1), z.maximum(3_600))),
  /** What a new place needs in addition to an account: a proof of work (`work`), or nothing (default). */
  challenge: lazy(() => z.optional(z.enum(["none", "work"]))),
  /** Zero bits at the start of the work's hash: 2 to that power hashes on average. Default: `defaultWorkBits`. */
  difficulty: lazy(() => z.optional(z.int().check(z.minimum(1), z.maximum(24)))),
  /** What an account needs for a new place. `verifiedEmail`: a code that was mailed to its address has come back. Default: nothing. */
  requires: lazy(() => z.optional(z.array(z.enum(["verifiedEmail"])).check(z.maxLength(1)))),
};
export const defaultWorkBits = 18;

/** Only joining asks for it. */
const needsQueue = { path: ["requires"], error: "needs a queue: set `enabled` to true" };

export const NewQueue = lazy(() =>
  z._default(
    z
      .strictObject({
        enabled: z._default(queueRules.enabled, true),
        admitPerSecond: z._default(queueRules.admitPerSecond, 50),
        maxActive: z._default(queueRules.maxActive, 1_000),
        sessionSeconds: z._default(queueRules.sessionSeconds, 600),
        claimSeconds: z._default(queueRules.claimSeconds, 60),
        challenge: queueRules.challenge,
        difficulty: queueRules.difficulty,
        requires: queueRules.requires,
      })
      .check(z.refine(({ enabled, requires = [] }) => enabled || requires.length === 0, needsQueue)),
    { enabled: true, admitPerSecond: 50, maxActive: 1_000, sessionSeconds: 600, claimSeconds: 60 },
  ),
);

export const QueuePatch = lazy(() =>
  z.optional(
    z.strictObject({
      admitPerSecond: z.optional(queueRules.admitPerSecond),
      maxActive: z.optional(queueRules.maxActive),
      sessionSeconds: z.optional(queueRules.sessionSeconds),
      claimSeconds: z.optional(queueRules.claimSeconds),
      challenge: queueRules.challenge,
      difficulty: queueRules.difficulty,
      requires: queueRules.requires,
    }),
  ),
);
