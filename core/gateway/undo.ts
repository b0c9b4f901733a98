/** Giving money back at the gateway, whatever state it has come to. */
import { type GatewayPayment, GatewayRefused, type PaymentProvider } from "./provider.ts";

/** A payment as it was seen last; `refused`: the gateway would not do this to it, though its state allows it. */
export type Seen = GatewayPayment & { refused?: "capture" | "undo" };

/** A refund with a name of ours, and its amount in minor units. */
type Named = { id: string; amount: number };

/** Changes tried at most: the state can move between the read and the change. */
const maxChanges = 3;

/** Whether the gateway has, or may yet take, money for it. Its state is final where not. */
export const holdsMoney = ({ status, amount, refunded, open = false }: GatewayPayment): boolean =>
  open || untaken.has(status) || (taken.has(status) && amount > refunded);

/** Whether the gateway keeps what is to go back. A payment that nobody has authorised has nothing of it, and expires. */
export const isRefundRefused = ({ refused, returning, status }: Seen): boolean =>
  refused !== undefined && !returning && status !== "prepared";

const untaken = new Set<GatewayPayment["status"]>(["prepared", "action", "pending", "authorised"]);
const taken = new Set<GatewayPayment["status"]>(["captured", "partially_refunded"]);

/**
 * Voids what is authorised, refunds what is captured, and leaves what is over. Answers the payment as it is then; `refused` where it
 * still holds money. `refund` is the refund that an order has written down; what no order has is refunded under a name that follows
 * from the payment. Any number of times is once.
 */
export const undo = async (gateway: PaymentProvider, payment: GatewayPayment, refund?: Named): Promise<Seen> => {
  let current = payment;
  for (let changes = 0; changes < maxChanges && left(current) > 0 && holdsMoney(current); changes++) {
    try {
      current = await change(gateway, current, refund);
    } catch (error) {
      if (!GatewayRefused.is(error)) throw error;
      current = await gateway.get(payment.paymentId);
    }
  }
  return holdsMoney(current) ? { ...current, refused: "undo" } : current;
};

/** What is neither back nor on its way. */
const left = ({ amount, refunded, returning = 0 }: GatewayPayment): number => amount - refunded - returning;

const change = (gateway: PaymentProvider, payment: GatewayPayment, refund?: Named): Promise<GatewayPayment> => {
  const { paymentId, status } = payment;
  if (!taken.has(status)) return gateway.void({ paymentId, key: `${paymentId}:void` });
  const amount = Math.min(left(payment), refund?.amount ?? Number.POSITIVE_INFINITY); // less where a part went back by hand
  return gateway.refund({ paymentId, amount, key: refund?.id ?? `${paymentId}:refund:${amount}` });
};
