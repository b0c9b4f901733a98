/** The proof of work that a new place may cost, as a machine does it that has better things than a browser. */
import { hash } from "node:crypto";

/** An answer to a challenge's token: `2 ** difficulty` hashes on average. */
export const solve = (token: string, difficulty: number): string => {
  for (let nonce = 0; ; nonce++) {
    const answer = `${token}.${nonce}`;
    if (Math.clz32(hash("sha256", answer, "buffer").readUInt32BE(0)) >= difficulty) return answer;
  }
};
