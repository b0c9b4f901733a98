/**
 * A stand-in for stripe.js, for development and tests: what a checkout with the Payment Element in deferred mode needs, by the types of
 * @stripe/stripe-js. Anything else throws: calls, elements, options and parameters. The emulator serves it as /stripe.js; a page that
 * has it before `loadStripe` runs gets it from `loadStripe`.
 */
import type {
  ConfirmationToken,
  ConfirmationTokenResult,
  PaymentIntent,
  PaymentIntentOrSetupIntentResult,
  PaymentIntentResult,
  ReleaseTrain,
  Stripe,
  StripeConstructor,
  StripeElementsOptionsMode,
  StripeError,
} from "@stripe/stripe-js";
import { groups, makeElements } from "./elements.ts";
import { check, only, refuse } from "./played.ts";

const origin = new URL((document.currentScript as HTMLScriptElement).src).origin;

const make: StripeConstructor = (publishableKey, options) => {
  check("Stripe", options, ["locale", "apiVersion"]);
  if (!publishableKey.startsWith("pk_test_")) refuse("a key that is not pk_test_…");

  type Answer<T> = { value: T; error?: undefined } | { error: StripeError };
  const ask = async <T>(path: string, body?: URLSearchParams): Promise<Answer<T>> => {
    const headers = { authorization: `Bearer ${publishableKey}` };
    try {
      const response = await fetch(origin + path, { method: body ? "POST" : "GET", headers, ...(body && { body }) });
      const answer = await response.json();
      return response.ok ? { value: answer } : { error: answer.error };
    } catch (error) {
      return { error: { type: "api_connection_error", message: String(error) } };
    }
  };

  const retrievePaymentIntent = async (clientSecret: string): Promise<PaymentIntentResult> => {
    const [id] = clientSecret.split("_secret_");
    const got = await ask<PaymentIntent>(`/v1/payment_intents/${id}?client_secret=${encodeURIComponent(clientSecret)}`);
    return got.error ? { error: got.error } : { paymentIntent: got.value };
  };

  const createConfirmationToken: Stripe["createConfirmationToken"] = async (
    given,
  ): Promise<ConfirmationTokenResult> => {
    check("createConfirmationToken", given, ["elements", "params"]);
    check("createConfirmationToken: params", given.params, ["return_url"]);
    const group = groups.get(given.elements) ?? refuse("these elements");
    const card = group.payment?.fields.read();
    if (!group.submitted || !card) throw new Error("elements.submit() must succeed before createConfirmationToken().");
    const { currency = "", captureMethod } = group.options;
    const body = new URLSearchParams({
      "payment_method_data[type]": "card",
      "client_context[mode]": "payment",
      "client_context[currency]": currency,
      "client_context[capture_method]": captureMethod ?? "automatic_async",
    });
    for (const [name, value] of Object.entries(card)) body.set(`payment_method_data[card][${name}]`, value);
    if (given.params?.return_url) body.set("return_url", given.params.return_url);
    const made = await ask<ConfirmationToken>("/v1/confirmation_tokens", body);
    return made.error ? { error: made.error } : { confirmationToken: made.value };
  };

  /** Shows the bank's page over the shop's, until it says that it is done. */
  const showBank = (url: string) =>
    new Promise<void>((resolve) => {
      const dialog = document.createElement("dialog");
      const frame = document.createElement("iframe");
      Object.assign(frame, { src: url, title: "3-D Secure" });
      Object.assign(frame.style, { width: "min(400px, 80vw)", height: "400px", border: "0" });
      dialog.addEventListener("cancel", (event) => event.preventDefault());
      dialog.append(frame);
      document.body.append(dialog);
      const listen = ({ source, data }: MessageEvent) => {
        if (source !== frame.contentWindow || data?.onsaleStripe !== "3ds") return;
        removeEventListener("message", listen);
        dialog.remove();
        resolve();
      };
      addEventListener("message", listen);
      dialog.showModal();
    });

  const handleNextAction: Stripe["handleNextAction"] = async (given): Promise<PaymentIntentOrSetupIntentResult> => {
    if (!("clientSecret" in given)) return refuse("handleNextAction without a clientSecret");
    check("handleNextAction", given, ["clientSecret"]);
    const before = await retrievePaymentIntent(given.clientSecret);
    if (before.error || before.paymentIntent.status !== "requires_action") return before;
    const { next_action: action } = before.paymentIntent;
    if (action?.redirect_to_url?.url) {
      location.assign(action.redirect_to_url.url);
      return new Promise(() => {}); // the browser leaves the page
    }
    const url = (action?.use_stripe_sdk as { stripe_js?: string } | undefined)?.stripe_js;
    await showBank(url ?? refuse(`the action ${action?.type}`));
    const after = await retrievePaymentIntent(given.clientSecret);
    const failed = after.paymentIntent?.status === "requires_payment_method" && after.paymentIntent.last_payment_error;
    return failed ? { error: { ...failed, payment_intent: after.paymentIntent } as StripeError } : after;
  };

  return only<Stripe>("stripe", {
    elements: (given: StripeElementsOptionsMode) =>
      makeElements({
        ...(options?.locale && { locale: options.locale as StripeElementsOptionsMode["locale"] }),
        ...given,
      }),
    createConfirmationToken,
    handleNextAction,
    retrievePaymentIntent,
  });
};

const version: ReleaseTrain = "endive";
window.Stripe = Object.assign(make, { version });
