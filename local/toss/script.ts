/** The stand-in for Toss's SDK, made from its TypeScript when it is first asked for. */
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

let made: Promise<string> | undefined;

export const script = (): Promise<string> => {
  made ??= readFile(new URL("browser/toss.ts", import.meta.url), "utf8").then(
    async (source) => (await transform(source, { loader: "ts", format: "iife", target: "es2022" })).code,
  );
  return made;
};
