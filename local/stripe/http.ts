/** Stripe's HTTP: keys, versions, bodies, and the headers of an answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer } from "./keys.ts";
import { apiVersion } from "./objects.ts";
import { Refusal } from "./refusal.ts";

const keyOf = ({ authorization = "" }: IncomingMessage["headers"]): string => {
  const [scheme, value = ""] = authorization.split(" ");
  return scheme === "Basic" ? (Buffer.from(value, "base64").toString().split(":")[0] ?? "") : value;
};

/** Whether the key is the page's; refuses any other than the shop's. */
export const isPublishable = (request: IncomingMessage, key: string, publishableKey: string): boolean => {
  const given = keyOf(request.headers);
  if (given === key || given === publishableKey) return given === publishableKey;
  const message = /^(sk|rk|pk)_live_/.test(given)
    ? "This is an emulator: it never takes a live key."
    : `Invalid API Key provided: ${given.slice(0, 8)}****`;
  throw new Refusal(401, { type: "invalid_request_error", message }, false);
};

export const checkVersion = ({ headers }: IncomingMessage) => {
  const version = headers["stripe-version"];
  if (version === undefined || version === apiVersion) return;
  const message = `The emulator speaks ${apiVersion} only, not ${version}.`;
  throw new Refusal(400, { type: "invalid_request_error", message }, false);
};

/** Makes the answer to a refusal. Any other error is thrown again. */
export const failed = (error: unknown, requestId: string): Answer => {
  if (!(error instanceof Refusal)) throw error;
  const fault = { ...error.fault, request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` };
  return { status: error.status, requestId, body: JSON.stringify({ error: fault }, null, 2) };
};

export const respond = (request: IncomingMessage, response: ServerResponse, answer: Answer) => {
  const key = request.headers["idempotency-key"];
  response.writeHead(answer.status, {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "request-id": answer.requestId,
    "stripe-version": apiVersion,
    ...(key && { "idempotency-key": key }),
    ...(answer.replayed && { "idempotent-replayed": "true", "original-request": answer.requestId }),
    // a repetition would get the same saved answer
    ...(key && answer.status === 500 && { "stripe-should-retry": "false" }),
  });
  response.end(answer.body);
};
