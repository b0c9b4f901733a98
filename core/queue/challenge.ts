/**
 * The hook at joining, against farmed accounts: what a new place may cost beside an account. It asks nobody and keeps nothing: a
 * challenge is a token of ours, bound to its user, event and expiry, and its answer is checked by one hash. Answered twice it is the
 * same place, for a user has one; given to another account it is worth nothing.
 */
import { createHash } from "node:crypto";
import { iso } from "#core/lib/clock.ts";
import { sign, verify } from "#core/lib/tokens.ts";
import { ChallengeRequired } from "./schema.ts";

/** ms in which to answer: a slow phone has time to sleep in between, a farm none to work ahead. */
const RUNS = 10 * 60_000;

type Visit = { userId: string; eventId: string; now: number };

/** The refusal that says what to solve: `challenge: {kind, token, difficulty, expiresAt}`. */
export const required = ({ userId, eventId, now }: Visit, difficulty: number) => {
  const expiresAt = now + RUNS;
  const token = sign("challenge", { sub: userId, evt: eventId }, expiresAt);
  return ChallengeRequired(undefined, {
    extra: { challenge: { kind: "work", token, difficulty, expiresAt: iso(expiresAt) } },
  });
};

/** How much work an answer proves: the zero bits (≤ 32) that its hash begins with; 0 if its token is not this visitor's, or has expired. */
export const weigh = ({ challenge, userId, eventId, now }: Visit & { challenge?: string | undefined }): number => {
  if (challenge === undefined) return 0;
  const token = challenge.slice(0, Math.max(0, challenge.lastIndexOf(".")));
  const claims = verify<{ sub: string; evt: string }>("challenge", token, now);
  if (claims?.sub !== userId || claims.evt !== eventId) return 0;
  return Math.clz32(createHash("sha256").update(challenge).digest().readUInt32BE(0));
};
