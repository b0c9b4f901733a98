/** The draw: every number once, all numbers equally likely, and no way to influence it. */
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { commitmentOf, permutation } from "#core/queue/draw.ts";

const seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

const isPermutation = (lobby: number): boolean => {
  const numberOf = permutation(seed, lobby);
  const given = new Uint8Array(lobby + 1);
  for (let index = 1; index <= lobby; index++) {
    const number = numberOf(index);
    if (number < 1 || number > lobby || given[number]) return false;
    given[number] = 1;
  }
  return true;
};

/** The specification, implemented again without the product's code. */
const asSpecified = (lobby: number, index: number): number => {
  let bits = 2;
  while (2 ** bits < lobby) bits += 2;
  const mask = BigInt(2 ** (bits / 2) - 1);
  const shift = BigInt(bits / 2);
  let x = BigInt(index - 1);
  do {
    let [left, right] = [x >> shift, x & mask];
    for (let round = 0; round < 10; round++) {
      const message = Buffer.concat([Buffer.from([round]), uint32(lobby), uint32(Number(right))]);
      const digest = createHmac("sha256", Buffer.from(seed, "hex")).update(message).digest("hex");
      [left, right] = [right, left ^ (BigInt(`0x${digest.slice(0, 8)}`) & mask)];
    }
    x = (left << shift) | right;
  } while (x >= BigInt(lobby));
  return Number(x) + 1;
};
const uint32 = (value: number) => Buffer.from(value.toString(16).padStart(8, "0"), "hex");

/** `DRAW_LOBBIES=2000 npx vitest run tests/unit/queue-draw.test.ts` tries more of them. */
const lobbies = Number(process.env.DRAW_LOBBIES ?? 300);
/** Sizes at which the network grows: powers of four. */
const edges = [255, 256, 257, 1_023, 1_024, 1_025, 4_095, 4_096, 4_097];

test("for every lobby of 1 to 300 visitors, and where the network grows, each number is given exactly once", {
  timeout: 180_000,
}, () => {
  const all = [...Array.from({ length: lobbies }, (_, n) => n + 1), ...edges];
  expect(all.filter((lobby) => !isPermutation(lobby))).toEqual([]);
});

test("for a lobby of 1,000,000 visitors, each number is given exactly once", { timeout: 60_000 }, () => {
  expect(isPermutation(1_000_000)).toBe(true);
});

test("the numbers are those of the published specification", () => {
  for (const lobby of [1, 2, 3, 4, 5, 16, 17, 100, 1_000, 65_537, 1_000_000]) {
    const numberOf = permutation(seed, lobby);
    for (const index of [1, 2, Math.ceil(lobby / 2), lobby - 1, lobby].filter((i) => i >= 1 && i <= lobby))
      expect([lobby, index, numberOf(index)]).toEqual([lobby, index, asSpecified(lobby, index)]);
  }
});

test("the commitment is the SHA-256 of the seed's bytes, not of its letters", () => {
  expect(commitmentOf(seed)).toBe("630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd");
});

/** Fixed seeds, so that the test's outcome is fixed. */
const seeds = (count: number) =>
  Array.from({ length: count }, (_, n) => createHmac("sha256", "uniformity").update(String(n)).digest("hex"));

test("over many seeds, every index is equally likely to get every rank", { timeout: 120_000 }, () => {
  const lobby = 10;
  const draws = 5_000;
  const counts = Array.from({ length: lobby }, () => new Array<number>(lobby).fill(0));
  for (const each of seeds(draws)) {
    const numberOf = permutation(each, lobby);
    for (let index = 1; index <= lobby; index++) (counts[index - 1] as number[])[numberOf(index) - 1]!++;
  }
  const expected = draws / lobby;
  const chiSquare = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // rows and columns have fixed sums: (10 − 1)² = 81 degrees of freedom; a random value exceeds 126 once in a thousand times
  expect(chiSquare).toBeLessThan(126);
  expect(chiSquare).toBeGreaterThan(46); // a value that is too small is not random either
});

test("the first visitors of the lobby have no better chances than the last", { timeout: 60_000 }, () => {
  const lobby = 1_000;
  const draws = 400;
  const mean = (index: number) => seeds(draws).reduce((sum, each) => sum + permutation(each, lobby)(index), 0) / draws;
  // a uniform rank's mean has a standard error of 1000 / √12 / √400 ≈ 14.4
  for (const index of [1, 2, 500, 999, 1_000]) expect(Math.abs(mean(index) - 500.5)).toBeLessThan(4 * 14.4);
});

test("another seed or another lobby gives another order", () => {
  const order = (key: string, lobby: number) => Array.from({ length: 50 }, (_, n) => permutation(key, lobby)(n + 1));
  const [other = ""] = seeds(1);
  expect(order(seed, 1_000)).not.toEqual(order(other, 1_000));
  expect(order(seed, 1_000)).not.toEqual(order(seed, 1_001));
});

test("an index outside the lobby has no number", () => {
  for (const index of [0, 11, -1, 1.5]) expect(() => permutation(seed, 10)(index)).toThrow(RangeError);
});
