/** The payment gateways behind one interface. A new one is a file beside sandbox.ts, and its name in provider.ts. */
import { link } from "#core/lib/config.ts";
import type { PaymentProvider, ProviderName } from "./provider.ts";
import { sandbox } from "./sandbox.ts";
import { stripe } from "./stripe.ts";
import { toss } from "./toss.ts";

export * from "./provider.ts";
export type { Action } from "./schema.ts";
export { fromOrderId, toOrderId } from "./toss-reference.ts";
export { holdsMoney, isRefundRefused, type Seen, undo } from "./undo.ts";

const byName: Record<ProviderName, PaymentProvider> = { sandbox, stripe, toss };

/** The provider that a payment was begun with, and is finished with. */
export const provider = (name: ProviderName): PaymentProvider => byName[name];

/** The provider of new payments; undefined where cards are off. */
export const configured = (): PaymentProvider | undefined => {
  const { payments } = link("Settings");
  return payments === "none" ? undefined : byName[payments];
};
