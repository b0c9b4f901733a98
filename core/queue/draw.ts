/**
 * The draw: the number that a lobby index gets. It is a permutation of 1…N that follows from the seed: a Feistel network with cycle
 * walking. So every number is given exactly once, no list is needed, and everyone can check it (docs/fairness.md).
 */
import { createHash, createHmac } from "node:crypto";

const ROUNDS = 10;

/** From a lobby index to its number, both in 1…N. */
export type Permutation = (index: number) => number;

/**
 * The permutation of a lobby of `lobby` visitors by a seed of 64 hex digits. HMACs are computed when they are needed: at most ten times
 * the root of 4 × `lobby`, for any count of numbers.
 */
export const permutation = (seed: string, lobby: number): Permutation => {
  const half = halfBits(lobby);
  const size = 2 ** half;
  const round = rounds(Buffer.from(seed, "hex"), lobby, size);
  const permute = (x: number): number => {
    let left = Math.floor(x / size);
    let right = x % size;
    for (let n = 0; n < ROUNDS; n++) [left, right] = [right, left ^ round(n, right)];
    return left * size + right;
  };
  return (index) => {
    if (!Number.isInteger(index) || index < 1 || index > lobby)
      throw new RangeError(`${index} is not an index of a lobby of ${lobby}`);
    // The network permutes a range that is a little larger. An index that lands outside is permuted again until it is inside.
    let x = permute(index - 1);
    while (x >= lobby) x = permute(x);
    return x + 1;
  };
};

/** The SHA-256 of the seed's 32 bytes: what is published when an event is made. */
export const commitmentOf = (seed: string): string =>
  createHash("sha256").update(Buffer.from(seed, "hex")).digest("hex");

/** Half of b, the smallest even number ≥ 2 with 2^b ≥ `lobby`. */
const halfBits = (lobby: number): number => {
  let half = 1;
  while (4 ** half < lobby) half++;
  return half;
};

/** The round function. Each value is computed once. */
const rounds = (key: Buffer, lobby: number, size: number) => {
  const values = new Int32Array(ROUNDS * size).fill(-1);
  const message = Buffer.alloc(9);
  message.writeUInt32BE(lobby, 1);
  return (round: number, right: number): number => {
    const at = round * size + right;
    const known = values[at] ?? -1;
    if (known >= 0) return known;
    message.writeUInt8(round, 0);
    message.writeUInt32BE(right, 5);
    const value = createHmac("sha256", key).update(message).digest().readUInt32BE(0) % size;
    values[at] = value;
    return value;
  };
};
