/** The emulator's store: payments, and the answers by idempotency key. */
import { join } from "node:path";
import * as Journal from "#local/gateways/journal.ts";
import type { Kept } from "./payments.ts";

export type Saved = { at: number; status: number; body: string };
type Line = { kind: "payment"; id: string; value: Kept } | { kind: "answer"; id: string; value: Saved };

export const open = (dataDir?: string) => {
  const payments = new Map<string, Kept>();
  const answers = new Map<string, Saved>();
  const apply = ({ kind, id, value }: Line) => {
    if (kind === "payment") payments.set(id, value);
    else answers.set(id, value);
  };
  const record = Journal.open(dataDir && join(dataDir, "toss.jsonl"), apply);
  return {
    put: (value: Kept): Kept => {
      record({ kind: "payment", id: value.payment.paymentKey, value });
      return value;
    },
    save: (id: string, value: Saved) => record({ kind: "answer", id, value }),
    payment: (id: string) => payments.get(id),
    answer: (id: string) => answers.get(id),
    /** The oldest is first. */
    payments: () => [...payments.values()],
  };
};
