/** CSV as a spreadsheet reads it. */
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { header, lines } from "#core/export/csv.ts";
import { major } from "#core/lib/currency.ts";

const read = (text: string): string[][] => parse(text, { bom: true, record_delimiter: "\r\n" });
const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A1"])(
  "%j is no formula, and is read back after its mark",
  (text) => {
    expect(read(lines([[text, "b"]]))).toEqual([[`'${text}`, "b"]]);
  },
);

test("any text is read back as it is, apart from the mark before a formula", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom('a,"b"', "한글 🎫", "a\nb", "a\r\nb", '"', "'=1"),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 4 }), (row) => {
      const expected = row.map((one) => (formula.test(one) ? `'${one}` : one));
      expect(read(header(row) + lines([row.with(0, `x${row[0]}`)])).at(-1)).toEqual(expected.with(0, `x${row[0]}`));
    }),
  );
});

test("a file begins with the mark of UTF-8 and its header, and each line ends as RFC 4180 says", () => {
  const file = header(["a", "b"]) + lines([["1", undefined]]);
  expect([...Buffer.from(file).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(file).toBe("\uFEFFa,b\r\n1,\r\n");
  expect(lines([])).toBe("");
});

test("amounts are in major units, with the decimals of their currency", () => {
  expect([major(10_000, "KRW"), major(0, "KRW"), major(5, "USD"), major(1_250, "USD"), major(1_234, "BHD")]).toEqual([
    ...["10000", "0", "0.05", "12.50", "1.234"],
  ]);
  expect(major(1_000_000_000, "USD")).toBe("10000000.00");
});
