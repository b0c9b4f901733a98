/** What the emulator keeps: each change is one JSON line, written before the answer; reading the lines again gives the store. */
import { appendFileSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type Stripe from "stripe";
import type { Event } from "./objects.ts";

export type Payment = {
  intent: Stripe.PaymentIntent;
  /** The newest is last. */
  charges: Stripe.Charge[];
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
  /** The number of the card of the newest confirmation. */
  card?: string;
  challenged: boolean;
  confirmations: number;
  /** Where a redirect to 3-D Secure comes back to. */
  returnUrl?: string;
  /** The bank let the authorisation go. */
  expired?: true;
  history: { at: string; status: string; amount: number }[];
};

/** What stripe.js sends along with a token of a page that shows `amount` before there is a PaymentIntent. */
export type Shown = { currency?: string; capture_method?: string };
export type Token = { token: Stripe.ConfirmationToken; card: string; shown: Shown };
export type Saved = { at: number; request: string; requestId: string; status: number; body: string };

export type Kinds = { payment: Payment; token: Token; key: Saved; event: Event };
type Line = { [K in keyof Kinds]: { kind: K; id: string; at: number; value: Kinds[K] } }[keyof Kinds];

export const open = (now: () => number, searchLagMs: number, dataDir?: string) => {
  const all: { [K in keyof Kinds]: Map<string, Kinds[K]> } = {
    payment: new Map(),
    token: new Map(),
    key: new Map(),
    event: new Map(),
  };
  /** Search sees a payment as it was some time ago. */
  const versions = new Map<string, { at: number; value: Payment }[]>();
  const file = dataDir && join(dataDir, "stripe.jsonl");

  const indexed = (id: string, until = now() - searchLagMs) => versions.get(id)?.findLast(({ at }) => at <= until);
  const apply = ({ kind, id, at, value }: Line) => {
    (all[kind] as Map<string, Line["value"]>).set(id, value);
    if (kind !== "payment") return;
    const seen = indexed(id);
    const recent = (versions.get(id) ?? []).filter((version) => version === seen || version.at > now() - searchLagMs);
    versions.set(id, [...recent, { at, value }]);
  };
  if (file) for (const line of lines(file)) apply(line);

  const put = <K extends keyof Kinds>(kind: K, id: string, value: Kinds[K]): Kinds[K] => {
    const line = { kind, id, at: now(), value } as Line;
    if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
    apply(line);
    return value;
  };

  return {
    put,
    get: <K extends keyof Kinds>(kind: K, id: string): Kinds[K] | undefined => all[kind].get(id),
    /** The oldest is first. */
    list: <K extends keyof Kinds>(kind: K): Kinds[K][] => [...all[kind].values()],
    searchable: () => [...versions.keys()].flatMap((id) => indexed(id)?.value ?? []),
  };
};

export type Store = ReturnType<typeof open>;

/** A line that a crash cut off at the end was never answered, and is removed; any other damage stops the start. */
const lines = (file: string): Line[] => {
  mkdirSync(join(file, ".."), { recursive: true });
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
  }
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  const rows = whole.split("\n").slice(0, -1);
  return rows.map((row, index) => {
    try {
      return JSON.parse(row) as Line;
    } catch {
      throw new Error(
        `the Stripe emulator's ledger is damaged at ${file}:${index + 1}: repair it, or start with --fresh.`,
      );
    }
  });
};
