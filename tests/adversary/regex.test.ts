/**
 * No regular expression of the product can be made slow. Each one in the sources is tried with texts of up to 20,000 characters that almost
 * match and then fail.
 */
import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { parseAst } from "vite";
import { afterAll, expect, test } from "vitest";
import * as z from "zod/mini";

const root = join(import.meta.dirname, "../..");

// biome-ignore lint/suspicious/noExplicitAny: a node of a syntax tree
type Node = any;

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.d)\.tsx?$/.test(file))
    .map((file) => join(folder, file));

const walk = (node: Node, see: (node: Node) => void): void => {
  if (node === null || typeof node !== "object") return;
  if (node.type) see(node);
  for (const inner of Object.values(node)) walk(inner, see);
};

/** Every literal of a file. */
const literals = (file: string): { file: string; regex: RegExp }[] => {
  const text = readFileSync(join(root, file), "utf8");
  const code = file.endsWith("x") ? text : stripTypeScriptTypes(text);
  const found: { file: string; regex: RegExp }[] = [];
  walk(parseAst(code, { lang: file.endsWith("x") ? "tsx" : "js" }), ({ type, regex }) => {
    if (type === "Literal" && regex) found.push({ file, regex: new RegExp(regex.pattern, regex.flags) });
  });
  return found;
};

const written = ["core", "functions", "client", "web/src"].flatMap(sources).flatMap(literals);

/** Expressions that the product makes at its start, recorded while its modules are loaded for the first time. */
const made: { file: string; regex: RegExp }[] = [];
const real = globalThis.RegExp;
globalThis.RegExp = new Proxy(real, {
  construct: (target, args) => {
    const regex = Reflect.construct(target, args) as RegExp;
    made.push({ file: "made at the start", regex });
    return regex;
  },
});
afterAll(() => {
  globalThis.RegExp = real;
});
for (const file of [...sources("core"), ...sources("functions")].filter((file) => !file.includes("http/")))
  await import(/* @vite-ignore */ join(root, file));
globalThis.RegExp = real;

/** Zod's expressions that it applies before the length of a text. */
const formats = [z.email(), z.iso.datetime(), z.iso.date()].map((schema) => ({
  file: "zod",
  regex: (schema._zod as Node).pattern as RegExp,
}));

/** Characters in a pattern, and some others. */
const alphabet = ({ source }: RegExp): string[] => {
  const own = source.replace(/\\[dDwWsSbBpPuxkc](\{[^}]*\})?/g, "").match(/[^\\()[\]{}|?*+^$]/gu) ?? [];
  return [
    ...new Set([
      ...own,
      "a",
      "A",
      "0",
      " ",
      "=",
      "@",
      ".",
      "<",
      "-",
      "_",
      "가",
      "é",
      "e\u0301",
      "\u0301",
      "\n",
      "/",
      ":",
      "(",
    ]),
  ].slice(0, 60);
};

/** Longer and longer texts, so that even an exponential expression is noticed before it takes for ever. */
const LENGTHS = [
  12, 16, 20, 22, 24, 26, 28, 30, 33, 36, 40, 50, 62, 78, 100, 125, 160, 250, 500, 1_000, 2_000, 5_000, 20_000,
];

/** The plain text with which a pattern begins. */
const beginning = ({ source }: RegExp): string =>
  (/^\^?\(?((?:[\w\s@<=,:-]|\\[.$/-])*)/.exec(source)?.[1] ?? "").replaceAll("\\", "");

/** Texts of one repeated piece, some after the pattern's beginning, some with an end that does not match. */
const texts = (regex: RegExp, length: number): string[] => {
  const letters = alphabet(regex);
  const pieces = [...letters, ...letters.slice(0, 12).flatMap((a) => ["a", " ", "0", "."].map((b) => a + b))];
  return pieces.flatMap((piece) => {
    const body = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    return [body, `${body}\u0000`, `${beginning(regex)}${body}\u0000`];
  });
};

const timed = (regex: RegExp, text: string): number => {
  const began = performance.now();
  text.replace(new real(regex.source, regex.flags), "");
  return performance.now() - began;
};

/** ms of the slowest text of up to `longest` characters; stops at the first that takes more than `most`. */
const slowest = (regex: RegExp, most: number, longest = 20_000): { ms: number; text: string } => {
  let worst = { ms: 0, text: "" };
  for (const length of LENGTHS.filter((length) => length <= longest))
    for (const text of texts(regex, length)) {
      let ms = timed(regex, text);
      // three times: the machine may have been busy with something else
      for (let again = 0; ms > most && again < 2; again++) ms = Math.min(ms, timed(regex, text));
      if (ms > worst.ms) worst = { ms, text: text.slice(0, 40) };
      if (ms > most) return worst;
    }
  return worst;
};

/** Expressions with limited input, where quadratic time is short. Each has its reason. */
const BOUNDED: Record<string, number> = {
  // an event's title and venue, a search: 200 characters (core/catalog/schema.ts)
  "(?<=\\p{Script=Latin}\\p{M}*)\\p{M}": 1_000,
  // our own hashes, 32 bytes in base64
  "=+$": 100,
  // `mailFrom` of the configuration, and an address of at most 254 characters
  "^\\s*(.*?)\\s*<([^<>]+)>\\s*$": 300,
  // Redis's address, of the configuration
  "\\/$": 300,
  // the visitor's own address bar, in their own browser
  "\\/+$": 2_000,
};

const every = [...new Map([...written, ...made, ...formats].map((one) => [String(one.regex), one])).values()];
const maxMs = 100;

test("the sources are read: regular expression literals, those built from strings, and zod's formats", () => {
  expect(written.length).toBeGreaterThan(40);
  const all = every.map(({ regex }) => String(regex));
  for (const part of ["^Bearer ", "usr_", "^tkt_", "Script=Hangul", "^t=", "@"])
    expect([part, all.some((one) => one.includes(part))]).toEqual([part, true]);
});

test("the method finds expressions that are known to be slow", () => {
  for (const bad of [
    /^(a+)+$/,
    /^Bearer ((?:[\w-]+\.?)+)$/i,
    /^([a-z]+\.?)+@$/,
    /^(\w+\s?)*$/,
    /=+$/,
    /^\s*(.*?)\s*<([^<>]+)>\s*$/,
  ])
    expect([String(bad), slowest(bad, maxMs).ms > maxMs]).toEqual([String(bad), true]);
});

test("no text of 20,000 characters makes a regular expression slow", { timeout: 60_000 }, () => {
  const slow = every
    .filter(({ regex }) => !(regex.source in BOUNDED))
    .map(({ file, regex }) => ({ file, regex: String(regex), ...slowest(regex, maxMs) }))
    .filter(({ ms }) => ms > maxMs);
  expect(slow).toEqual([]);
});

test("nor does a text of the greatest length, for expressions whose input is limited", () => {
  for (const [source, length] of Object.entries(BOUNDED)) {
    const found = every.find(({ regex }) => regex.source === source);
    expect([source, found !== undefined]).toEqual([source, true]);
    if (found) expect([source, slowest(found.regex, maxMs, length).ms < maxMs]).toEqual([source, true]);
  }
});
