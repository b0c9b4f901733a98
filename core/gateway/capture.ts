/** Takes what a card has authorised. */
import { type GatewayPayment, GatewayRefused, type PaymentProvider, type Seen } from "./provider.ts";

/** The payment after its capture. If the gateway refuses that, the payment as it is now, with `refused` while it is still authorised. */
export const capture = async (gateway: PaymentProvider, { paymentId, reference }: GatewayPayment): Promise<Seen> => {
  try {
    return await gateway.capture({ paymentId, key: `${reference}:capture` });
  } catch (error) {
    if (!GatewayRefused.is(error)) throw error;
    const payment = await gateway.get(paymentId);
    return payment.status === "authorised" ? { ...payment, refused: "capture" } : payment; // it was taken or released meanwhile
  }
};
