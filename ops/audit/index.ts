/** The auditor: proves from a sale's data that nothing was lost or sold twice. Pure: read.ts reads the data. */
import { type Finding, facts, type Invariant } from "./invariant.ts";
import { lifecycle } from "./lifecycle.ts";
import { money } from "./money.ts";
import { post } from "./post.ts";
import { queue } from "./queue.ts";
import { seats } from "./seats.ts";
import type { Snapshot } from "./snapshot.ts";

export { drawn } from "./queue.ts";
export * from "./snapshot.ts";

export const invariants: Invariant[] = [...seats, ...money, ...post, ...queue, ...lifecycle];

export type Verdict = { name: string } & Required<Pick<Finding, "looked" | "open" | "violations">> &
  Pick<Finding, "unseen">;
export type Audit = { at: number; clean: boolean; verdicts: Verdict[] };

/** Each invariant by name with its violations. `clean` only if there is none and nothing is in flight. */
export const audit = (snapshot: Snapshot): Audit => {
  const known = facts(snapshot);
  const verdicts = invariants.map(({ name, check }) => ({ name, open: 0, ...check(known) }));
  return { at: snapshot.at, clean: verdicts.every(({ violations }) => violations.length === 0), verdicts };
};

/** A violation without its numbers: a count may change between two reads, but it is the same violation. */
const uncounted = (violation: string): string => violation.replace(/^\d+ /, "");

/** The violations that both audits found. A snapshot of a running system is inconsistent, but a real violation stays. */
export const both = (first: Audit, second: Audit): Audit => {
  const verdicts = second.verdicts.map((verdict) => {
    const before = first.verdicts.find(({ name }) => name === verdict.name)?.violations ?? [];
    const known = new Set(before.map(uncounted));
    return { ...verdict, violations: verdict.violations.filter((violation) => known.has(uncounted(violation))) };
  });
  return { ...second, verdicts, clean: verdicts.every(({ violations }) => violations.length === 0) };
};

/** The violations as one text, which a test expects to be empty. */
export const violations = ({ verdicts }: Audit): string[] =>
  verdicts.flatMap(({ name, violations: found }) => found.map((violation) => `${name}: ${violation}`));
