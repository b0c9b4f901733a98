/** Search terms and the events that they find. */
import { expect, test } from "vitest";
import { fits, lookups, searchText, terms, words } from "#core/catalog/search.ts";

const finds = (query: string, ...texts: string[]): boolean => {
  const text = searchText(...texts);
  const asked = words(query);
  const looked = asked.flatMap(lookups).every((term) => terms(text).has(term));
  const fitting = fits(text, asked);
  if (fitting) expect(looked, "what fits must be found by its terms").toBe(true);
  return fitting;
};

test.each([
  ["Symphony", "the whole word"],
  ["symph", "its beginning"],
  ["SYMPH", "capitals"],
  ["Ｓｙｍｐｈ", "full width"],
  ["no. 9 symphony", "several words in another order"],
  ["beyonce", "without the accent"],
  ["BEYONCÉ", "with it"],
  ["dont", "without the apostrophe"],
  ["서울", "a Korean word"],
  ["재즈", "the middle of a Korean word"],
  ["페", "one syllable"],
  ["재즈페스티벌", "a long Korean word"],
  ["서울재즈페스티벌", "Korean words without their space"],
  ["서울 페스티벌", "Korean words that are not adjacent"],
  ["2026 재즈 beyonce", "words of several scripts"],
  ["4집", "a number and a word"],
  ["東京", "Han"],
  ["ライブ", "Katakana"],
])("%s finds it: %s", (query) => {
  expect(finds(query, "Symphony No. 9, Beyoncé: Don't Stop 2026", "서울 재즈페스티벌 4집", "東京ライブ")).toBe(true);
});

test.each([
  ["phony", "the middle of a Latin word"],
  ["symphonyx", "more than the word"],
  ["symphony jazz", "one word that is missing"],
  ["즈재", "the syllables in another order"],
  ["서페", "syllables that are not adjacent"],
  ["s", "one letter of a longer word"],
])("%s does not find it: %s", (query) => {
  expect(finds(query, "Symphony No. 9", "서울 재즈페스티벌")).toBe(false);
});

test("a word longer than any term is found by its beginning and checked whole", () => {
  expect(finds("internationalisation", "Internationalisation Day")).toBe(true);
  expect(finds("internationalists", "Internationalisation Day")).toBe(false);
});

test("composed and decomposed Hangul are the same", () => {
  expect(finds("재즈".normalize("NFD"), "서울재즈")).toBe(true);
});

test("punctuation alone is not a word", () => {
  expect(words(" !?… — ")).toEqual([]);
});

test("a title of the greatest length has a limited number of terms", () => {
  const korean = Array.from({ length: 400 }, (_, n) => String.fromCodePoint(0xac00 + n * 7)).join("");
  expect(terms(searchText(korean)).size).toBeLessThan(800);
});
