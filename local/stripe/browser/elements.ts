/** `elements` with its one element, the Payment Element. */
import type { StripeElements, StripeElementsOptionsMode, StripeError, StripePaymentElement } from "@stripe/stripe-js";
import { form, words } from "./card-form.ts";
import { check, only, refuse } from "./played.ts";

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
export const groups = new WeakMap<StripeElements, Group>();

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

export const makeElements = (options: StripeElementsOptionsMode): StripeElements => {
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
