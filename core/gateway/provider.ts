/** The interface that every payment gateway implements. */
import { count } from "#core/lib/metrics.ts";
import type { Action, CardForm, ProviderName } from "./schema.ts";

/** The `reason` of a decline if the bank's check of the buyer (3-D Secure) was not passed. */
export const UNVERIFIED = "authentication_failed";

/** A payment as the gateway has it. Amounts in minor units (ISO 4217). */
export type GatewayPayment = {
  paymentId: string;
  reference: string;
  /**
   * - `prepared`: it exists, and nothing that takes money was requested
   * - `action`: the buyer has to do something (`action`)
   * - `pending`: the gateway decides later
   * - `authorised`: the amount is reserved, and is taken by a capture
   */
  status:
    | "prepared"
    | "action"
    | "pending"
    | "authorised"
    | "captured"
    | "partially_refunded"
    | "refunded"
    | "declined"
    | "voided";
  amount: number;
  currency: string;
  refunded: number;
  /** The amount that is on its way back and has not arrived. */
  returning?: number | undefined;
  /** Why it was declined, in the gateway's own code. */
  reason?: string | undefined;
  action?: Action | undefined;
  /** It was declined, but may be tried again there until it is voided. */
  open?: boolean | undefined;
};

/** A payment as it was seen last; `refused`: the gateway refused this change, although the status allows it. */
export type Seen = GatewayPayment & { refused?: "capture" | "undo" };

/** A webhook as it came. `secret`: what its path has after the provider's name and a dot. `now` in epoch ms. */
export type Received = {
  headers: Record<string, string | undefined>;
  raw: Buffer;
  secret: string | undefined;
  now: number;
};

/** What a webhook is about: a payment of ours, or a dispute of one. */
export type WebhookSubject =
  | { kind: "gateway"; paymentId: string; reference: string }
  | { kind: "dispute"; paymentId: string };

/**
 * What a payment gateway promises to the rest of the code. tests/integration/gateway/contract/promises.ts has a test for each method,
 * and every provider passes them.
 *
 * Of every method:
 * - It throws `GatewaySilent` if the outcome is not known: no answer, an answer that does not match the schema, an error of theirs, a
 *   key of ours that they do not accept (`GatewayMisconfigured`). It must never report an unknown outcome as a refusal.
 * - It throws `GatewayRefused` only if the gateway itself says that nothing has changed and that the same request will never pass.
 * - It throws nothing else, and ends within 8 s, with all its tries: a worker has 10 s.
 * - A change may be requested any number of times, at the same time and later, and is made once.
 * - Amounts are minor units of ISO 4217, and never rounded.
 */
export type PaymentProvider = {
  name: ProviderName;
  /**
   * Makes a payment, or finds the one that the token stands for. It must never take or reserve money, because its id is
   * written on our item before anything that does. Answers the reference, amount and currency that the gateway has. The caller compares
   * them, because the token may stand for another payment. The same `key` gives the same payment, for at least a minute.
   */
  prepare(request: {
    /** Our name of the payment. It has the owner in it. */
    reference: string;
    amount: number;
    currency: string;
    token: string;
    key: string;
  }): Promise<GatewayPayment>;
  /**
   * Reserves the amount on the card that the token stands for; a gateway that cannot reserve takes it. It must never charge a payment
   * twice, with any key. A declined card, or an unknown token, is an answer (`declined`, with a `reason`) and not an error. If the
   * card was asked before, it answers the payment as it is.
   */
  authorise(request: {
    paymentId: string;
    reference: string;
    amount: number;
    token: string;
    /** The address to which the buyer returns after an action. */
    returnUrl: string;
    key: string;
  }): Promise<GatewayPayment>;
  /**
   * Takes what was authorised, once. If nothing is authorised any more, it refuses, or answers the payment as it is: the caller looks
   * at the status. It must never take what was voided.
   */
  capture(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /** Releases what was not taken yet, so that nothing can be taken any more. Refused if money was taken: it must never return any. */
  void(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /**
   * Gives back a part or all of what was taken. `key` is the refund's name at the gateway, and is kept there for good: a refund that
   * exists already is not made again, also days later. Refused if more would go back than was taken.
   */
  refund(request: { paymentId: string; amount: number; key: string }): Promise<GatewayPayment>;
  /** The payment as the gateway has it now. Changes nothing. */
  get(paymentId: string): Promise<GatewayPayment>;
  /** Whether the buyer's bank holds the money back, or has taken it. False while the bank only inquires, and after we have won. Changes nothing. */
  disputed(paymentId: string): Promise<boolean>;
  /** The payments with our reference; empty if there is none. Only for operators, because gateways search with a delay. Changes nothing. */
  find(reference: string): Promise<GatewayPayment[]>;
  /** Why it does not charge this amount, as the end of a sentence about it; undefined if it does. It sends no request. */
  refusal(amount: number, currency: string): string | undefined;
  /** What the pages need to show its form; undefined if they have none. It sends no request. */
  form(): CardForm | undefined;
  /**
   * What its own payment window needs for a payment of ours: the payment's name there, and the public key. Undefined if it has no window,
   * or its key is not set. It sends no request.
   */
  window(reference: string): { reference: string; clientKey: string } | undefined;
  /**
   * What a webhook is about; null if it is not about a payment of ours. It must never read the content before the signature, or the secret
   * of its path, was found right: 401 `webhook.bad_signature`, or undefined for a wrong path. After that 400 or 422 for a payload that is
   * not valid. Changes nothing.
   */
  webhook(received: Received): Promise<WebhookSubject | null | undefined>;
  /** The status that its webhooks expect as an answer. */
  webhookStatus: 200 | 202;
};

/** An error of a gateway. It is not a problem of our API: its text is for the log, and never reaches a client. */
const gatewayError = (name: string) => {
  const make = (message?: string): Error => Object.assign(new Error(message), { name });
  const is = (error: unknown): boolean => error instanceof Error && error.name === name;
  return Object.assign(make, { is });
};

export const GatewaySilent = gatewayError("GatewaySilent");
export const GatewayRefused = gatewayError("GatewayRefused");

/** The gateway does not accept our key: nothing is decided, and an operator is alerted. */
export const GatewayMisconfigured = (gateway: ProviderName, message: string): Error => {
  count("GatewayMisconfigured");
  return GatewaySilent(`${gateway} does not accept our key: ${message}`);
};
