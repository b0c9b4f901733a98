/** Stripe's script and what the checkout asks of it. The script is loaded when a card is to be paid, and by nothing else. */
import type { Appearance, Stripe, StripePaymentElement } from "@stripe/stripe-js";
import { loadStripe } from "@stripe/stripe-js/pure";
import { toStripe } from "../../../core/gateway/stripe-amount.ts";
import { language } from "../i18n/index.ts";

/** What is to be paid, in minor units. */
export type Due = { total: number; currency: string };

export type CardForm = {
  /**
   * A single-use token of what was typed, for this amount: the same one until something is typed anew, the amount is another, or it is
   * forgotten, so that a payment whose answer was lost can be sent again as it was. Undefined where the form itself says what is missing; throws what Stripe refuses.
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

/** Puts the form in its place. Rejects where the script does not load; `onFailed` where the form does not. */
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
    // strips the query: a client secret of an earlier redirect is not to come back
    const params = { return_url: location.origin + location.pathname };
    const made = await stripe.createConfirmationToken({ elements, params });
    if (made.error) throw Object.assign(new Error(made.error.type), { said: said(made.error) });
    kept = made.confirmationToken.id;
    return kept;
  };
  return { token, forget, destroy: () => element.destroy() };
};

/** Stripe's own words, in the reader's language, where they are for a buyer. */
const said = ({ type, message }: { type: string; message?: string }): string | undefined =>
  type === "card_error" || type === "validation_error" ? message : undefined;

/** The page's own colours: a frame of another origin sees no stylesheet of ours. */
const appearance = (at: HTMLElement): Appearance => {
  const { color, fontFamily, backgroundColor } = getComputedStyle(at);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
  return {
    theme: theme === "dark" ? "night" : "stripe",
    variables: { colorText: color, colorBackground: backgroundColor, fontFamily, borderRadius: "10px" },
  };
};

/** Lets the buyer do what their bank asks for; whether there is an answer of the bank's to ask for. Throws where it could not be asked. */
export const nextAction = async (publishableKey: string, clientSecret: string): Promise<boolean> => {
  const stripe = await connect(publishableKey);
  const { error, paymentIntent } = await stripe.handleNextAction({ clientSecret });
  const after = paymentIntent ?? error?.payment_intent;
  if (!after) throw new Error(error?.type);
  return after.status !== "requires_action";
};
