/** A file of production code has at most 200 lines, or its head comment says why it has more. biome.json limits the length of functions. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const limit = 200;

/** Longer for now: it is about to be split, and leaves the list then. */
const toBeSplit = ["stacks/installation.ts"];

const folders = "{core,functions,stacks,client,web,local,ops,artillery}";
const files = globSync(`${folders}/**/*.{ts,tsx,js,lua,css,html}`, {
  cwd: root,
  // SST writes sst-env.d.ts
  exclude: (path) => /(^|\/)(node_modules|dist|sst-env\.d\.ts)$/.test(path),
}).filter((file) => !toBeSplit.includes(file));

const linesOf = (text: string) => text.split("\n").length - 1;

const headOf = (text: string) => (text.startsWith("/*") ? text.slice(0, text.indexOf("*/")) : "");
/** The sentence begins with these words, in the first comment of the file and before any code. */
const saysWhy = (text: string) => /Over 200 lines: \w[\s\S]*\./.test(headOf(text));

/** Those over the limit whose head comment gives no reason. */
const faults = (texts: [file: string, text: string][]) =>
  texts
    .filter(([, text]) => linesOf(text) > limit && !saysWhy(text))
    .map(([file, text]) => `${file}: ${linesOf(text)}`);

test("every production file has at most 200 lines, or its head comment says why it has more", () => {
  expect(files.length).toBeGreaterThan(400);
  expect(faults(files.map((file) => [file, readFileSync(join(root, file), "utf8")]))).toEqual([]);
});

test("a reason counts only in the head comment, and only as a sentence", () => {
  const body = "const x = 1;\n".repeat(limit + 1);
  const texts: [string, string][] = [
    ["none.ts", body],
    ["late.ts", `const x = 1;\n/** Over 200 lines: it is a list. */\n${body}`],
    ["second.ts", `/** A list. */\n/** Over 200 lines: it is a list. */\n${body}`],
    ["empty.ts", `/** Over 200 lines: */\n${body}`],
    ["good.ts", `/** The alarms. Over 200 lines: it is a list. */\n${body}`],
    ["good.css", `/*\n * The alarms.\n * Over 200 lines: it is\n * a list.\n */\n${body}`],
    ["short.ts", "const x = 1;\n".repeat(limit)],
  ];
  expect(faults(texts).map((fault) => fault.split(":")[0])).toEqual(["none.ts", "late.ts", "second.ts", "empty.ts"]);
});
