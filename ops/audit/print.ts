/** An audit as a table for a terminal. */
import { styleText } from "node:util";
import type { Audit, Verdict } from "./index.ts";

/** The number of violations that are printed for each invariant. */
const maxPrinted = 10;

const state = ({ violations, unseen, open }: Verdict): string => {
  if (violations.length > 0)
    return styleText("red", `✗ ${violations.length} violation${violations.length > 1 ? "s" : ""}`);
  if (unseen) return styleText("yellow", "– not seen");
  return open > 0 ? styleText("yellow", `✓ ${open} still open`) : styleText("green", "✓");
};

const row = (verdict: Verdict, width: number): string[] => {
  const { name, looked, violations, unseen } = verdict;
  const more = violations.length > maxPrinted ? [`    … and ${violations.length - maxPrinted} more`] : [];
  return [
    `  ${name.padEnd(width)}  ${String(looked).padStart(8)}  ${state(verdict)}`,
    ...(unseen ? [`    ${unseen}`] : []),
    ...violations.slice(0, maxPrinted).map((violation) => `    ${violation}`),
    ...more,
  ];
};

export const print = ({ verdicts, clean, at }: Audit): string => {
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  const head = `  ${"invariant".padEnd(width)}  ${"looked at".padStart(8)}`;
  const end = clean ? styleText("green", "Clean.") : styleText("red", "Not clean.");
  return [
    head,
    ...verdicts.flatMap((verdict) => row(verdict, width)),
    "",
    `${end} As of ${new Date(at).toISOString()}`,
  ].join("\n");
};
