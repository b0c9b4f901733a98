/** Stripe's endpoints, as far as the shop uses them: parameters, and what is done. Anything else is refused. */
import * as z from "zod/mini";
import { card, numberOf } from "./cards.ts";
import { type Confirmations, isAnswerLost } from "./confirm.ts";
import { checkAmount } from "./currency.ts";
import { flag, integer, list, metadata, parse } from "./form.ts";
import { expanded, page, search } from "./lists.ts";
import type { Payments } from "./payments.ts";
import type { Refunds } from "./refunds.ts";
import { badParameter, missing } from "./refusal.ts";
import type { Payment, Store } from "./store.ts";
import { raise } from "./world.ts";

const text = z.string().check(z.minLength(1), z.maxLength(5_000));
const optional = { text: z.optional(text), integer: z.optional(integer), list: z.optional(list) };
const expand = optional.list;

export const params = {
  create: z.strictObject({
    amount: integer,
    currency: text,
    capture_method: z.optional(z.enum(["automatic", "automatic_async", "manual"])),
    automatic_payment_methods: z.optional(
      z.strictObject({ enabled: flag, allow_redirects: z.optional(z.enum(["always", "never"])) }),
    ),
    metadata: z.optional(metadata),
    expand,
  }),
  confirm: z.strictObject({
    confirmation_token: text,
    return_url: z.optional(z.url()),
    use_stripe_sdk: z.optional(flag),
    expand,
  }),
  capture: z.strictObject({ expand }),
  cancel: z.strictObject({ expand }),
  retrieve: z.strictObject({ client_secret: optional.text, expand }),
  search: z.strictObject({ query: text }),
  refund: z.strictObject({
    payment_intent: text,
    amount: optional.integer,
    metadata: z.optional(metadata),
  }),
  refunds: z.strictObject({ payment_intent: text, limit: optional.integer }),
  evidence: z.strictObject({
    evidence: z.strictObject({ uncategorized_text: z.enum(["winning_evidence", "losing_evidence"]) }),
  }),
  helperToken: z.strictObject({ payment_method: text }),
  /** What stripe.js sends. */
  token: z.strictObject({
    payment_method_data: z.strictObject({
      type: z.literal("card"),
      card: z.strictObject({
        number: z.string().check(z.regex(/^\d{16}$/)),
        exp_month: integer,
        exp_year: integer,
        cvc: text,
      }),
    }),
    return_url: z.optional(z.url()),
    client_context: z.strictObject({ mode: z.literal("payment"), currency: text, capture_method: z.optional(text) }),
  }),
  authenticate: z.strictObject({ outcome: z.enum(["complete", "fail"]) }),
};

export type Outcome = { body: unknown; lost?: boolean };
type Route = {
  method: "GET" | "POST";
  path: RegExp;
  /** A page may call it, with its publishable key. */
  open?: true;
  run: (input: string, id: string, publishable: boolean) => Promise<Outcome> | Outcome;
};

export type Verbs = { payments: Payments; confirmations: Confirmations; refunds: Refunds };

export const make = (store: Store, { payments, confirmations, refunds }: Verbs, ledger: () => unknown): Route[] => {
  const answer = async (payment: Promise<Payment> | Payment, expand?: string[]) => ({
    body: expanded(await payment, expand),
  });

  const create = (input: string) => {
    const { expand, ...body } = parse(params.create, input);
    checkAmount(body.amount, body.currency);
    return answer(payments.create(body), expand);
  };

  const confirm = async (input: string, id: string) => {
    const { expand, ...body } = parse(params.confirm, input);
    const payment = await confirmations.confirm(id, body);
    return { body: expanded(payment, expand), lost: isAnswerLost(payment) };
  };

  /** A page needs the client secret, and sees neither metadata nor charges. */
  const retrieve = (input: string, id: string, publishable: boolean) => {
    const { client_secret: secret, expand } = parse(params.retrieve, input);
    const payment = payments.get(id);
    if (!publishable) return answer(payment, expand);
    if (secret !== payment.intent.client_secret) throw missing("payment_intent", id, "intent");
    const { metadata: _, latest_charge: __, customer: ___, ...shown } = payment.intent;
    return { body: shown };
  };

  const makeToken = (input: string) => {
    const { payment_method_data, return_url, client_context } = parse(params.token, input);
    const { mode: _, ...shown } = client_context;
    return { body: confirmations.makeToken(payment_method_data.card.number, return_url, shown).token };
  };

  const helperToken = (input: string) => {
    const { payment_method } = parse(params.helperToken, input);
    const number = numberOf(payment_method) ?? raise(missing("PaymentMethod", payment_method, "payment_method"));
    return { body: confirmations.makeToken(number, undefined, {}).token };
  };

  const intents = "/v1/payment_intents";
  const route = (method: Route["method"], path: string, run: Route["run"], open?: true): Route => ({
    method,
    path: new RegExp(`^${path.replace(":id", "([A-Za-z0-9_]+)")}$`),
    run,
    ...(open && { open }),
  });

  return [
    route("POST", intents, create),
    route("GET", `${intents}/search`, (input) => {
      const { query } = parse(params.search, input);
      return { body: search(store.searchable(), query) };
    }),
    route("GET", `${intents}/:id`, retrieve, true),
    route("POST", `${intents}/:id/confirm`, confirm),
    route("POST", `${intents}/:id/capture`, async (input, id) => {
      const { expand } = parse(params.capture, input);
      const payment = await payments.capture(id);
      const { dispute } = card(payment.card);
      if (dispute) await refunds.dispute(id, dispute);
      return answer(payments.get(id), expand);
    }),
    route("POST", `${intents}/:id/cancel`, (input, id) => {
      const { expand } = parse(params.cancel, input);
      return answer(payments.cancel(id), expand);
    }),
    route("POST", "/v1/refunds", async (input) => ({ body: await refunds.create(parse(params.refund, input)) })),
    route("GET", "/v1/refunds", (input) => {
      const { payment_intent, limit } = parse(params.refunds, input);
      return { body: page(refunds.list(payment_intent), "/v1/refunds", limit) };
    }),
    route("GET", "/v1/disputes", (input) => {
      const { payment_intent, limit } = parse(params.refunds, input);
      return { body: page(refunds.disputes(payment_intent), "/v1/disputes", limit) };
    }),
    // in test mode the evidence says itself how the bank decides (docs.stripe.com/testing, 2026-11-27)
    route("POST", "/v1/disputes/:id", async (input, id) => {
      const { evidence } = parse(params.evidence, input);
      return { body: await refunds.decide(id, evidence.uncategorized_text === "winning_evidence") };
    }),
    route("POST", "/v1/confirmation_tokens", makeToken, true),
    route("POST", "/v1/test_helpers/confirmation_tokens", helperToken),
    // what Stripe does not offer: the buyer and the auditor
    route("POST", "/test/payment_intents/:id/authenticate", (input, id) =>
      answer(confirmations.authenticate(id, parse(params.authenticate, input).outcome === "complete")),
    ),
    route("GET", "/test/ledger", () => ({ body: { items: ledger() } })),
  ];
};

export const find = (routes: Route[], method: string | undefined, path: string) => {
  for (const route of routes) {
    const id = route.method === method ? route.path.exec(path) : null;
    if (id) return { route, id: id[1] ?? "" };
  }
  throw badParameter("", "", `Unrecognized request URL (${method}: ${path}).`);
};
