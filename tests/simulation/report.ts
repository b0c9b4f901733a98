/** The result of a simulation in any mode: as text for a terminal, and as figures for a file. */

export type Report = {
  seed: number;
  passed: boolean;
  /** Each as it is printed. */
  violations: string[];
  /** The number of faults of each kind. */
  struck: Record<string, number>;
  /** The mode's own figures. */
  lines: string[];
  /** More figures for the file. */
  figures: object;
};

/** The number of printed violations. */
const MOST_VIOLATIONS = 20;

export const counts = (entries: Iterable<readonly [string, number]>): string =>
  [...entries]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} × ${count}`)
    .join(", ");

export const print = ({ seed, passed, violations, struck, lines }: Report): string => {
  const strikes = Object.entries(struck).filter(([, times]) => times > 0);
  const rest = violations.length - MOST_VIOLATIONS;
  return [
    ...lines,
    strikes.length > 0 ? `faults of ${strikes.length} kinds struck: ${counts(strikes)}` : "no fault struck",
    ...violations.slice(0, MOST_VIOLATIONS).map((violation) => `✗ ${violation}`),
    ...(rest > 0 ? [`… and ${rest} more`] : []),
    `${passed ? "passed" : "NOT PASSED"}: ${violations.length} violations, seed ${seed}`,
  ].join("\n");
};

export const toJson = ({ figures, lines: _, ...report }: Report): string =>
  `${JSON.stringify({ ...report, ...figures }, null, 2)}\n`;
