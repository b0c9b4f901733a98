/** What every payment gateway is to us. */
import { count } from "#core/lib/metrics.ts";
import type { Action, ProviderName } from "./schema.ts";

/** The `reason` of a decline where the bank's check of the buyer (3-D Secure) was not passed. */
export const UNVERIFIED = "authentication_failed";

/** A payment as the gateway has it. Amounts in minor units (ISO 4217). */
export type GatewayPayment = {
  paymentId: string;
  reference: string;
  /**
   * - `prepared`: it is there, and nothing that takes money was asked for
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
  /** On its way back, and not there yet. */
  returning?: number | undefined;
  /** Why it was declined, in the gateway's own code. */
  reason?: string | undefined;
  action?: Action | undefined;
  /** It was declined, but may be tried again there until it is voided. */
  open?: boolean | undefined;
};

/**
 * What a payment gateway promises to the rest of the code. tests/integration/gateway/contract/promises.ts has a test for each method,
 * and every provider passes them.
 *
 * Of every method:
 * - It throws `GatewaySilent` where the outcome is not known: no answer, an answer that is not understood, a fault of theirs, a key
 *   of ours that they do not accept (`GatewayMisconfigured`). It must never report an unknown outcome as a refusal.
 * - It throws `GatewayRefused` only where the gateway itself says that nothing has changed and that the same request will never pass.
 * - It throws nothing else, and is over within 8 s, with all its tries: a worker has 10 s.
 * - A change may be asked for any number of times, at once and later, and is made once.
 * - Amounts are minor units of ISO 4217, and never rounded.
 */
export type PaymentProvider = {
  name: ProviderName;
  /**
   * Makes a payment, or finds the one that the token stands for. It must never take or reserve money: its id is written on our item
   * before anything that does. Answers the reference, amount and currency that the gateway has, for the caller to compare: the token
   * may stand for another's payment. With the same `key` it is the same payment, for a minute at least.
   */
  prepare(request: {
    /** Ours: carries the owner. */
    reference: string;
    amount: number;
    currency: string;
    token: string;
    key: string;
  }): Promise<GatewayPayment>;
  /**
   * Reserves the amount on the card that the token stands for; a gateway that cannot reserve takes it. It must never charge a payment
   * twice, whatever the key. A card that is declined, or a token that nobody knows, is an answer (`declined`, with a `reason`), and no
   * error. Where the card was asked already it answers the payment as it is.
   */
  authorise(request: {
    paymentId: string;
    reference: string;
    amount: number;
    token: string;
    /** Where the buyer comes back to from an action. */
    returnUrl: string;
    key: string;
  }): Promise<GatewayPayment>;
  /**
   * Takes what was authorised, once. Refused, or answered as it is, where nothing is authorised any more: the caller looks at the
   * status. It must never take what was voided.
   */
  capture(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /** Lets go of what was not taken yet, so that nothing can be taken any more. Refused where money was taken: it must never return any. */
  void(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /**
   * Gives back a part or all of what was taken. `key` is the refund's name at the gateway, and is kept there for good: a refund that
   * is there already is not made again, also days later. Refused where more would go back than was taken.
   */
  refund(request: { paymentId: string; amount: number; key: string }): Promise<GatewayPayment>;
  /** The payment as the gateway has it now. Changes nothing. */
  get(paymentId: string): Promise<GatewayPayment>;
  /** Whether the buyer's bank holds the money back, or has taken it: not while it only inquires, nor after we have won. Changes nothing. */
  disputed(paymentId: string): Promise<boolean>;
  /** Payments by our reference, none where there is none. For operators only, since gateways search with a lag. Changes nothing. */
  find(reference: string): Promise<GatewayPayment[]>;
  /** Why it does not charge this amount, as the end of a sentence about it; undefined where it does. It asks nobody. */
  refusal(amount: number, currency: string): string | undefined;
};

/** No problem of our API: what a gateway says is for the log, and never reaches a client. */
const gatewayError = (name: string) => {
  const make = (message?: string): Error => Object.assign(new Error(message), { name });
  const is = (error: unknown): boolean => error instanceof Error && error.name === name;
  return Object.assign(make, { is });
};

export const GatewaySilent = gatewayError("GatewaySilent");
export const GatewayRefused = gatewayError("GatewayRefused");

/** Our keys are wrong: nothing is decided, and an operator is called. */
export const GatewayMisconfigured = (gateway: ProviderName, message: string): Error => {
  count("GatewayMisconfigured");
  return GatewaySilent(`${gateway} does not accept our key: ${message}`);
};
