/** Gives money back at the gateway, in whatever state the payment is. */
import { count } from "#core/lib/metrics.ts";
import { type GatewayPayment, GatewayRefused, type PaymentProvider, type Seen } from "./provider.ts";

/** A refund with a name of ours, and its amount in minor units. */
type Named = { id: string; amount: number };

/** The most changes that are tried: the status can change between the read and the change. */
const maxChanges = 3;

/** Whether the gateway has money for it, or may still take some. If not, its status is final. */
export const holdsMoney = ({ status, amount, refunded, open = false }: GatewayPayment): boolean =>
  open || untaken.has(status) || (taken.has(status) && amount > refunded);

/** Whether the gateway keeps money that is to go back. A payment that was never authorised has no money, and expires. */
export const isRefundRefused = ({ refused, returning, status }: Seen): boolean =>
  refused !== undefined && !returning && status !== "prepared";

const untaken = new Set<GatewayPayment["status"]>(["prepared", "action", "pending", "authorised"]);
const taken = new Set<GatewayPayment["status"]>(["captured", "partially_refunded"]);

/**
 * Voids what is authorised, refunds what is captured, and leaves what is over. Answers the payment as it is then, with `refused` if it
 * still holds money. `refund` is the refund that is written on an order. Without it the refund's name follows from the payment.
 * Repeating it changes nothing more.
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

/** As `undo`. An operator is alerted if the gateway keeps money that is to go back. */
export const giveBack = async (gateway: PaymentProvider, payment: GatewayPayment, refund?: Named): Promise<Seen> => {
  const after = await undo(gateway, payment, refund);
  if (isRefundRefused(after)) count("RefundRefused");
  return after;
};

/** The amount that is neither returned nor on its way back. */
const left = ({ amount, refunded, returning = 0 }: GatewayPayment): number => amount - refunded - returning;

const change = (gateway: PaymentProvider, payment: GatewayPayment, refund?: Named): Promise<GatewayPayment> => {
  const { paymentId, status } = payment;
  if (!taken.has(status)) return gateway.void({ paymentId, key: `${paymentId}:void` });
  const amount = Math.min(left(payment), refund?.amount ?? Number.POSITIVE_INFINITY); // less if a part was returned manually
  return gateway.refund({ paymentId, amount, key: refund?.id ?? `${paymentId}:refund:${amount}` });
};
