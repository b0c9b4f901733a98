/** Stripe's script and the calls that the checkout makes. The script is loaded only to pay by card. */
import type { Appearance, Stripe, StripePaymentElement } from "@stripe/stripe-js";
import { loadStripe } from "@stripe/stripe-js/pure";
import { toStripe } from "../../../core/gateway/stripe-amount.ts";
import { language } from "../i18n/index.ts";

/** The amount to pay, in minor units. */
export type Due = { total: number; currency: string };

export type CardForm = {
  /**
   * A single-use token of the card data for this amount. It stays the same until the card data or the amount changes, or it is
   * forgotten, so that a payment whose answer was lost can be sent again unchanged. Undefined if the form is incomplete. Throws Stripe's refusal.
   */
  token(total: number): Promise<string | undefined>;
  forget(): void;
  destroy(): void;
};

type Place = { at: HTMLElement; publishableKey: string; due: Due; onReady: () => void; onFailed: () => void };

const connect = async (publishableKey: string): Promise<Stripe> => {
  const stripe = await loadStripe(publishableKey, { locale: language });
  if (!stripe) throw new Error("Stripe needs a browser");
  return stripe;
};

/** Mounts the form. Rejects if the script does not load; `onFailed` is called if the form does not load. */
export const mount = async ({ at, publishableKey, due, onReady, onFailed }: Place): Promise<CardForm> => {
  const stripe = await connect(publishableKey);
  const amountOf = (total: number) => toStripe(total, due.currency) ?? 0;
  let shown = due.total;
  const elements = stripe.elements({
    mode: "payment",
    amount: amountOf(shown),
    currency: due.currency.toLowerCase(),
    captureMethod: "manual",
    appearance: appearance(at),
  });
  const element: StripePaymentElement = elements.create("payment");
  let kept: string | undefined;
  const forget = () => {
    kept = undefined;
  };
  element.on("change", forget);
  element.on("ready", onReady);
  element.on("loaderror", onFailed);
  element.mount(at);

  const token = async (total: number) => {
    if (total !== shown) {
      forget();
      elements.update({ amount: amountOf(total) });
      shown = total;
    }
    if (kept) return kept;
    const missing = await elements.submit();
    if (missing.error) {
      element.focus();
      return undefined;
    }
    // without the query, which may have the client secret of an earlier redirect
    const params = { return_url: location.origin + location.pathname };
    const made = await stripe.createConfirmationToken({ elements, params });
    if (made.error) throw Object.assign(new Error(made.error.type), { said: said(made.error) });
    kept = made.confirmationToken.id;
    return kept;
  };
  return { token, forget, destroy: () => element.destroy() };
};

/** Stripe's own text in the reader's language, if it is meant for buyers. */
const said = ({ type, message }: { type: string; message?: string }): string | undefined =>
  type === "card_error" || type === "validation_error" ? message : undefined;

/** The page's colours: a frame of another origin does not get the page's stylesheet. */
const appearance = (at: HTMLElement): Appearance => {
  const { color, fontFamily, backgroundColor } = getComputedStyle(at);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  return {
    theme: theme === "dark" ? "night" : "stripe",
    variables: { colorText: color, colorBackground: backgroundColor, fontFamily, borderRadius: "10px" },
  };
};

/** Shows the bank's confirmation. Returns whether the bank has answered. Throws if it could not be shown. */
export const nextAction = async (publishableKey: string, clientSecret: string): Promise<boolean> => {
  const stripe = await connect(publishableKey);
  const { error, paymentIntent } = await stripe.handleNextAction({ clientSecret });
  const after = paymentIntent ?? error?.payment_intent;
  if (!after) throw new Error(error?.type);
  return after.status !== "requires_action";
};
