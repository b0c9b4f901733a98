/** The payment gateway behind an interface, so that another one is a file beside sandbox.ts. */
import type { GatewayPayment, PaymentProvider } from "./provider.ts";
import { sandbox } from "./sandbox.ts";
import { holdsMoney } from "./undo.ts";

export * from "./provider.ts";
export { holdsMoney, type Seen, undo } from "./undo.ts";

/** The configured provider. */
export const provider = (): PaymentProvider => sandbox;

/** The payment under our reference; of several, one that holds money. Undefined where the gateway has none. */
export const lookUp = async (reference: string): Promise<GatewayPayment | undefined> => {
  const ours = (await provider().find(reference)).filter((payment) => payment.reference === reference);
  return ours.find(holdsMoney) ?? ours[0];
};
