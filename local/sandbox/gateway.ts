/** The sandbox gateway's operations on its ledger, without HTTP. */
import { setTimeout as sleep } from "node:timers/promises";
import { Silence } from "#local/gateways/http.ts";
import { behaviour, outcome } from "./behaviours.ts";
import { type Ledger, type NewPayment, type Payment, Refusal } from "./ledger.ts";
import { message, tell, type Webhooks } from "./webhooks.ts";

export type Delays = {
  /** How long every call takes, ms. */
  answer: number;
  /** ms until a silent answer closes the connection. */
  hang: number;
  /** ms until a pending payment is decided, or what has to happen first. */
  decide: number | ((payment: Payment) => Promise<unknown>);
};

/** The Idempotency-Key with its path, and the request's body, as the ledger remembers them. */
export type By = { key: string; request: string };

export const make = (ledger: Ledger, hooks: Webhooks | undefined, delays: Delays, stopped: AbortSignal) => {
  const tellTimes = async (times: number | undefined, body: string) => {
    if (hooks) for (let n = 0; n < (times ?? 0); n++) await tell(hooks, body, stopped);
  };

  const impossible = (payment: Payment, what: string) =>
    new Refusal(409, "impossible", `A payment that is ${payment.status} cannot be ${what}.`);

  /** Decides a pending payment after a while, unless it has been voided by then. */
  const decide = async (pending: Payment) => {
    const { paymentId, token } = pending;
    if (typeof delays.decide === "function") await delays.decide(pending);
    else await sleep(delays.decide, undefined, { signal: stopped }).catch(() => {});
    const payment = ledger.get(paymentId);
    const { later, reason, hooks } = behaviour(token ?? "");
    if (stopped.aborted || payment.status !== "pending" || !later) return;
    await tellTimes(hooks?.later, message(ledger.move(payment, outcome(later, payment.capture, reason)), later));
  };

  const forge = async (payment: Payment) => {
    if (hooks) await tell({ ...hooks, retries: [] }, message(payment, "authorised"), stopped, "not the shop's key");
  };

  /** Makes a payment. No card is charged yet. */
  const prepare = (body: NewPayment, by: By): Payment => ledger.replay(by.key, by.request) ?? ledger.create(body, by);

  const authorise = async (paymentId: string, token: string, by: By): Promise<Payment> => {
    const known = ledger.replay(by.key, by.request);
    if (known) return known;
    const before = ledger.get(paymentId);
    if (before.status !== "prepared") throw impossible(before, "authorised");
    const { first, reason, silent, hooks, forged } = behaviour(token);
    if (!first) throw new Silence();
    const decided = outcome(first, before.capture, reason);
    const payment = ledger.move(before, { ...decided, token }, before.amount, by);
    if (first === "pending") decide(payment);
    else await tellTimes(hooks?.before, message(payment, first));
    if (silent) throw new Silence();
    // after the answer
    setImmediate(() => {
      if (first !== "pending") tellTimes(hooks?.after, message(payment, first));
      if (forged) forge(payment);
    });
    return ledger.get(payment.paymentId);
  };

  const change = (paymentId: string, by: By, from: Payment["status"][], to: "captured" | "voided") => {
    const known = ledger.replay(by.key, by.request);
    if (known) return known;
    const payment = ledger.get(paymentId);
    if (!from.includes(payment.status)) throw impossible(payment, to);
    if (to === "captured" && behaviour(payment.token ?? "").refuses === "capture")
      throw impossible(ledger.move(payment, { status: "voided" }), to);
    return ledger.move(payment, { status: to }, payment.amount, by);
  };

  const refund = (paymentId: string, amount: number, by: By): Payment => {
    const known = ledger.replay(by.key, by.request);
    if (known) return known;
    const payment = ledger.get(paymentId);
    const refunded = payment.refunded + amount;
    if (payment.status !== "captured" && payment.status !== "partially_refunded") throw impossible(payment, "refunded");
    if (behaviour(payment.token ?? "").refuses === "refund") throw impossible(payment, "refunded");
    if (refunded > payment.amount) throw new Refusal(409, "impossible", "More than was captured cannot be refunded.");
    const status = refunded === payment.amount ? "refunded" : "partially_refunded";
    return ledger.move(payment, { status, refunded }, amount, by);
  };

  // payments that were pending when the gateway stopped are decided now
  for (const payment of ledger.all()) if (payment.status === "pending") decide(payment);

  return {
    prepare,
    authorise,
    capture: (paymentId: string, by: By) => change(paymentId, by, ["authorised"], "captured"),
    void: (paymentId: string, by: By) => change(paymentId, by, ["prepared", "authorised", "pending"], "voided"),
    refund,
  };
};

export type Gateway = ReturnType<typeof make>;
