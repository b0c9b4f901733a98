/** Giving money back at the gateway, whatever state it has come to. */
import { type GatewayPayment, GatewayRefused, provider } from "#core/gateway/index.ts";

/** How often the state is looked at anew, because it moved between the look and the change. */
const TRIES = 3;

/** Voids what is authorised, refunds what is captured, and leaves what is over; answers the payment as it is then. */
export const undo = async (payment: GatewayPayment, key: string): Promise<GatewayPayment> => {
  let current = payment;
  for (let tries = 0; tries < TRIES; tries++) {
    const change = changeOf(current, key);
    if (!change) return current;
    try {
      current = await change();
    } catch (error) {
      if (!GatewayRefused.is(error)) throw error;
      current = await provider().get(payment.paymentId); // it has moved on: look again
    }
  }
  return current;
};

const changeOf = ({ paymentId, status, amount, refunded }: GatewayPayment, key: string) => {
  if (status === "authorised" || status === "pending") return () => provider().void({ paymentId, key: `${key}:void` });
  const left = amount - refunded;
  const taken = status === "captured" || status === "partially_refunded";
  return taken && left > 0 ? () => provider().refund({ paymentId, amount: left, key }) : undefined;
};
