/**
 * The challenge at joining, against farmed accounts: a new place may cost some work. Two answers give the same place, because a user
 * has one place. An answer is not valid for another account.
 */
import * as Challenge from "#core/lib/challenge.ts";
import { ChallengeRequired } from "./schema.ts";

type Visit = { userId: string; eventId: string; now: number };

const bound = ({ userId, eventId }: Visit) => ({ sub: userId, evt: eventId });

/** The refusal that says what to solve: `challenge: {kind, token, difficulty, expiresAt}`. */
export const required = (visit: Visit, difficulty: number) =>
  ChallengeRequired(undefined, { extra: Challenge.pose(bound(visit), difficulty, visit.now) });

/** The work that an answer proves, in zero bits. */
export const weigh = (visit: Visit & { challenge?: string | undefined }): number =>
  Challenge.weigh(visit.challenge, bound(visit), visit.now);
