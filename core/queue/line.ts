/** What follows from a place and the state of the line, without asking anyone. */
import { type Permutation, permutation } from "./draw.ts";

export type Draw = { lobby?: number | undefined; seed?: string | undefined };

let last: { lobby: number; seed: string; permute: Permutation } | undefined;

/** An environment meets one draw again and again: what it has worked out of it is kept. */
const permute = (seed: string, lobby: number): Permutation => {
  if (last?.seed !== seed || last.lobby !== lobby) last = { lobby, seed, permute: permutation(seed, lobby) };
  return last.permute;
};

/**
 * A place is one ordinal, given out once an event: 1…N to the lobby, N + 1 upwards to the line. A lobby place's number is drawn; a
 * line's number is the ordinal itself. Undefined before the freeze, when N is not known yet.
 */
export const numberAt = (ordinal: number, { lobby, seed }: Draw): number | undefined => {
  if (lobby === undefined || seed === undefined) return undefined;
  return ordinal <= lobby ? permute(seed, lobby)(ordinal) : ordinal;
};

const minRetrySeconds = 3;
const maxRetrySeconds = 120;

/** Seconds after which to ask again: a fifth of the wait, from 3 s to 120 s. */
export const askAgain = (waitSeconds: number): number =>
  Math.min(maxRetrySeconds, Math.max(minRetrySeconds, Math.ceil(waitSeconds / 5)));

/** Seconds until a number is called if the rate alone decides. */
export const waitFor = (number: number, line: { serving: number; admitPerSecond: number }): number =>
  Math.max(0, number - line.serving) / line.admitPerSecond;
