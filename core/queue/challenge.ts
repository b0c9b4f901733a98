/**
 * The hook at joining, against farmed accounts: what a new place may cost beside an account. Answered twice it is the same place, for a
 * user has one; given to another account it is worth nothing.
 */
import * as Challenge from "#core/lib/challenge.ts";
import { ChallengeRequired } from "./schema.ts";

type Visit = { userId: string; eventId: string; now: number };

const bound = ({ userId, eventId }: Visit) => ({ sub: userId, evt: eventId });

/** The refusal that says what to solve: `challenge: {kind, token, difficulty, expiresAt}`. */
export const required = (visit: Visit, difficulty: number) =>
  ChallengeRequired(undefined, { extra: Challenge.pose(bound(visit), difficulty, visit.now) });

/** How much work an answer proves, in zero bits. */
export const weigh = (visit: Visit & { challenge?: string | undefined }): number =>
  Challenge.weigh(visit.challenge, bound(visit), visit.now);
