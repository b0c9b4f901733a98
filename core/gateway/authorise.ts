/** Asks the card that a token stands for. */
import { link } from "#core/lib/config.ts";
import type { GatewayPayment, PaymentProvider } from "./provider.ts";

type Asked = {
  token: string | undefined;
  /** The path of our page to which the buyer returns after an action. */
  returnTo: string;
  now: number;
};

/** The payment after its card was asked. Each run asks with a key of its own, because a gateway repeats its first answer to a key, also an error. */
export const authorise = (
  gateway: PaymentProvider,
  { paymentId, reference, amount }: GatewayPayment,
  { token = "", returnTo, now }: Asked,
): Promise<GatewayPayment> => {
  const returnUrl = `${link("Settings").publicUrl}${returnTo}`;
  return gateway.authorise({ paymentId, reference, amount, token, returnUrl, key: `${reference}:authorise:${now}` });
};
