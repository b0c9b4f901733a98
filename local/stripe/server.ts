/**
 * An emulator of Stripe's HTTP wire on 127.0.0.1, for the official SDK: `new Stripe(key, {host, port, protocol: "http"})`.
 * Endpoints: routes.ts. Test cards: cards.ts. `/stripe.js` replaces the script of js.stripe.com.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { listen, read, Silence, script } from "#local/gateways/http.ts";
import { type Delivery, post } from "#local/sandbox/webhooks.ts";
import { card } from "./cards.ts";
import { bankPage } from "./challenge.ts";
import * as Confirmations from "./confirm.ts";
import * as Events from "./events.ts";
import { checkVersion, failed, isPublishable, respond } from "./http.ts";
import * as Keys from "./keys.ts";
import { entry } from "./ledger.ts";
import { newId } from "./objects.ts";
import * as Payments from "./payments.ts";
import * as Refunds from "./refunds.ts";
import { type Fault, Refusal } from "./refusal.ts";
import { find, make as makeRoutes } from "./routes.ts";
import { open } from "./store.ts";
import type { World } from "./world.ts";

const page = script(new URL("browser/stripe.ts", import.meta.url));

export type Delays = {
  /** How long every call takes, ms. */
  answer: number;
  /** ms until the connection of a call that gets no answer is closed; the SDK then repeats the call once by itself. */
  hang: number;
  /** ms until a `processing` payment or a refund is decided, or what has to happen first. */
  decide: number | ((id: string) => Promise<unknown>);
  /** ms by which search lags. */
  search: number;
};

export type StripeOptions = {
  port?: number;
  /** The folder of the ledger. Default: in memory. */
  dataDir?: string;
  /** `sk_test_…` and `pk_test_…` */
  key: string;
  publishableKey: string;
  webhooks?: { secret: string; retries?: number[] } & (
    | { url: string }
    | { deliver: (delivery: Delivery) => Promise<number> }
  );
  delays?: Partial<Delays>;
  /** ms since the epoch; keys, tokens and authorisations expire by it. */
  now?: () => number;
  /**
   * What goes wrong with a call: no answer, before or after its effect; or an answer that has no effect, 429 or 503, or a 500 that
   * is `saved` for its key.
   */
  disturb?: (
    method: string,
    path: string,
  ) => "silent_before" | "silent_after" | { status: number; fault: Fault; saved?: true } | undefined;
};

/** Starts the emulator. `ledger()` returns its payments for the audit. Data in `dataDir` survives `stop`. */
export const startStripe = async (options: StripeOptions) => {
  if (!options.key.startsWith("sk_test_") || !options.publishableKey.startsWith("pk_test_"))
    throw new Error("the Stripe emulator takes test keys only: sk_test_… and pk_test_….");
  const stopping = new AbortController();
  const delays: Delays = { answer: 0, hang: 5_000, decide: 2_000, search: 60_000, ...options.delays };
  const now = options.now ?? Date.now;
  const store = open(now, delays.search, options.dataDir);
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});

  const { webhooks } = options;
  const endpoint = webhooks && {
    secret: webhooks.secret,
    retries: webhooks.retries ?? [250, 1_000, 4_000, 15_000],
    deliver: "url" in webhooks ? post(webhooks.url) : webhooks.deliver,
  };
  let url = "";
  const world: World = {
    store,
    now,
    emit: Events.make(now, endpoint, stopping.signal),
    later: async (id, decide) => {
      await (typeof delays.decide === "function" ? delays.decide(id) : pause(delays.decide));
      if (!stopping.signal.aborted) await decide();
    },
    url: () => url,
  };
  const verbs = {
    payments: Payments.make(world),
    confirmations: Confirmations.make(world),
    refunds: Refunds.make(world),
  };
  /** Payments whose reference begins with this text. */
  const ledger = (owner = "") =>
    store
      .list("payment")
      .filter(({ intent }) => (intent.metadata.reference ?? "").startsWith(owner))
      .map(entry);
  const routes = makeRoutes(store, verbs, () => ledger());
  const underKey = Keys.make(store, now);

  // payments that were undecided when the emulator last stopped are decided now
  for (const payment of store.list("payment")) {
    if (payment.intent.status === "processing") verbs.confirmations.resume(payment);
    for (const refund of payment.refunds)
      if (refund.status === card(payment.card).refund?.[0]) verbs.refunds.resume(refund);
  }

  const api = async (
    request: IncomingMessage,
    path: string,
    query: string,
    requestId: string,
  ): Promise<Keys.Answer> => {
    const publishable = isPublishable(request, options.key, options.publishableKey);
    checkVersion(request);
    const wrong = options.disturb?.(request.method ?? "", path);
    if (wrong === "silent_before") throw new Silence();
    if (typeof wrong === "object" && !wrong.saved) throw new Refusal(wrong.status, wrong.fault, false);
    const { route, id } = find(routes, request.method, path);
    if (publishable && !route.open) {
      const message = "This API call cannot be made with a publishable API key.";
      throw new Refusal(403, { type: "invalid_request_error", code: "secret_key_required", message }, false);
    }
    const input = route.method === "POST" ? await read(request) : query;
    let lost = wrong === "silent_after";
    const run = async (): Promise<Keys.Answer> => {
      await pause(delays.answer);
      try {
        if (typeof wrong === "object") throw new Refusal(wrong.status, wrong.fault);
        const outcome = await route.run(input, id, publishable);
        lost ||= outcome.lost ?? false;
        return { status: 200, requestId, body: JSON.stringify(outcome.body, null, 2) };
      } catch (error) {
        if (error instanceof Refusal && error.saved) return failed(error, requestId);
        throw error;
      }
    };
    const key = request.headers["idempotency-key"];
    const isKeyed = route.method === "POST" && typeof key === "string";
    const answer = await (isKeyed ? underKey(key, `${path} ${input}`, run) : run());
    if (lost) throw new Silence();
    return answer;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, search, searchParams } = new URL(request.url ?? "/", "http://stripe");
    if (request.method === "OPTIONS") {
      const headers = {
        "access-control-allow-origin": "*",
        "access-control-allow-headers": "authorization, stripe-version",
      };
      return response.writeHead(204, headers).end();
    }
    if (pathname === "/stripe.js") {
      return response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(await page());
    }
    const bank = /^\/test\/3ds\/(\w+)$/.exec(pathname)?.[1];
    if (bank) return bankPage(request, response, bank, searchParams.get("client_secret"), verbs);
    respond(request, response, await api(request, pathname, search.slice(1), newId("req")));
  };

  const started = await listen(options.port ?? 0, {
    serve,
    fail: (error, request, response) => {
      if (!(error instanceof Refusal)) console.error(error);
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, { type: "api_error", message: "The emulator failed." });
      respond(request, response, failed(refusal, newId("req")));
    },
    hang: () => pause(delays.hang),
  });
  url = started.url;

  return {
    url,
    ledger,
    stop: async () => {
      stopping.abort();
      await started.close();
    },
  };
};

export type StripeEmulator = Awaited<ReturnType<typeof startStripe>>;
