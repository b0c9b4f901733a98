/**
 * A proof of work, required where requests come in bulk. It reads and stores nothing: a challenge is a signed token, bound to its purpose
 * and valid for ten minutes, and its answer is checked by one hash. It is not valid for another purpose. It can be sent more than once,
 * so the caller has to limit what a repeated answer can do.
 */
import { createHash } from "node:crypto";
import { iso } from "./clock.ts";
import { sign, verify } from "./tokens.ts";

/** ms in which to answer: long enough for a slow phone that sleeps in between, too short to do the work in advance. */
const answerWithinMs = 10 * 60_000;

/** What the work is for, and for whom. */
export type Bound = Record<string, string>;

/** The work, for a refusal. The answer is the token, a dot and a nonce. Its SHA-256 must begin with `difficulty` zero bits. */
export const pose = (bound: Bound, difficulty: number, now: number) => {
  const expiresAt = now + answerWithinMs;
  return {
    challenge: { kind: "work", token: sign("challenge", bound, expiresAt), difficulty, expiresAt: iso(expiresAt) },
  };
};

/** The work that an answer proves: the zero bits (≤ 32) at the start of its hash. 0 if its token is for another purpose or has expired. */
export const weigh = (answer: string | undefined, bound: Bound, now: number): number => {
  if (answer === undefined) return 0;
  const claims = verify("challenge", answer.slice(0, Math.max(0, answer.lastIndexOf("."))), now);
  if (!claims || Object.entries(bound).some(([name, value]) => claims[name] !== value)) return 0;
  return Math.clz32(createHash("sha256").update(answer).digest().readUInt32BE(0));
};
