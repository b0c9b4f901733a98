/** What an emulated gateway keeps: each change is one JSON line, written before anybody is told; reading the lines again gives all. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Applies what the file holds, and answers what records one more change; without a file it is only applied. A line that a crash cut off
 * at the end was never answered, and is removed; any other damage stops the start.
 */
export const open = <Line>(file: string | undefined, apply: (line: Line) => void): ((line: Line) => void) => {
  if (file === undefined) return apply;
  mkdirSync(dirname(file), { recursive: true });
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  for (const [index, line] of whole.split("\n").slice(0, -1).entries()) apply(parse(line, `${file}:${index + 1}`));
  return (line) => {
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    apply(line);
  };
};

const parse = <Line>(line: string, where: string): Line => {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new Error(`its book is damaged at ${where}: repair it, or start with --fresh.`);
  }
};
