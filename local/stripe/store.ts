/** The emulator's store: payments, tokens, and the answers by idempotency key. */
import { join } from "node:path";
import type Stripe from "stripe";
import * as Journal from "#local/gateways/journal.ts";

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
  history: { at: string; status: string; amount: number }[];
};

/** What stripe.js sends along with a token of a page that shows `amount` before there is a PaymentIntent. */
export type Shown = { currency?: string; capture_method?: string };
export type Token = { token: Stripe.ConfirmationToken; card: string; shown: Shown };
export type Saved = { at: number; request: string; requestId: string; status: number; body: string };

export type Kinds = { payment: Payment; token: Token; key: Saved };
type Line = { [K in keyof Kinds]: { kind: K; id: string; at: number; value: Kinds[K] } }[keyof Kinds];

export const open = (now: () => number, searchLagMs: number, dataDir?: string) => {
  const all: { [K in keyof Kinds]: Map<string, Kinds[K]> } = {
    payment: new Map(),
    token: new Map(),
    key: new Map(),
  };
  /** Search sees a payment as it was some time ago. */
  const versions = new Map<string, { at: number; value: Payment }[]>();
  const indexed = (id: string, until = now() - searchLagMs) => versions.get(id)?.findLast(({ at }) => at <= until);
  const apply = ({ kind, id, at, value }: Line) => {
    (all[kind] as Map<string, Line["value"]>).set(id, value);
    if (kind !== "payment") return;
    const seen = indexed(id);
    const recent = (versions.get(id) ?? []).filter((version) => version === seen || version.at > now() - searchLagMs);
    versions.set(id, [...recent, { at, value }]);
  };
  const write = Journal.open(dataDir && join(dataDir, "stripe.jsonl"), apply);

  const put = <K extends keyof Kinds>(kind: K, id: string, value: Kinds[K]): Kinds[K] => {
    const line = { kind, id, at: now(), value } as Line;
    write(line);
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
