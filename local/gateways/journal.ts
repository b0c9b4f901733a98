/** The file of an emulated gateway: each change is one JSON line, written before it is answered. Reading the lines restores everything. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Applies the file's changes, and returns the function that records one more. Without a file a change is only applied. An incomplete line
 * at the end was never answered and is removed. Any other damage stops the start.
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
    throw new Error(`its ledger is damaged at ${where}: repair it, or start with --fresh.`);
  }
};
