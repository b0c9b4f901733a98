/** The bank's page of 3-D Secure: two buttons. It is shown in a frame, and sends a message to the page around it when it is done. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { escaped, read } from "#local/gateways/http.ts";
import { decode } from "./form.ts";
import { missing } from "./refusal.ts";
import type { Verbs } from "./routes.ts";
import type { Payment } from "./store.ts";

const html = (body: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>3-D Secure test page</title>
<style>body{font:16px system-ui;margin:2rem}button{font:inherit;padding:.6rem 1rem;margin:.3rem .3rem 0 0}</style>
${body}</html>
`;

const ask = ({ intent }: Payment): string => {
  const action = `/test/3ds/${intent.id}?client_secret=${escaped(intent.client_secret ?? "")}`;
  return html(`<h1>3-D Secure test page</h1>
<p>A bank would ask here whether ${intent.amount} ${escaped(intent.currency.toUpperCase())} (in the smallest unit) may be charged.</p>
<form method="post" action="${action}">
<button name="outcome" value="complete">Complete authentication</button>
<button name="outcome" value="fail">Fail authentication</button>
</form>`);
};

const done = html(`<p>You can close this page.</p><script>parent.postMessage({ onsaleStripe: "3ds" }, "*")</script>`);

/** For anybody who has the client secret. */
export const bankPage = async (
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  secret: string | null,
  { payments, confirmations }: Verbs,
) => {
  const payment = payments.get(id);
  if (secret !== payment.intent.client_secret) throw missing("payment_intent", id);
  const headers = { "content-type": "text/html; charset=utf-8" };
  if (request.method !== "POST") return response.writeHead(200, headers).end(ask(payment));
  await confirmations.authenticate(id, decode(await read(request)).outcome === "complete");
  response.writeHead(200, headers).end(done);
};
