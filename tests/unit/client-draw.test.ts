import { expect, test } from "vitest";
import { drawn, fits } from "#client/draw.ts";
import { commitmentOf, permutation } from "#core/queue/draw.ts";

const seed = "5b".repeat(32);

test("a buyer's page computes the numbers that the queue gives, for lobbies of every size", async () => {
  for (const lobby of [1, 2, 3, 5, 17, 64, 257, 1_000_003]) {
    const numberOf = permutation(seed, lobby);
    for (const index of [1, Math.ceil(lobby / 3), Math.ceil(lobby / 2), lobby])
      expect(await drawn(seed, lobby, index)).toBe(numberOf(index));
  }
});

test("the page accepts the seed that was committed to, and no other", async () => {
  expect(await fits(seed, commitmentOf(seed))).toBe(true);
  expect(await fits("5c".repeat(32), commitmentOf(seed))).toBe(false);
});
