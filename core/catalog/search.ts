/**
 * Search terms. A word of a script with spaces, such as Latin, is found by its beginning. A Korean, Chinese or Japanese word is found by
 * any part of it. Pure functions: an event's terms, a query's terms, and whether an event matches a query.
 */
const CJK = String.raw`\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー`;
const SEGMENT = new RegExp(String.raw`[${CJK}]+|[[\p{L}\p{N}\p{M}]--[${CJK}]]+`, "gv");
const BETWEEN_CJK = new RegExp(String.raw`(?<=[${CJK}])\s+(?=[${CJK}])`, "gu");
const STARTS_CJK = new RegExp(`^[${CJK}]`, "u");

/** Letters of the longest term. A longer beginning is looked up by its first 12 letters, then `fits` checks all of it. */
const LONGEST_BEGINNING = 12;

/** Makes texts equal that differ only in half and full width, capitals, accents or apostrophes. */
const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/(?<=\p{Script=Latin}\p{M}*)\p{M}/gu, "")
    .normalize("NFKC")
    .replace(/['’]/g, "");

/** The words of a query. */
export const words = (query: string): string[] => [...new Set(fold(query).match(SEGMENT) ?? [])];

/** An event's words in one line, for `fits`. Spaces between Korean words are removed, because people often leave them out. */
export const searchText = (...texts: string[]): string =>
  texts.flatMap((text) => fold(text).replace(BETWEEN_CJK, "").match(SEGMENT) ?? []).join(" ");

const pairs = (word: string): string[] => {
  const letters = [...word];
  return letters.slice(1).map((letter, n) => `${letters[n]}${letter}`);
};

/** All terms by which a search text can be looked up. */
export const terms = (searchText: string): Set<string> => new Set(searchText.split(" ").flatMap(termsOf));

const termsOf = (word: string): string[] => {
  const letters = [...word];
  if (STARTS_CJK.test(word)) return [...letters, ...pairs(word)];
  const shortest = Math.min(2, letters.length);
  const longest = Math.min(LONGEST_BEGINNING, letters.length);
  return Array.from({ length: longest - shortest + 1 }, (_, n) => letters.slice(0, shortest + n).join(""));
};

/** Terms that every event has that matches this word of a query. */
export const lookups = (word: string): string[] => {
  const letters = [...word];
  if (STARTS_CJK.test(word)) return letters.length === 1 ? letters : pairs(word);
  return [letters.slice(0, LONGEST_BEGINNING).join("")];
};

/** Whether an event has every word. A single Latin letter matches only a one-letter word, because other words have no one-letter term. */
export const fits = (searchText: string, query: string[]): boolean => {
  const own = searchText.split(" ");
  return query.every((word) => {
    if (STARTS_CJK.test(word)) return own.some((other) => other.includes(word));
    return own.some((other) => ([...word].length === 1 ? other === word : other.startsWith(word)));
  });
};
