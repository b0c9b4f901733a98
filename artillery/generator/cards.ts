/** An approved card, as a page sends it, obtained from each payment gateway's emulator as the page does. */

import type { ProviderName } from "../../core/lib/providers.ts";

/** The payment provider, its emulator's address, and the page's key. */
export type Cards = { provider: ProviderName; url: string; key: string };

type Form = { reference: string; amount: number; clientKey: string };

type CardToken = (cards: Cards, form: () => Promise<Form>) => Promise<string> | string;

/** `form`: gets from our API what a payment window needs. */
export const cardToken: CardToken = (cards, form) => {
  const get = tokens[cards.provider];
  if (!get) throw new Error(`Load tests cannot pay at ${cards.provider} yet: add it to artillery/generator/cards.ts.`);
  return get(cards, form);
};

const byStripe = async ({ url, key }: { url: string; key: string }): Promise<string> => {
  const body = new URLSearchParams({
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": "4242424242424242",
    "payment_method_data[card][exp_month]": "12",
    "payment_method_data[card][exp_year]": "2034",
    "payment_method_data[card][cvc]": "123",
    "client_context[mode]": "payment",
    "client_context[currency]": "krw",
    "client_context[capture_method]": "manual",
  });
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/v1/confirmation_tokens`, { method: "POST", headers, body });
  return ((await answer.json()) as { id: string }).id;
};

/** Opens the payment window, and pays in it. */
const byToss = async ({ url }: { url: string }, form: () => Promise<Form>): Promise<string> => {
  const { reference, amount, clientKey } = await form();
  const window = new URL("/window", url);
  const urls = { successUrl: "http://shop.test/yes", failUrl: "http://shop.test/no" };
  window.search = `${new URLSearchParams({ clientKey, orderId: reference, orderName: "A seat", amount: String(amount), ...urls })}`;
  const page = await (await fetch(window)).text();
  const action = /action="([^"]+)"/.exec(page)?.[1]?.replaceAll("&#38;", "&") ?? "";
  const body = new URLSearchParams({ outcome: "pay", card: "approve" });
  const paid = await fetch(new URL(action, url), { method: "POST", body, redirect: "manual" });
  return new URL(paid.headers.get("location") ?? "").searchParams.get("paymentKey") ?? "";
};

const tokens: Partial<Record<ProviderName, CardToken>> = {
  sandbox: () => "tok_approve",
  stripe: byStripe,
  toss: byToss,
};
