/** The status that a visitor gets about their wait. */
import { expect, test } from "vitest";
import { permutation } from "#core/queue/draw.ts";
import { askAgain, numberAt, waitFor } from "#core/queue/line.ts";

const seed = "11".repeat(32);

test("a lobby place's number is drawn, and a line place's number is its own", () => {
  expect(numberAt(3, { lobby: 5, seed })).toBe(permutation(seed, 5)(3));
  expect(numberAt(6, { lobby: 5, seed })).toBe(6);
});

test("before the freeze no visitor has a number", () => {
  expect(numberAt(3, {})).toBeUndefined();
});

test("visitors poll again after a fifth of their wait, between 3 and 120 seconds", () => {
  expect([0, 14, 60, 601, 100_000].map(askAgain)).toEqual([3, 3, 12, 120, 120]);
});

test("a visitor who has been called does not wait", () => {
  expect(waitFor(7, { serving: 9, admitPerSecond: 2 })).toBe(0);
  expect(waitFor(19, { serving: 9, admitPerSecond: 2 })).toBe(5);
});
