/** An audit of a system that may still be working: it waits until nothing is in progress, and reports only what it sees twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Audit, audit, both, type VisitorFacts, violations } from "./index.ts";
import { read } from "./read.ts";

export type AuditOptions = {
  /** Seconds to wait for messages, the gateway and mails. After that, whatever is still in progress is a violation. */
  wait: number;
  visitors?: VisitorFacts[];
  say?: (line: string) => void;
};

const look = async (visitors: VisitorFacts[]): Promise<Audit> => audit(await read({ now: Date.now(), visitors }));

/** Audits the linked system repeatedly, until it is clean or the time is over. */
export const auditSystem = async ({ wait, visitors = [], say = () => {} }: AuditOptions): Promise<Audit> => {
  const deadline = Date.now() + wait * 1000;
  let before = await look(visitors);
  let printedAt = 0;
  while (!before.clean && Date.now() < deadline) {
    if (Date.now() - printedAt > 5_000) {
      printedAt = Date.now();
      say(`Waiting until nothing is in progress: ${violations(before)[0]}`);
    }
    await sleep(1_000);
    before = await look(visitors);
  }
  if (before.clean) return before;
  await sleep(500);
  return both(before, await look(visitors));
};
