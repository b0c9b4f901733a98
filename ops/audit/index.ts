/** The auditor: proves from what a sale left behind that nothing was lost or sold twice. Pure; reading is read.ts's. */
import { type Finding, facts, type Invariant } from "./invariant.ts";
import { money } from "./money.ts";
import { post } from "./post.ts";
import { queue } from "./queue.ts";
import { seats } from "./seats.ts";
import type { Snapshot } from "./snapshot.ts";

export { drawn } from "./queue.ts";
export * from "./snapshot.ts";

export const invariants: Invariant[] = [...seats, ...money, ...post, ...queue];

export type Verdict = { name: string } & Required<Pick<Finding, "looked" | "open" | "violations">> &
  Pick<Finding, "unseen">;
export type Audit = { at: number; clean: boolean; verdicts: Verdict[] };

/** Each invariant by name with what breaks it. `clean` only if nothing does, and nothing is left in flight. */
export const audit = (snapshot: Snapshot): Audit => {
  const known = facts(snapshot);
  const verdicts = invariants.map(({ name, check }) => ({ name, open: 0, ...check(known) }));
  return { at: snapshot.at, clean: verdicts.every(({ violations }) => violations.length === 0), verdicts };
};

/** How many there are may change between two looks; that there are some is the same violation. */
const uncounted = (violation: string): string => violation.replace(/^\d+ /, "");

/** What both found: a snapshot of a system at work is torn, but what is truly broken stays so. */
export const both = (first: Audit, second: Audit): Audit => {
  const verdicts = second.verdicts.map((verdict) => {
    const before = first.verdicts.find(({ name }) => name === verdict.name)?.violations ?? [];
    const known = new Set(before.map(uncounted));
    return { ...verdict, violations: verdict.violations.filter((violation) => known.has(uncounted(violation))) };
  });
  return { ...second, verdicts, clean: verdicts.every(({ violations }) => violations.length === 0) };
};

/** The violations as one text, for a test to expect to be empty. */
export const violations = ({ verdicts }: Audit): string[] =>
  verdicts.flatMap(({ name, violations: found }) => found.map((violation) => `${name}: ${violation}`));
