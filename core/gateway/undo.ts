/** Giving money back at the gateway, whatever state it has come to. */
import { type GatewayPayment, GatewayRefused, type PaymentProvider } from "./provider.ts";

/** A payment as it was seen last; `refused`: the gateway would not do this to it, though its state allows it. */
export type Seen = GatewayPayment & { refused?: "capture" | "undo" };

/** How often the state is looked at anew, because it moved between the look and the change. */
const TRIES = 3;

/** Whether the gateway has, or may yet take, money for it. Its state is final where not. */
export const holdsMoney = ({ status, amount, refunded, open = false }: GatewayPayment): boolean =>
  open || untaken.has(status) || (taken.has(status) && amount > refunded);

const untaken = new Set<GatewayPayment["status"]>(["prepared", "action", "pending", "authorised"]);
const taken = new Set<GatewayPayment["status"]>(["captured", "partially_refunded"]);

/**
 * Voids what is authorised, refunds what is captured, and leaves what is over. Answers the payment as it is then; `refused` where it
 * still holds money. `key` names what is undone: the same key is the same change.
 */
export const undo = async (gateway: PaymentProvider, payment: GatewayPayment, key: string): Promise<Seen> => {
  let current = payment;
  for (let tries = 0; tries < TRIES && left(current) > 0 && holdsMoney(current); tries++) {
    try {
      current = await change(gateway, current, key);
    } catch (error) {
      if (!GatewayRefused.is(error)) throw error;
      current = await gateway.get(payment.paymentId); // its state may have moved on
    }
  }
  return holdsMoney(current) ? { ...current, refused: "undo" } : current;
};

/** What is neither back nor on its way. */
const left = ({ amount, refunded, returning = 0 }: GatewayPayment): number => amount - refunded - returning;

const change = (gateway: PaymentProvider, payment: GatewayPayment, key: string): Promise<GatewayPayment> => {
  const { paymentId, status } = payment;
  if (!taken.has(status)) return gateway.void({ paymentId, key: `${key}:void` });
  const amount = left(payment);
  return gateway.refund({ paymentId, amount, key: `${key}:refund:${amount}` });
};
