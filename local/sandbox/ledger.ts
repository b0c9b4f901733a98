/**
 * The sandbox gateway's ledger: every payment with its history, and the idempotency keys. Each change is one JSON line, written before it
 * is answered. Reading the lines restores the ledger.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as Journal from "#local/gateways/journal.ts";

export type Status =
  | "prepared"
  | "authorised"
  | "captured"
  | "declined"
  | "pending"
  | "voided"
  | "refunded"
  | "partially_refunded";

export type Payment = {
  paymentId: string;
  /** The shop's name of the payment; the gateway does not read it. */
  reference: string;
  status: Status;
  /** Minor units. */
  amount: number;
  currency: string;
  refunded: number;
  reason?: string;
  createdAt: string;
  /** The card's token, set by the first authorisation. */
  token?: string;
  /** Captured as soon as it is authorised. */
  capture: boolean;
  history: { at: string; status: Status; amount: number }[];
};

export type NewPayment = Pick<Payment, "reference" | "amount" | "currency" | "capture">;

/** The gateway's answer to a request that it refuses. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Line = { payment: Payment; key?: string; request?: string };

export const open = (dataDir?: string) => {
  const payments = new Map<string, Payment>();
  /** Payment ids by reference, so that a reference's payments are found without reading all payments. */
  const references = new Map<string, string[]>();
  const keys = new Map<string, { request: string; paymentId: string }>();

  const apply = ({ payment, key, request }: Line) => {
    const { paymentId, reference } = payment;
    if (!payments.has(paymentId)) references.set(reference, [...(references.get(reference) ?? []), paymentId]);
    payments.set(paymentId, payment);
    if (key !== undefined && request !== undefined) keys.set(key, { request, paymentId });
  };
  const write = Journal.open(dataDir && join(dataDir, "payments.jsonl"), apply);
  const record = (line: Line): Payment => {
    write(line);
    return line.payment;
  };

  const get = (paymentId: string): Payment => {
    const payment = payments.get(paymentId);
    if (!payment) throw new Refusal(404, "payment_not_found", "There is no such payment.");
    return payment;
  };

  /** The payment that this key made or changed before; undefined for a new key. The same key with another request is refused. */
  const replay = (key: string, request: string): Payment | undefined => {
    const known = keys.get(key);
    if (!known) return undefined;
    if (known.request !== request)
      throw new Refusal(422, "idempotency_mismatch", "This Idempotency-Key came with another request before.");
    return get(known.paymentId);
  };

  const create = (body: NewPayment, by: Omit<Line, "payment">) => {
    const at = new Date().toISOString();
    const status = "prepared" as const;
    const history = [{ at, status, amount: body.amount }];
    return record({
      payment: { paymentId: `pay_${randomUUID()}`, ...body, status, refunded: 0, createdAt: at, history },
      ...by,
    });
  };

  const move = (
    payment: Payment,
    change: Partial<Payment>,
    amount = payment.amount,
    by: Omit<Line, "payment"> = {},
  ) => {
    const at = new Date().toISOString();
    const status = change.status ?? payment.status;
    return record({ payment: { ...payment, ...change, history: [...payment.history, { at, status, amount }] }, ...by });
  };

  const of = (reference: string): Payment[] => (references.get(reference) ?? []).map(get);

  return { all: () => [...payments.values()], of, get, replay, create, move };
};

export type Ledger = ReturnType<typeof open>;
