/** What every payment gateway is to us. */

/** A payment as the gateway has it. Amounts in minor units. */
export type GatewayPayment = {
  paymentId: string;
  reference: string;
  status: "authorised" | "captured" | "declined" | "pending" | "voided" | "refunded" | "partially_refunded";
  amount: number;
  currency: string;
  refunded: number;
  reason?: string | undefined;
};

/**
 * What we need of a payment gateway. Every change carries a key, and the same key is the same change, so that anything may be asked
 * again. `GatewaySilent` where the outcome is unknown, `GatewayRefused` where the payment's state forbids the change.
 */
export type PaymentProvider = {
  /** Reserves the amount on the card; `pending` is an answer too, a webhook brings the outcome. */
  authorise(request: {
    /** Ours, found again by `find`: carries the owner. */
    reference: string;
    amount: number;
    currency: string;
    token: string;
    key: string;
  }): Promise<GatewayPayment>;
  /** Takes what was authorised. */
  capture(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /** Lets go of what was authorised and not yet taken. */
  void(request: { paymentId: string; key: string }): Promise<GatewayPayment>;
  /** Gives back of what was taken. */
  refund(request: { paymentId: string; amount: number; key: string }): Promise<GatewayPayment>;
  get(paymentId: string): Promise<GatewayPayment>;
  find(reference: string): Promise<GatewayPayment[]>;
};

/** No problem of our API: what a gateway says is for the log, and never reaches a client. */
const gatewayError = (name: string) => {
  const make = (message?: string): Error => Object.assign(new Error(message), { name });
  const is = (error: unknown): boolean => error instanceof Error && error.name === name;
  return Object.assign(make, { is });
};

export const GatewaySilent = gatewayError("GatewaySilent");
export const GatewayRefused = gatewayError("GatewayRefused");
