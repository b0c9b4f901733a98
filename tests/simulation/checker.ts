/** Checks finished sales: the audit of the tables, and the differences between the tables and the expected state. */
import { type Audit, audit, type Snapshot, violations } from "#ops/audit/index.ts";

/** The differences between the tables and the mode's expectation: a model's world, or what each buyer was answered. */
export type Expectation = (facts: Snapshot) => string[];

export type Checked = { audit: Audit; violations: string[] };

export const check = (facts: Snapshot, expected: Expectation = () => []): Checked => {
  const found = audit(facts);
  return { audit: found, violations: [...violations(found), ...expected(facts)] };
};
