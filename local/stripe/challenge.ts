/** The bank's page of 3-D Secure: two buttons. Inside a frame it tells the page around it; otherwise it goes to the return_url. */
import type { Payment } from "./store.ts";

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const html = (body: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>3-D Secure test page</title>
<style>body{font:16px system-ui;margin:2rem}button{font:inherit;padding:.6rem 1rem;margin:.3rem .3rem 0 0}</style>
${body}</html>
`;

export const ask = ({ intent }: Payment): string => {
  const action = `/test/3ds/${intent.id}?client_secret=${escaped(intent.client_secret ?? "")}`;
  return html(`<h1>3-D Secure test page</h1>
<p>A bank would ask here whether ${intent.amount} ${escaped(intent.currency.toUpperCase())} (in the smallest unit) may be charged.</p>
<form method="post" action="${action}">
<button name="outcome" value="complete">Complete authentication</button>
<button name="outcome" value="fail">Fail authentication</button>
</form>`);
};

export const done = html(
  `<p>You can close this page.</p><script>parent.postMessage({ onsaleStripe: "3ds" }, "*")</script>`,
);

/** Where the buyer goes after a redirect: the shop must ask Stripe, for anybody can write this address. */
export const back = ({ intent, returnUrl }: Payment): string | undefined => {
  if (!returnUrl) return undefined;
  const url = new URL(returnUrl);
  url.searchParams.set("payment_intent", intent.id);
  url.searchParams.set("payment_intent_client_secret", intent.client_secret ?? "");
  url.searchParams.set("redirect_status", intent.status === "requires_payment_method" ? "failed" : "succeeded");
  return url.href;
};
