/** Computes the proof of work for a new place on a machine that is faster than a browser. */
import { hash } from "node:crypto";

/** An answer to a challenge's token: `2 ** difficulty` hashes on average. */
export const solve = (token: string, difficulty: number): string => {
  for (let nonce = 0; ; nonce++) {
    const answer = `${token}.${nonce}`;
    if (Math.clz32(hash("sha256", answer, "buffer").readUInt32BE(0)) >= difficulty) return answer;
  }
};
