/**
 * The sandbox payment gateway over HTTP:
 *   POST /payments {reference, amount, currency, capture}
 *   POST /payments/{id}/authorise {token} | /capture | /void | /refunds {amount}
 *   GET /payments/{id} · GET /payments?reference= · GET /ledger · GET / (a page)
 * `Authorization: Bearer <key>`; an `Idempotency-Key` on every POST. A declined card is a 201 whose status says so.
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod/mini";
import { listen, read } from "#local/gateways/http.ts";
import { type By, type Delays, type Gateway, make } from "./gateway.ts";
import { type Ledger, open, type Payment, Refusal } from "./ledger.ts";
import { page } from "./page.ts";
import { type Delivery, post, type Webhooks } from "./webhooks.ts";

export type SandboxOptions = {
  port?: number;
  /** The folder of the ledger. Default: in memory. */
  dataDir?: string;
  /** The shop's Bearer token. */
  key: string;
  webhooks?: { key: string; retries?: number[] } & (
    | { url: string }
    | { deliver: (delivery: Delivery) => Promise<number> }
  );
  delays?: Partial<Delays>;
};

const NewPayment = z.strictObject({
  reference: z.string().check(z.minLength(1), z.maxLength(300)),
  amount: z.int().check(z.minimum(0), z.maximum(1_000_000_000)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  capture: z._default(z.boolean(), false),
});
const Authorise = z.strictObject({ token: z.string().check(z.minLength(1), z.maxLength(200)) });
const Refund = z.strictObject({ amount: z.int().check(z.minimum(1)) });

const parse = <T extends z.core.$ZodType>(schema: T, text: string): z.output<T> => {
  try {
    return z.parse(schema, JSON.parse(text || "{}"));
  } catch (error) {
    throw new Refusal(error instanceof SyntaxError ? 400 : 422, "invalid_request", String((error as Error).message));
  }
};

const authorise = (request: IncomingMessage, key: string) => {
  const given = Buffer.from(request.headers.authorization ?? "");
  const expected = Buffer.from(`Bearer ${key}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Refusal(401, "unauthorized", "This key is not known.");
};

/** A payment as the API shows it: everything but the card. */
const view = ({ token: _token, ...payment }: Payment) => payment;

type Answer = { status: number; body: unknown };

const write = async (gateway: Gateway, request: IncomingMessage, path: string): Promise<Answer> => {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string" || !key) throw new Refusal(400, "no_idempotency_key", "Idempotency-Key is missing.");
  const text = await read(request);
  const by: By = { key: `${path} ${key}`, request: text };
  if (path === "/payments") return { status: 201, body: view(gateway.prepare(parse(NewPayment, text), by)) };
  const [, paymentId = "", verb] = /^\/payments\/([^/]+)\/(authorise|capture|void|refunds)$/.exec(path) ?? [];
  if (verb === "authorise") {
    const payment = await gateway.authorise(paymentId, parse(Authorise, text).token, by);
    return { status: 200, body: view(payment) };
  }
  if (verb === "capture") return { status: 200, body: view(gateway.capture(paymentId, by)) };
  if (verb === "void") return { status: 200, body: view(gateway.void(paymentId, by)) };
  if (verb === "refunds") return { status: 201, body: view(gateway.refund(paymentId, parse(Refund, text).amount, by)) };
  throw new Refusal(404, "not_found", "There is nothing at this path.");
};

const look = (ledger: Ledger, url: URL): Answer => {
  if (url.pathname === "/ledger") return { status: 200, body: { items: ledger.all() } };
  const reference = url.searchParams.get("reference");
  if (url.pathname === "/payments" && reference !== null) {
    return { status: 200, body: { items: ledger.of(reference).map(view) } };
  }
  const paymentId = /^\/payments\/([^/]+)$/.exec(url.pathname)?.[1];
  if (paymentId) return { status: 200, body: view(ledger.get(paymentId)) };
  throw new Refusal(404, "not_found", "There is nothing at this path.");
};

const respond = (response: ServerResponse, status: number, body: string, type = "application/json") => {
  response.writeHead(status, { "content-type": type }).end(body);
};

const fail = (error: unknown, response: ServerResponse) => {
  const { status, code, message } =
    error instanceof Refusal ? error : { status: 500, code: "internal", message: "The sandbox failed." };
  if (status === 500) console.error(error);
  respond(response, status, JSON.stringify({ error: { code, message } }));
};

const hooksOf = ({ webhooks }: SandboxOptions): Webhooks | undefined =>
  webhooks && {
    key: webhooks.key,
    retries: webhooks.retries ?? [250, 1_000, 4_000, 15_000],
    deliver: "url" in webhooks ? post(webhooks.url) : webhooks.deliver,
  };

/** Starts a gateway on 127.0.0.1. `ledger()` returns its payments. Data in `dataDir` survives `stop`. */
export const startSandbox = async (options: SandboxOptions) => {
  const stopping = new AbortController();
  const delays = { answer: 0, hang: 5_000, decide: 2_000, ...options.delays };
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});
  const ledger = open(options.dataDir);
  const gateway = make(ledger, hooksOf(options), delays, stopping.signal);

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    if (request.method === "GET" && url.pathname === "/")
      return respond(response, 200, page(ledger.all()), "text/html; charset=utf-8");
    authorise(request, options.key);
    if (delays.answer) await pause(delays.answer);
    const answer = request.method === "POST" ? await write(gateway, request, url.pathname) : look(ledger, url);
    respond(response, answer.status, JSON.stringify(answer.body));
  };

  const { url, close } = await listen(options.port ?? 0, {
    serve,
    fail: (error, _, response) => fail(error, response),
    hang: () => pause(delays.hang),
  });
  return {
    url,
    ledger: ledger.all,
    stop: async () => {
      stopping.abort();
      await close();
    },
  };
};

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;
