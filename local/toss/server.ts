/**
 * An emulator of Toss Payments' API and payment window, for development and tests: what the product asks of them, and nothing else.
 *   POST /v1/payments/confirm · /v1/payments/{paymentKey}/cancel · GET /v1/payments/{paymentKey} · /v1/payments/orders/{orderId}
 *   GET /window · /toss.js · /test/ledger
 * Checked against Toss's documented examples; where those say nothing it refuses (tests/integration/gateway/toss-wire.test.ts).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod/mini";
import { listen, read, Silence, script } from "#local/gateways/http.ts";
import { type Delivery, post } from "#local/sandbox/webhooks.ts";
import { entry } from "./ledger.ts";
import { type Kept, make, type Opening } from "./payments.ts";
import { Refusal } from "./refusal.ts";
import { open, type Saved } from "./store.ts";
import { window } from "./window.ts";

export type TossOptions = {
  port?: number;
  /** The folder of the ledger. Default: in memory. */
  dataDir?: string;
  /** `test_sk_…` and `test_ck_…` */
  secretKey: string;
  clientKey: string;
  webhooks?: { retries?: number[] } & ({ url: string } | { deliver: (delivery: Delivery) => Promise<number> });
  /** ms that every call takes, and until the connection of a call that gets no answer is closed. */
  delays?: { answer?: number; hang?: number };
  /** ms since the epoch; windows, payments and keys expire by it. With an `orderId`, the time of that order's sale. */
  now?: (orderId?: string) => number;
  /** What goes wrong with a call: no answer, before or after its effect; or a refusal without an effect. */
  disturb?: (method: string, path: string) => "silent_before" | "silent_after" | Refusal | undefined;
};

const keyMs = 15 * 86_400_000;

const amount = z.int().check(z.minimum(1));
const Confirm = z.strictObject({ paymentKey: z.string(), orderId: z.string(), amount });
const Cancel = z.strictObject({
  cancelReason: z.string().check(z.minLength(1), z.maxLength(200)),
  cancelAmount: z.optional(amount),
  refundableAmount: z.optional(amount),
});

const parse = <T extends z.core.$ZodType>(schema: T, text: string): z.output<T> => {
  try {
    return z.parse(schema, JSON.parse(text));
  } catch {
    throw new Refusal("INVALID_REQUEST");
  }
};

const page = script(new URL("browser/toss.ts", import.meta.url));

const authorise = ({ headers: { authorization = "" } }: IncomingMessage, secretKey: string) => {
  const given = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
  if (!given.endsWith(":")) throw new Refusal("INCORRECT_BASIC_AUTH_FORMAT");
  if (given !== `${secretKey}:`) throw new Refusal("UNAUTHORIZED_KEY");
};

