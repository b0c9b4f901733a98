/** Every code of the API has its own text in each language, and no text is for an unused code. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ownCodes } from "#client/problem.ts";
import { declineReasons } from "#core/payment/schema.ts";
import { behaviours } from "#local/sandbox/behaviours.ts";
import { cards } from "#local/stripe/cards.ts";
import { en as deskEn } from "../../web/src/i18n/en/desk.ts";
import { en } from "../../web/src/i18n/en/index.ts";
import { ko as deskKo } from "../../web/src/i18n/ko/desk.ts";
import { ko } from "../../web/src/i18n/ko/index.ts";
import { declineGroups, groupOf } from "../../web/src/order/decline-codes.ts";

const root = new URL("../../", import.meta.url);

const sources = ["core", "functions"].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(new URL(`${folder}/${name}`, root), "utf8")),
);

/** The error definitions: `define("code", …)`. */
const defined = sources.flatMap((text) => [...text.matchAll(/\bdefine\(\s*"([^"]+)"/g)].map(([, code = ""]) => code));

test("every error definition is found in the source, each code once", () => {
  // a code that is no literal would be missed; only the definition of `define` itself is an exception
  const mentions = sources.flatMap((text) => [...text.matchAll(/\bdefine\(/g)]).length;
  expect(defined).toHaveLength(mentions);
  expect(defined.length).toBeGreaterThan(40);
  expect(defined).toEqual([...new Set(defined)]);
});

describe.each([
  ["en", en],
  ["ko", ko],
] as const)("in %s", (_, words) => {
  test("every code of the API has its own text, and no text is for a code that nothing sends", () => {
    expect(Object.keys(words.problem).sort()).toEqual([...defined, ...ownCodes].sort());
    const texts = Object.values(words.problem);
    expect(texts).toEqual([...new Set(texts)]);
  });

  test("every reason for a decline has its own text, and no text is for a reason that nothing gives", () => {
    expect(Object.keys(words.checkout.reasons).sort()).toEqual([...declineReasons].sort());
    const facts = Object.values(words.checkout.reasons).map(({ fact }) => fact);
    expect(facts).toEqual([...new Set(facts)]);
  });

  test("every group of a gateway's codes has its own text, and no text is for an unknown group", () => {
    expect(Object.keys(words.checkout.codes).sort()).toEqual([...declineGroups].sort());
    const texts = Object.values(words.checkout.codes).map(({ title }) => title);
    expect(texts).toEqual([...new Set(texts)]);
  });

  test("every card of the sandbox is in the checkout's list", () => {
    expect(Object.keys(words.checkout.cards)).toEqual(expect.arrayContaining(Object.keys(behaviours)));
  });
});

test("every decline of Stripe's test cards has its text, except those whose reason must not be shown", () => {
  const codes = Object.values(cards).flatMap(({ decline }) => decline?.decline_code ?? decline?.code ?? []);
  const withoutGroup = new Set(codes.filter((code) => groupOf(code) === undefined));
  expect(codes.length).toBeGreaterThan(5);
  expect(withoutGroup).toEqual(new Set(["generic_decline", "lost_card"]));
});

/** The keys of a dictionary, nested ones included. */
const keys = (words: object, above = ""): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? keys(value, `${above}${key}.`)
      : [above + key],
  );

test("both languages say the same things", () => {
  expect(keys(ko).sort()).toEqual(keys(en).sort());
  expect(keys(deskKo).sort()).toEqual(keys(deskEn).sort());
});

test("every Korean text is Korean, except names and symbols", () => {
  const texts = [...Object.values(ko.problem), ...Object.values(ko.checkout.reasons).flatMap(Object.values)];
  expect(texts.filter((text) => !/[가-힣]/.test(text as string))).toEqual([]);
});
