/**
 * A stand-in for Toss's SDK, for development and tests: what a checkout with the payment window needs, by the types of
 * @tosspayments/tosspayments-sdk. Anything else throws: calls, options and parameters. The emulator serves it as /toss.js, which
 * `loadTossPayments` takes as its `src`.
 */
import type { TossPaymentsPayment, TossPaymentsSDK } from "@tosspayments/tosspayments-sdk";

const origin = new URL((document.currentScript as HTMLScriptElement).src).origin;

const refuse = (what: string): never => {
  throw new Error(`The stand-in for Toss's SDK does not know ${what}.`);
};

/** The published type with the parts that are played; any other part throws when it is touched. */
const only = <T extends object>(name: string, played: Partial<Record<keyof T, unknown>>): T =>
  new Proxy(played, {
    get: (target, key) =>
      key in target || typeof key === "symbol" || key === "then"
        ? Reflect.get(target, key)
        : refuse(`${name}.${String(key)}`),
  }) as T;

const check = (name: string, given: object, known: string[]) => {
  for (const key of Object.keys(given)) if (!known.includes(key)) refuse(`${name}: ${key}`);
};

const needed = (given: unknown, pattern: RegExp, name: string): string =>
  typeof given === "string" && pattern.test(given) ? given : refuse(`the ${name} ${given}`);

type Card = {
  method: "CARD";
  amount: { currency: string; value: number };
  orderId: string;
  orderName: string;
  successUrl?: string | null;
  failUrl?: string | null;
  windowTarget?: "iframe" | "self" | null;
  card?: object | null;
};

const make = (clientKey: string): TossPaymentsSDK => {
  needed(clientKey, /^test_ck_/, "client key (one that is test_ck_…)");

  const requestPayment = async (given: Card): Promise<void> => {
    const optional = ["customerEmail", "customerName", "customerMobilePhone", "windowTarget", "card"];
    check("requestPayment", given, ["method", "amount", "orderId", "orderName", "successUrl", "failUrl", ...optional]);
    check("requestPayment: card", given.card ?? {}, ["useEscrow", "flowMode", "useCardPoint", "useAppCardOnly"]);
    check("requestPayment: amount", given.amount, ["currency", "value"]);
    if (given.method !== "CARD") refuse(`the method ${given.method}`);
    if (given.amount.currency !== "KRW" || !Number.isInteger(given.amount.value)) refuse("this amount");
    if (given.windowTarget === "iframe") refuse("a window in an iframe");
    const window = new URL("/window", origin);
    window.search = new URLSearchParams({
      clientKey,
      orderId: needed(given.orderId, /^[A-Za-z0-9_=-]{6,64}$/, "orderId"),
      orderName: needed(given.orderName, /^.{1,100}$/, "orderName"),
      amount: String(given.amount.value),
      successUrl: needed(given.successUrl, /^https?:\/\//, "successUrl"),
      failUrl: needed(given.failUrl, /^https?:\/\//, "failUrl"),
    }).toString();
    location.assign(window);
    return new Promise(() => {}); // the browser leaves the page
  };

  return only<TossPaymentsSDK>("TossPayments", {
    payment: (given: { customerKey: string }) => {
      check("payment", given, ["customerKey"]);
      needed(given.customerKey, /^([\w=.@-]{2,50}|@@ANONYMOUS)$/, "customerKey");
      return only<TossPaymentsPayment>("payment", { requestPayment, destroy: async () => {} });
    },
  });
};

Object.assign(window, { TossPayments: make });
