/** What the tests of Stripe's wire share: the emulator, the official SDK, and what a shop does with it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Delivery } from "#local/sandbox/webhooks.ts";
import { type StripeEmulator, type StripeOptions, startStripe } from "#local/stripe/server.ts";

export const key = "sk_test_shop";
export const publishableKey = "pk_test_page";
export const secret = "whsec_shop";
export const returnUrl = "https://shop.example/return";
export const hourMs = 3_600_000;

export let emulator: StripeEmulator;
export let stripe: Stripe;
export let dir: string;

/** What the emulator does, and what it has said so far. */
export const play = {
  /** The webhooks, and the status that each is answered with. */
  heard: [] as Delivery[],
  answer: 200,
  clock: 0,
  /** Each decides a payment that is being processed. */
  decided: [] as (() => void)[],
  disturb: undefined as StripeOptions["disturb"],
};

export const options = (): StripeOptions => ({
  key,
  publishableKey,
  now: () => play.clock,
  delays: { hang: 50, decide: () => new Promise<void>((resolve) => play.decided.push(resolve)) },
  disturb: (...call) => play.disturb?.(...call),
  webhooks: {
    secret,
    retries: [10, 10],
    deliver: async (delivery) => {
      play.heard.push(delivery);
      return play.answer;
    },
  },
});
export const client = (apiKey = key, more: Partial<Stripe.StripeConfig> = {}) => {
  const { hostname: host, port } = new URL(emulator.url);
  return new Stripe(apiKey, { host, port, protocol: "http", maxNetworkRetries: 0, telemetry: false, ...more });
};
export const start = async (more: Partial<StripeOptions> = {}) => {
  emulator = await startStripe({ ...options(), ...more });
  stripe = client();
};

/** A new emulator for each test of a file. */
export const emulate = () => {
  beforeEach(async () => {
    Object.assign(play, { heard: [], answer: 200, clock: Date.now(), decided: [], disturb: undefined });
    dir = await mkdtemp(join(tmpdir(), "onsale-stripe-"));
    await start();
  });
  afterEach(async () => {
    for (const decide of play.decided) decide();
    await emulator.stop();
    await rm(dir, { recursive: true });
  });
};

export const prepare = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 30_000,
    currency: "krw",
    capture_method: "manual",
    automatic_payment_methods: { enabled: true },
    metadata: { reference: "u.o.a" },
    ...more,
  });
export const tokenOf = async (card: string) =>
  (await stripe.testHelpers.confirmationTokens.create({ payment_method: `pm_card_${card}` })).id;
export const confirm = async (id: string, card: string, idempotencyKey?: string, by = stripe) =>
  by.paymentIntents.confirm(
    id,
    { confirmation_token: card.startsWith("ctoken_") ? card : await tokenOf(card), return_url: returnUrl },
    idempotencyKey ? { idempotencyKey } : {},
  );
export const paid = async (card = "visa", more = {}) => confirm((await prepare(more)).id, card);
export const taken = async (card = "visa") => stripe.paymentIntents.capture((await paid(card)).id);
/** What the SDK throws. */
export const thrown = async (asked: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  asked.then(
    (value) => expect.fail(`answered ${JSON.stringify(value)}`),
    (error) => error,
  );
export const hook = async (path: string, body: Record<string, string> = {}) => {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(emulator.url + path, { method: "POST", headers, body: new URLSearchParams(body) });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields it expects.
  return { status: response.status, body: (await response.json()) as any };
};
export const event = ({ body, headers }: Delivery) =>
  stripe.webhooks.constructEvent(Buffer.from(body), headers["stripe-signature"] ?? "", secret);
export const types = () => play.heard.map(({ body }) => JSON.parse(body).type);
export const decide = async () => {
  await vi.waitFor(() => expect(play.decided.length).toBeGreaterThan(0));
  play.decided.shift()?.();
};
