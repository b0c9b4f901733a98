/** What the emulator keeps: each change is one JSON line, written before the answer; reading the lines again gives the store. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Kept } from "./payments.ts";

export type Saved = { at: number; status: number; body: string };
type Line = { kind: "payment"; id: string; value: Kept } | { kind: "answer"; id: string; value: Saved };

export const open = (dataDir?: string) => {
  const payments = new Map<string, Kept>();
  const answers = new Map<string, Saved>();
  const file = dataDir && join(dataDir, "toss.jsonl");
  const apply = ({ kind, id, value }: Line) => (kind === "payment" ? payments.set(id, value) : answers.set(id, value));
  if (dataDir) mkdirSync(dataDir, { recursive: true });
  if (file && existsSync(file)) {
    const text = readFileSync(file, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    // a line that a crash cut off was never answered
    if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
    for (const line of whole.split("\n").slice(0, -1)) apply(JSON.parse(line));
  }
  const record = (line: Line) => {
    if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
    apply(line);
  };
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

export type Store = ReturnType<typeof open>;
