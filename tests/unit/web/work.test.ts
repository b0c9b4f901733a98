/** The page's proof of work meets the API's check. */
import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { solve } from "../../../web/src/line/work.ts";

const zeros = (text: string) => Math.clz32(hash("sha256", text, "buffer").readUInt32BE(0));

test("an answer begins with its token and a dot, and hashes to as many zero bits, whatever the token's length", () => {
  for (let length = 1; length <= 200; length++) {
    const token = String(length).padEnd(length, "a");
    const answer = solve(token, 6);
    expect(answer.slice(0, answer.lastIndexOf("."))).toBe(token);
    expect(zeros(answer)).toBeGreaterThanOrEqual(6);
  }
});

test("the work follows the difficulty: most answers have no more zero bits than needed", () => {
  const answers = Array.from({ length: 200 }, (_, n) => zeros(solve(`token-${n}`, 6)));
  expect(answers.filter((bits) => bits === 6).length).toBeGreaterThan(60); // half of them on average
});
