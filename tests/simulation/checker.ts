/** What is wrong with sales that have come to rest: what the auditor finds in the tables, and where these differ from what was expected. */
import { type Audit, audit, type Snapshot, violations } from "#ops/audit/index.ts";

/** How the tables differ from what a mode knows of its sales: a model's world, or what each buyer was told. */
export type Expectation = (facts: Snapshot) => string[];

export type Checked = { audit: Audit; violations: string[] };

export const check = (facts: Snapshot, expected: Expectation = () => []): Checked => {
  const found = audit(facts);
  return { audit: found, violations: [...violations(found), ...expected(facts)] };
};
