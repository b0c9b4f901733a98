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
  StripeElements,
  StripeElementsOptionsMode,
  StripeError,
  StripePaymentElement,
} from "@stripe/stripe-js";

const origin = new URL((document.currentScript as HTMLScriptElement).src).origin;

const refuse = (what: string): never => {
  throw new Error(`The stand-in for stripe.js does not know ${what}.`);
};

/** The published type with the parts that are played; any other part throws when it is touched. */
const only = <T extends object>(name: string, played: Partial<Record<keyof T, unknown>>): T =>
  new Proxy(played, {
    get: (target, key) => {
      if (key in target || typeof key === "symbol" || key === "then" || key.startsWith("_"))
        return Reflect.get(target, key);
      return refuse(`${name}.${key}`);
    },
  }) as T;

const check = (name: string, given: object | undefined, known: string[]) => {
  for (const key of Object.keys(given ?? {})) if (!known.includes(key)) refuse(`${name}: ${key}`);
};

const words = {
  en: {
    number: "Card number",
    expiry: "Expiry (MM/YY)",
    cvc: "Security code",
    error: "Your card details are incomplete.",
  },
  ko: { number: "카드 번호", expiry: "유효기간 (MM/YY)", cvc: "보안 코드", error: "카드 정보를 모두 입력해 주세요." },
};

type Card = { number: string; exp_month: string; exp_year: string; cvc: string };

/** Stripe's frame is closed to the page's styles and scripts; a shadow root keeps at least the styles apart. */
const form = (locale: string, changed: () => void) => {
  const say = words[locale.startsWith("ko") ? "ko" : "en"];
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(
    "label{display:block;margin:0 0 .75rem;font:1rem system-ui}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.6rem;min-height:44px}p{color:#b3261e;margin:0;font:1rem system-ui}",
  );
  root.adoptedStyleSheets = [style];
  const field = (name: keyof typeof say, autocomplete: AutoFill) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { name, autocomplete, inputMode: "numeric", required: true });
    input.addEventListener("input", changed);
    label.append(say[name], input);
    root.append(label);
    return input;
  };
  const number = field("number", "cc-number");
  const expiry = field("expiry", "cc-exp");
  const cvc = field("cvc", "cc-csc");
  const error = document.createElement("p");
  error.role = "alert";
  root.append(error);

  const read = (): Card | undefined => {
    const digits = number.value.replace(/\s/g, "");
    const [, exp_month = "", year = ""] = /^(0[1-9]|1[0-2])\s*\/?\s*(\d{2})$/.exec(expiry.value.trim()) ?? [];
    const isComplete = /^\d{16}$/.test(digits) && exp_month !== "" && /^\d{3,4}$/.test(cvc.value);
    return isComplete ? { number: digits, exp_month, exp_year: `20${year}`, cvc: cvc.value } : undefined;
  };
  const isEmpty = () => !number.value && !expiry.value && !cvc.value;
  return { host, number, read, isEmpty, show: (isWrong: boolean) => (error.textContent = isWrong ? say.error : "") };
};

type Listener = (event: unknown) => unknown;
const eventTypes = ["ready", "change", "focus", "blur", "escape", "loaderror", "loaderstart"];

const paymentElement = (locale: string, closed: () => void) => {
  const listeners: { type: string; listener: Listener; once: boolean }[] = [];
  const emit = (type: string, more = {}) => {
    for (const one of listeners.filter((each) => each.type === type)) {
      if (one.once) listeners.splice(listeners.indexOf(one), 1);
      one.listener({ elementType: "payment", ...more });
    }
  };
  const fields = form(locale, () => {
    fields.show(false);
    emit("change", {
      empty: fields.isEmpty(),
      complete: fields.read() !== undefined,
      collapsed: false,
      value: { type: "card" },
    });
  });
  fields.host.addEventListener("focusin", () => emit("focus"));
  fields.host.addEventListener("focusout", () => emit("blur"));

  const listen = (once: boolean) => (type: string, listener: Listener) => {
    if (!eventTypes.includes(type)) refuse(`the event ${type} of the Payment Element`);
    listeners.push({ type, listener, once });
    return element;
  };
  const element = only<StripePaymentElement>("PaymentElement", {
    mount: (target: string | HTMLElement) => {
      const place = typeof target === "string" ? document.querySelector(target) : target;
      if (!place) return refuse(`where to mount: ${target}`);
      place.replaceChildren(fields.host);
      setTimeout(() => emit("ready"));
    },
    unmount: () => fields.host.remove(),
    destroy: () => {
      fields.host.remove();
      closed();
    },
    focus: () => fields.number.focus(),
    on: listen(false),
    once: listen(true),
    off: (type: string, listener?: Listener) => {
      const kept = listeners.filter((one) => one.type !== type || (listener && one.listener !== listener));
      listeners.splice(0, listeners.length, ...kept);
      return element;
    },
  });
  return { element, fields };
};

type Group = { options: StripeElementsOptionsMode; payment?: ReturnType<typeof paymentElement>; submitted: boolean };
/** The private state of an `elements` object. */
const groups = new WeakMap<StripeElements, Group>();

const checkGroup = (options: StripeElementsOptionsMode) => {
  check("elements", options, [
    "mode",
    "amount",
    "currency",
    "captureMethod",
    "locale",
    "appearance",
    "loader",
    "allowedPaymentMethodTypes",
  ]);
  if (options.mode !== "payment") return refuse(`the mode ${options.mode}`);
  if (!Number.isInteger(options.amount) || options.amount < 1) refuse(`the amount ${options.amount}`);
  if (!/^[a-z]{3}$/.test(options.currency)) refuse(`the currency ${options.currency}`);
};

const makeElements = (options: StripeElementsOptionsMode): StripeElements => {
  checkGroup(options);
  const group: Group = { options, submitted: false };
  const isPayment = (type: string) => type === "payment" || refuse(`the element ${type}`);
  const elements = only<StripeElements>("elements", {
    create: (type: string, given?: object) => {
      isPayment(type);
      check("create", given, [
        "layout",
        "defaultValues",
        "business",
        "fields",
        "terms",
        "wallets",
        "paymentMethodOrder",
      ]);
      if (group.payment) refuse("a second Payment Element");
      group.payment = paymentElement(group.options.locale ?? "en", () => {
        delete group.payment;
      });
      return group.payment.element;
    },
    getElement: (type: string) => (isPayment(type) ? (group.payment?.element ?? null) : null),
    update: async (change: Partial<StripeElementsOptionsMode>) => {
      const next = { ...group.options, ...change } as StripeElementsOptionsMode;
      checkGroup(next);
      Object.assign(group, { options: next, submitted: false });
    },
    submit: async () => {
      const complete = group.payment?.fields.read();
      group.payment?.fields.show(!complete);
      group.submitted = complete !== undefined;
      if (complete) return { selectedPaymentMethod: "card" };
      const error: StripeError = { type: "validation_error", code: "incomplete_number", message: words.en.error };
      return { error };
    },
  });
  groups.set(elements, group);
  return elements;
};

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
