/** The payment gateways behind one interface. CONTRIBUTING.md has the steps to add one. */
import { link } from "#core/lib/config.ts";
import type { PaymentProvider } from "./provider.ts";
import { sandbox } from "./sandbox.ts";
import type { ProviderName } from "./schema.ts";
import { stripe } from "./stripe.ts";
import { toss } from "./toss.ts";

export { authorise } from "./authorise.ts";
export { capture } from "./capture.ts";
export * from "./provider.ts";
export { type Action, answerWindowMs, type CardForm, type ProviderName, providers } from "./schema.ts";
export { fromOrderId, toOrderId } from "./toss-reference.ts";
export { giveBack, holdsMoney, isRefundRefused, undo } from "./undo.ts";

const byName: Record<ProviderName, PaymentProvider> = { sandbox, stripe, toss };

/** The provider with which a payment was begun, and with which it is finished. The first payments have no provider: they belong to the sandbox. */
export const provider = (name: ProviderName = "sandbox"): PaymentProvider => byName[name];

/** The provider of new payments; undefined if cards are off. */
export const configured = (): PaymentProvider | undefined => {
  const { payments } = link("Settings");
  return payments === "none" ? undefined : byName[payments];
};
