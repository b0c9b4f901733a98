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
 * What we need of a payment gateway. Every change carries a key, and the same key is the same change, so that anything may be asked
 * again. `GatewaySilent` where the outcome is unknown, `GatewayRefused` where the payment's state forbids the change.
 */
export type PaymentProvider = {
  name: ProviderName;
  /**
   * Makes a payment that takes no money, or finds the one that the token stands for: its id is written on our item before anything that
   * does. What the buyer chose by the token may be another's payment, so that its reference and amount are to be compared.
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
   * Reserves the amount on the card that the token stands for; a gateway that cannot reserve takes it. The payment as it is where its
   * card was asked already.
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
  /** Takes what was authorised. */
  capture(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /** Lets go of what was not taken yet. */
  void(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /** Gives back of what was taken. `key` is the refund's name there, too: one that is there already is not made again. */
  refund(request: { paymentId: string; amount: number; key: string }): Promise<GatewayPayment>;
  get(paymentId: string): Promise<GatewayPayment>;
  /** Whether the buyer's bank holds the money back, or has taken it: not while it only inquires, nor after we have won. */
  disputed(paymentId: string): Promise<boolean>;
  /** By our reference: for operators only, since gateways search with a lag. */
  find(reference: string): Promise<GatewayPayment[]>;
  /** Why it does not charge this amount, as the end of a sentence about it; undefined where it does. */
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