/** Starts the emulator. `ledger()` returns its payments for the audit. Data in `dataDir` survives `stop`. */
export const startToss = async (options: TossOptions) => {
  if (!options.secretKey.startsWith("test_sk_") || !options.clientKey.startsWith("test_ck_"))
    throw new Error("the Toss emulator takes test keys only: test_sk_… and test_ck_….");
  const { now = () => Date.now(), webhooks } = options;
  const delays = { answer: 0, hang: 5_000, ...options.delays };
  const stopping = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});
  const store = open(options.dataDir);
  const inUse = new Set<string>();

  const deliver = webhooks && ("url" in webhooks ? post(webhooks.url) : webhooks.deliver);
  /** Toss accepts only 200, and repeats until it gets it. */
  const tell = async ({ payment: data }: Kept) => {
    const createdAt = new Date(now() + 9 * 3_600_000).toISOString().slice(0, -1);
    const body = JSON.stringify({ eventType: "PAYMENT_STATUS_CHANGED", createdAt, data });
    for (const wait of [0, ...(webhooks?.retries ?? [250, 1_000, 4_000])]) {
      await pause(wait);
      if (!deliver || stopping.signal.aborted) return;
      if ((await deliver({ body, headers: { "content-type": "application/json" } }).catch(() => 0)) === 200) return;
    }
  };
  const payments = make(store, now, tell);

  const run = async (method: string | undefined, path: string, text: string): Promise<unknown> => {
    const [, first = "", second, extra] = /^\/v1\/payments\/([^/]+)(?:\/([^/]+))?(.*)$/.exec(path) ?? [];
    const id = decodeURIComponent(first);
    if (extra === "" && method === "GET") {
      if (first === "orders" && second) return (await payments.ofOrder(decodeURIComponent(second))).payment;
      if (!second) return (await payments.find(id)).payment;
    }
    if (extra === "" && method === "POST") {
      if (first === "confirm" && !second) {
        const { paymentKey, orderId, amount } = parse(Confirm, text);
        return (await payments.confirm(paymentKey, orderId, amount)).payment;
      }
      if (second === "cancel") return (await payments.cancel(id, parse(Cancel, text))).payment;
    }
    if (path === "/test/ledger") return { items: store.payments().map(entry) };
    throw new Refusal("NOT_FOUND");
  };

  /** The answer, which may be a refusal. A missing answer is thrown. */
  const answer = async (...call: Parameters<typeof run>): Promise<Omit<Saved, "at">> => {
    try {
      return { status: 200, body: JSON.stringify(await run(...call)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: JSON.stringify({ code: error.code, message: error.message }) };
    }
  };

  /** The first answer of a key, a path and a method is repeated for fifteen days, whatever it is and whatever the body says. */
  const once15 = async (key: string, ...call: Parameters<typeof run>): Promise<Omit<Saved, "at">> => {
    if (key.length > 300) throw new Refusal("INVALID_IDEMPOTENCY_KEY");
    const id = `${call[1]} ${key}`;
    const saved = store.answer(id);
    if (saved && now() - saved.at < keyMs) return saved;
    if (inUse.has(id)) throw new Refusal("IDEMPOTENT_REQUEST_PROCESSING");
    inUse.add(id);
    try {
      const made = await answer(...call);
      store.save(id, { at: now(), ...made });
      return made;
    } finally {
      inUse.delete(id);
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://toss");
    const { pathname: path } = url;
    const body = await read(request);
    if (path === "/toss.js")
      return response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(await page());
    if (path === "/window") return window({ request, response, url, body }, payments, options.clientKey);
    authorise(request, options.secretKey);
    const wrong = options.disturb?.(request.method ?? "", path);
    if (wrong === "silent_before") throw new Silence();
    if (wrong instanceof Refusal) throw wrong;
    const key = request.headers["idempotency-key"];
    await pause(delays.answer);
    const isKeyed = request.method === "POST" && typeof key === "string";
    const made = await (isKeyed ? once15(key, "POST", path, body) : answer(request.method, path, body));
    if (wrong === "silent_after") throw new Silence();
    response.writeHead(made.status, { "content-type": "application/json" }).end(made.body);
  };

  const { url, close } = await listen(options.port ?? 0, {
    serve,
    fail: (error, _, response) => {
      if (!(error instanceof Refusal)) console.error(error);
      const { status, code } = error instanceof Refusal ? error : new Refusal("FAILED_INTERNAL_SYSTEM_PROCESSING");
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ code, message: code }));
    },
    hang: () => pause(delays.hang),
  });

  return {
    url,
    /** Payments whose reference begins with this text. */
    ledger: (owner = "") =>
      store
        .payments()
        .map(entry)
        .filter(({ reference }) => reference.startsWith(owner)),
    /** What a buyer does in the window: chooses a card and pays. Returns the `paymentKey`. */
    pay: async (opening: Omit<Opening, "orderName">, card: string): Promise<string> => {
      const { payment } = await payments.open({ orderName: "Tickets", ...opening });
      await payments.authenticate(payment.paymentKey, card);
      return payment.paymentKey;
    },
    stop: async () => {
      stopping.abort();
      await close();
    },
  };
};

export type TossEmulator = Awaited<ReturnType<typeof startToss>>;
