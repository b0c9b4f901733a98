/**
 * A proof of work, asked for where requests come in bulk. It asks nobody and keeps nothing: a challenge is a token of ours, bound to
 * what it was asked for and to ten minutes, and its answer is checked by one hash. For anything else it is worth nothing; what it may
 * be sent twice for has to be bounded where it is asked.
 */
import { createHash } from "node:crypto";
import { iso } from "./clock.ts";
import { sign, verify } from "./tokens.ts";

/** ms in which to answer: a slow phone has time to sleep in between, a farm none to work ahead. */
const answerWithinMs = 10 * 60_000;

/** What the work is for, and whose. */
export type Bound = Record<string, string>;

/** What a refusal says of the work: a text of the token, a dot and any nonce whose SHA-256 begins with `difficulty` zero bits. */
export const pose = (bound: Bound, difficulty: number, now: number) => {
  const expiresAt = now + answerWithinMs;
  return {
    challenge: { kind: "work", token: sign("challenge", bound, expiresAt), difficulty, expiresAt: iso(expiresAt) },
  };
};

/** How much work an answer proves: the zero bits (≤ 32) that its hash begins with; 0 if its token is bound to something else, or has expired. */
export const weigh = (answer: string | undefined, bound: Bound, now: number): number => {
  if (answer === undefined) return 0;
  const claims = verify("challenge", answer.slice(0, Math.max(0, answer.lastIndexOf("."))), now);
  if (!claims || Object.entries(bound).some(([name, value]) => claims[name] !== value)) return 0;
  return Math.clz32(createHash("sha256").update(answer).digest().readUInt32BE(0));
};
