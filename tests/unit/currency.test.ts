/** Decimals by ISO 4217, and amounts as Stripe writes them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { fromStripe, toStripe } from "#core/gateway/stripe-amount.ts";
import { minorUnits } from "#core/lib/currency.ts";

const require = createRequire(import.meta.url);
/** List one of ISO 4217 as SIX publishes it; metals and test codes have no decimals. */
const list = readFileSync(require.resolve("currency-codes/iso-4217-list-one.xml"), "utf8");
const iso = [...list.matchAll(/<Ccy>([A-Z]{3})<\/Ccy>\s*<CcyNbr>\d+<\/CcyNbr>\s*<CcyMnrUnts>(\d)<\/CcyMnrUnts>/g)];

test("every currency has the decimals of ISO 4217", () => {
  expect(iso.length).toBeGreaterThan(200);
  for (const [, code = "", digits] of iso) expect([code, minorUnits(code)]).toEqual([code, Number(digits)]);
});

describe("an amount at Stripe", () => {
  test.each([
    ["KRW", 20_000, 20_000],
    ["JPY", 1, 1],
    ["USD", 1_250, 1_250],
    ["HUF", 1_250, 1_250],
    ["ISK", 500, 50_000],
    ["UGX", 500, 50_000],
    ["MGA", 1_200, 12],
    ["KWD", 1_230, 1_230],
    ["BHD", 10, 10],
  ])("%s: %i in minor units is %i there, and back", (currency, amount, there) => {
    expect(toStripe(amount, currency)).toBe(there);
    expect(fromStripe(there, currency)).toBe(amount);
  });

  test.each([
    ["MGA", 1_250],
    ["KWD", 1_235],
    ["BHD", 1],
    ["USD", 0.5],
    ["ISK", Number.MAX_SAFE_INTEGER],
  ])("%s: %d cannot be written exactly, and is refused", (currency, amount) => {
    expect(toStripe(amount, currency)).toBeUndefined();
  });

  test("is the same after conversion and back in every currency of ISO 4217, or is refused", () => {
    for (const [, code = ""] of iso)
      for (const amount of [1, 10, 99, 100, 12_340, 999_999]) {
        const there = toStripe(amount, code);
        if (there !== undefined) expect([code, fromStripe(there, code)]).toEqual([code, amount]);
      }
  });
});
