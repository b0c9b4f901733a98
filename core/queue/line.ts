/** Facts that follow from a place and the state of the line. Pure. */
import { type Permutation, permutation } from "./draw.ts";

export type Draw = { lobby?: number | undefined; seed?: string | undefined };

let last: { lobby: number; seed: string; permute: Permutation } | undefined;

/** The last draw's permutation is kept, because an environment mostly needs the same draw again. */
const permute = (seed: string, lobby: number): Permutation => {
  if (last?.seed !== seed || last.lobby !== lobby) last = { lobby, seed, permute: permutation(seed, lobby) };
  return last.permute;
};

/**
 * A place is one ordinal, which is given once for an event: 1…N in the lobby, N + 1 upwards in the line. The number of a lobby place is
 * drawn. In the line the number is the ordinal itself. Undefined before the freeze, because N is not known yet.
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
