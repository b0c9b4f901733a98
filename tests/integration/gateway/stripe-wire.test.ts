/** Stripe's wire in the emulator, driven by the official SDK: one promise per test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { StripeElements, Stripe as StripeJs } from "@stripe/stripe-js";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import Stripe from "stripe";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import type * as z from "zod/mini";
import type { Delivery } from "#local/sandbox/webhooks.ts";
import { apiVersion } from "#local/stripe/objects.ts";
import type { params } from "#local/stripe/routes.ts";
import { type StripeEmulator, type StripeOptions, startStripe } from "#local/stripe/server.ts";
import { findChromium } from "#tests/e2e/chromium.ts";

/** Globals of the page, inside `evaluate`. */
declare const window: { load: (key: string) => Promise<StripeJs>; stripe: StripeJs; elements: StripeElements };

const key = "sk_test_shop";
const publishableKey = "pk_test_page";
const secret = "whsec_shop";
const returnUrl = "https://shop.example/return";
const hourMs = 3_600_000;

let emulator: StripeEmulator;
let stripe: Stripe;
let heard: Delivery[];
let answer: number;
let clock: number;
let decided: (() => void)[];
let disturb: StripeOptions["disturb"];
let dir: string;

const options = (): StripeOptions => ({
  key,
  publishableKey,
  now: () => clock,
  delays: { hang: 50, decide: () => new Promise<void>((resolve) => decided.push(resolve)) },
  disturb: (...call) => disturb?.(...call),
  webhooks: {
    secret,
    retries: [10, 10],
    deliver: async (delivery) => {
      heard.push(delivery);
      return answer;
    },
  },
});
const client = (apiKey = key, more: Partial<Stripe.StripeConfig> = {}) => {
  const { hostname: host, port } = new URL(emulator.url);
  return new Stripe(apiKey, { host, port, protocol: "http", maxNetworkRetries: 0, telemetry: false, ...more });
};
const start = async (more: Partial<StripeOptions> = {}) => {
  emulator = await startStripe({ ...options(), ...more });
  stripe = client();
};

beforeEach(async () => {
  [heard, answer, clock, decided, disturb] = [[], 200, Date.now(), [], undefined];
  dir = await mkdtemp(join(tmpdir(), "onsale-stripe-"));
  await start();
});
afterEach(async () => {
  for (const decide of decided) decide();
  await emulator.stop();
  await rm(dir, { recursive: true });
});

const prepare = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({
    amount: 30_000,
    currency: "krw",
    capture_method: "manual",
    automatic_payment_methods: { enabled: true },
    metadata: { reference: "u.o.a" },
    ...more,
  });
const tokenOf = async (card: string) =>
  (await stripe.testHelpers.confirmationTokens.create({ payment_method: `pm_card_${card}` })).id;
const confirm = async (id: string, card: string, idempotencyKey?: string, by = stripe) =>
  by.paymentIntents.confirm(
    id,
    { confirmation_token: card.startsWith("ctoken_") ? card : await tokenOf(card), return_url: returnUrl },
    idempotencyKey ? { idempotencyKey } : {},
  );
const paid = async (card = "visa", more = {}) => confirm((await prepare(more)).id, card);
const taken = async (card = "visa") => stripe.paymentIntents.capture((await paid(card)).id);
/** What the SDK throws. */
const thrown = async (asked: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  asked.then(
    (value) => expect.fail(`answered ${JSON.stringify(value)}`),
    (error) => error,
  );
const hook = async (path: string, body: Record<string, string> = {}) => {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(emulator.url + path, { method: "POST", headers, body: new URLSearchParams(body) });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields it expects.
  return { status: response.status, body: (await response.json()) as any };
};
const event = ({ body, headers }: Delivery) =>
  stripe.webhooks.constructEvent(Buffer.from(body), headers["stripe-signature"] ?? "", secret);
const types = () => heard.map(({ body }) => JSON.parse(body).type);
const decide = async () => {
  await vi.waitFor(() => expect(decided.length).toBeGreaterThan(0));
  decided.shift()?.();
};

test("the emulator's parameters are parameters of the SDK", () => {
  type Given<K extends keyof typeof params> = z.output<(typeof params)[K]>;
  expectTypeOf<Given<"create">>().toExtend<Stripe.PaymentIntentCreateParams>();
  expectTypeOf<keyof Given<"create">>().toExtend<keyof Stripe.PaymentIntentCreateParams>();
  expectTypeOf<Given<"confirm">>().toExtend<Stripe.PaymentIntentConfirmParams>();
  expectTypeOf<keyof Given<"confirm">>().toExtend<keyof Stripe.PaymentIntentConfirmParams>();
  expectTypeOf<Given<"capture">>().toExtend<Stripe.PaymentIntentCaptureParams>();
  expectTypeOf<keyof Given<"capture">>().toExtend<keyof Stripe.PaymentIntentCaptureParams>();
  expectTypeOf<Given<"cancel">>().toExtend<Stripe.PaymentIntentCancelParams>();
  expectTypeOf<keyof Given<"cancel">>().toExtend<keyof Stripe.PaymentIntentCancelParams>();
  expectTypeOf<Given<"refund">>().toExtend<Stripe.RefundCreateParams>();
  expectTypeOf<keyof Given<"refund">>().toExtend<keyof Stripe.RefundCreateParams>();
  expectTypeOf<Given<"refunds">>().toExtend<Stripe.RefundListParams>();
  expectTypeOf<Given<"search">>().toExtend<Stripe.PaymentIntentSearchParams>();
  expectTypeOf<typeof apiVersion>().toEqualTypeOf<typeof Stripe.API_VERSION>();
  expect(apiVersion).toBe(Stripe.API_VERSION);
});

describe("a payment", () => {
  test("is created unconfirmed, authorised, captured and refunded in parts", async () => {
    const made = await prepare();
    expect(made).toMatchObject({
      id: expect.stringMatching(/^pi_\w{24}$/),
      status: "requires_payment_method",
      amount: 30_000,
      currency: "krw",
      capture_method: "manual",
      livemode: false,
      metadata: { reference: "u.o.a" },
      client_secret: expect.stringMatching(/^pi_\w{24}_secret_\w{25}$/),
    });
    expect(made.lastResponse).toMatchObject({
      requestId: expect.stringMatching(/^req_/),
      apiVersion: Stripe.API_VERSION,
    });
    const authorised = await confirm(made.id, "visa");
    expect(authorised).toMatchObject({ status: "requires_capture", amount_capturable: 30_000, amount_received: 0 });
    const captured = await stripe.paymentIntents.capture(made.id, { expand: ["latest_charge"] });
    expect(captured).toMatchObject({ status: "succeeded", amount_capturable: 0, amount_received: 30_000 });
    expect(captured.latest_charge).toMatchObject({
      id: expect.stringMatching(/^ch_/),
      captured: true,
      amount_captured: 30_000,
      payment_method_details: { card: { last4: "4242" } },
    });
    const refund = (amount: number) =>
      stripe.refunds.create({ payment_intent: made.id, amount, metadata: { refund: `rf_${amount}` } });
    const first = await refund(10_000);
    expect(first).toMatchObject({
      id: expect.stringMatching(/^re_/),
      status: "succeeded",
      metadata: { refund: "rf_10000" },
    });
    const over = await thrown(refund(20_001));
    expect([over.rawType, over.param]).toEqual(["invalid_request_error", "amount"]);
    await refund(20_000);
    expect(await thrown(refund(1))).toMatchObject({ statusCode: 400, code: "charge_already_refunded" });
    const after = await stripe.paymentIntents.retrieve(made.id, { expand: ["latest_charge"] });
    expect(after).toMatchObject({ status: "succeeded", latest_charge: { refunded: true, amount_refunded: 30_000 } });
    expect((await stripe.refunds.list({ payment_intent: made.id })).data.at(-1)).toEqual(first);
    expect(emulator.ledger()).toMatchObject([
      { paymentId: made.id, reference: "u.o.a", status: "refunded", amount: 30_000, currency: "KRW", refunded: 30_000 },
    ]);
  });

  test("with automatic capture is captured when it is confirmed", async () => {
    expect(await paid("visa", { capture_method: "automatic" })).toMatchObject({
      status: "succeeded",
      amount_received: 30_000,
    });
  });

  test.each([
    ["chargeDeclined", "card_declined", "generic_decline"],
    ["chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
  ])("of the card %s is declined, and another card may pay it", async (card, code, decline_code) => {
    const { id } = await prepare();
    const error = await thrown(confirm(id, card));
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({
      statusCode: 402,
      code,
      decline_code,
      payment_intent: { id, status: "requires_payment_method" },
    });
    const declined = await stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
    expect(declined).toMatchObject({
      status: "requires_payment_method",
      payment_method: null,
      last_payment_error: { type: "card_error", code, decline_code },
      latest_charge: { status: "failed", paid: false },
    });
    expect(emulator.ledger()).toMatchObject([{ status: "declined", reason: decline_code }]);
    expect(await confirm(id, "visa")).toMatchObject({ status: "requires_capture", last_payment_error: null });
  });

  test("can be cancelled once, before or after its authorisation; after the capture it cannot", async () => {
    const unconfirmed = await prepare();
    const cancelled = await stripe.paymentIntents.cancel(unconfirmed.id);
    expect(cancelled).toMatchObject({ status: "canceled", latest_charge: null });
    const authorised = await paid();
    const released = await stripe.paymentIntents.cancel(authorised.id, { expand: ["latest_charge"] });
    expect(released).toMatchObject({
      status: "canceled",
      amount_capturable: 0,
      latest_charge: { captured: false, refunded: true },
    });
    const captured = await taken();
    for (const { id, status } of [released, captured]) {
      const refused = { code: "payment_intent_unexpected_state", payment_intent: { id, status } };
      expect(await thrown(stripe.paymentIntents.cancel(id))).toMatchObject(refused);
      expect(await thrown(stripe.paymentIntents.capture(id))).toMatchObject(refused);
      expect(await thrown(confirm(id, "visa"))).toMatchObject(refused);
    }
  });

  test("that was not captured cannot be refunded", async () => {
    const { id } = await paid();
    const error = await thrown(stripe.refunds.create({ payment_intent: id }));
    expect(error).toMatchObject({ statusCode: 400, param: "payment_intent", code: undefined });
    expect(await stripe.refunds.list({ payment_intent: id })).toMatchObject({ data: [] });
  });

  test("that is processing can be neither cancelled nor captured, and is decided later", async () => {
    const [good, bad] = [await paid("processing"), await paid("processing_declined")];
    for (const { id, status } of [good, bad]) {
      expect(status).toBe("processing");
      const refused = { code: "payment_intent_unexpected_state" };
      expect(await thrown(stripe.paymentIntents.cancel(id))).toMatchObject(refused);
      expect(await thrown(stripe.paymentIntents.capture(id))).toMatchObject(refused);
      await decide();
    }
    const status = async (id: string) => (await stripe.paymentIntents.retrieve(id)).status;
    await vi.waitFor(async () => expect(await status(good.id)).toBe("requires_capture"));
    await vi.waitFor(async () => expect(await status(bad.id)).toBe("requires_payment_method"));
  });

  test("cannot be captured once its authorisation has expired or the bank has ended it", async () => {
    const expired = { statusCode: 400, code: "charge_expired_for_capture" };
    expect(await thrown(taken("capture_expired"))).toMatchObject(expired);
    const old = await paid();
    clock += 7 * 24 * hourMs + 1_000;
    expect(await thrown(stripe.paymentIntents.capture(old.id))).toMatchObject(expired);
  });
});

describe("a confirmation token", () => {
  test("can be used once, within twelve hours", async () => {
    const token = await tokenOf("visa");
    const [first, second] = [await prepare(), await prepare()];
    await confirm(first.id, token);
    expect(await thrown(confirm(second.id, token))).toMatchObject({ statusCode: 400, param: "confirmation_token" });
    const late = await tokenOf("visa");
    clock += 12 * hourMs;
    expect(await thrown(confirm(second.id, late))).toMatchObject({ statusCode: 400, param: "confirmation_token" });
    expect(await thrown(confirm(second.id, "ctoken_none"))).toMatchObject({
      statusCode: 404,
      code: "resource_missing",
    });
    expect(await stripe.paymentIntents.retrieve(second.id)).toMatchObject({ status: "requires_payment_method" });
  });

  test("needs a return_url if a method may redirect", async () => {
    const { id } = await prepare();
    const confirmation_token = await tokenOf("visa");
    expect(await thrown(stripe.paymentIntents.confirm(id, { confirmation_token }))).toMatchObject({
      param: "return_url",
    });
    const byCard = await prepare({ automatic_payment_methods: { enabled: true, allow_redirects: "never" } });
    expect(await stripe.paymentIntents.confirm(byCard.id, { confirmation_token })).toMatchObject({
      status: "requires_capture",
    });
  });
});

describe("3-D Secure", () => {
  const authenticate = (id: string, outcome: string) => hook(`/test/payment_intents/${id}/authenticate`, { outcome });

  test("passed: authorised; failed: another card is needed, without a decline code", async () => {
    const passed = await paid("threeDSecure2Required");
    expect(passed).toMatchObject({
      status: "requires_action",
      next_action: { type: "use_stripe_sdk" },
      latest_charge: null,
    });
    await authenticate(passed.id, "complete");
    const authorised = await stripe.paymentIntents.retrieve(passed.id, { expand: ["latest_charge"] });
    expect(authorised).toMatchObject({
      status: "requires_capture",
      next_action: null,
      latest_charge: { payment_method_details: { card: { three_d_secure: { result: "authenticated" } } } },
    });
    const failed = await paid("authenticationRequired");
    await authenticate(failed.id, "fail");
    const refused = await stripe.paymentIntents.retrieve(failed.id);
    expect(refused).toMatchObject({ status: "requires_payment_method", payment_method: null });
    expect(refused.last_payment_error).toMatchObject({ code: "payment_intent_authentication_failure" });
    expect(refused.last_payment_error).not.toHaveProperty("decline_code");
    expect(await authenticate(failed.id, "complete")).toMatchObject({ status: 400 });
  });

  test("abandoned: it stays open, and can be cancelled", async () => {
    const { id } = await paid("threeDSecure2Required");
    expect(emulator.ledger()).toMatchObject([{ status: "pending" }]);
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: "canceled", next_action: null });
    expect(await authenticate(id, "complete")).toMatchObject({ status: 400 });
    expect(emulator.ledger()).toMatchObject([{ status: "voided" }]);
  });
});

describe("an idempotency key", () => {
  const create = (idempotencyKey: string, more = {}, by = stripe) =>
    by.paymentIntents.create({ amount: 5_000, currency: "eur", capture_method: "manual", ...more }, { idempotencyKey });

  test("replays its first answer, even after the payment has changed", async () => {
    const made = await create("k1");
    await stripe.paymentIntents.cancel(made.id);
    const again = await create("k1");
    expect(again).toEqual(made);
    expect(again.lastResponse.headers).toMatchObject({ "idempotent-replayed": "true" });
    expect(emulator.ledger()).toHaveLength(1);
  });

  test("replays a decline", async () => {
    const { id } = await prepare();
    const token = await tokenOf("chargeDeclined");
    const first = await thrown(confirm(id, token, "c1"));
    const again = await thrown(confirm(id, token, "c1"));
    expect(again).toMatchObject({ statusCode: 402, requestId: first.requestId });
    expect(emulator.ledger()[0]?.history.filter(({ status }) => status === "requires_payment_method")).toHaveLength(2);
  });

  test.each([
    ["error_before", "requires_payment_method"],
    ["error_after", "requires_capture"],
  ])("replays a 500 (%s), which may or may not have had an effect", async (card, status) => {
    const { id } = await prepare();
    const token = await tokenOf(card);
    for (let n = 0; n < 3; n++) {
      const error = await thrown(confirm(id, token, "c1", client(key, { maxNetworkRetries: 1 })));
      expect(error).toBeInstanceOf(Stripe.errors.StripeAPIError);
      expect(error.statusCode).toBe(500);
    }
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status });
    if (status === "requires_payment_method")
      expect(await confirm(id, token, "c2")).toMatchObject({ status: "requires_capture" });
  });

  test("is refused with other parameters, or for another endpoint", async () => {
    const { id } = await create("k1");
    const other = await thrown(create("k1", { amount: 5_001 }));
    expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(other).toMatchObject({ statusCode: 400, rawType: "idempotency_error" });
    const elsewhere = stripe.paymentIntents.cancel(id, {}, { idempotencyKey: "k1" });
    expect(await thrown(elsewhere)).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(emulator.ledger()).toMatchObject([{ amount: 5_000, status: "prepared" }]);
  });

  test("that is in use is answered 409, and one request takes effect", async () => {
    await emulator.stop();
    await start({ delays: { ...options().delays, answer: 300 } });
    const both = await Promise.allSettled([create("k1"), create("k1")]);
    const refused = both.flatMap((one) => (one.status === "rejected" ? one.reason : []));
    expect(refused).toMatchObject([{ statusCode: 409, code: "idempotency_key_in_use" }]);
    expect(emulator.ledger()).toHaveLength(1);
    const retried = await create("k1", {}, client(key, { maxNetworkRetries: 2 }));
    expect(retried.id).toBe(emulator.ledger()[0]?.paymentId);
  });

  test("expires after 24 hours: the same request takes effect again", async () => {
    const first = await create("k1");
    clock += 24 * hourMs - 1;
    expect((await create("k1")).id).toBe(first.id);
    clock += 1;
    expect((await create("k1")).id).not.toBe(first.id);
    expect(emulator.ledger()).toHaveLength(2);
  });

  test("is not used up by refused parameters or a 429", async () => {
    expect(await thrown(create("k1", { currency: "xxx" }))).toMatchObject({ param: "currency" });
    disturb = (method) =>
      method === "POST"
        ? { status: 429, fault: { type: "invalid_request_error", code: "rate_limit", message: "Slow down." } }
        : undefined;
    expect(await thrown(create("k1"))).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    disturb = undefined;
    expect((await create("k1")).amount).toBe(5_000);
  });
});

describe("no answer", () => {
  test("timeout_before never answers and never charges", async () => {
    const { id } = await prepare();
    const token = await tokenOf("timeout_before");
    for (const idempotencyKey of ["a", "a", "b"])
      expect(await thrown(confirm(id, token, idempotencyKey))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "requires_payment_method",
      latest_charge: null,
    });
  });

  test("timeout_after authorises and loses the answer, which the same key then gets", async () => {
    await emulator.stop();
    await start({ delays: { hang: 5_000 } });
    const { id } = await prepare();
    const token = await tokenOf("timeout_after");
    const impatient = client(key, { timeout: 400 });
    expect(await thrown(confirm(id, token, "a", impatient))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_capture" });
    expect(await confirm(id, token, "a")).toMatchObject({ status: "requires_capture" });
    expect(await thrown(confirm(id, token, "b"))).toMatchObject({ code: "payment_intent_unexpected_state" });
  });

  test("to any call can be lost, and the same key then gets it", async () => {
    await emulator.stop();
    await start({ delays: { hang: 5_000 } });
    const { id } = await taken();
    disturb = (_, path) => (path === "/v1/refunds" ? "silent_after" : undefined);
    const refund = (by = stripe) => by.refunds.create({ payment_intent: id, amount: 10_000 }, { idempotencyKey: "r1" });
    expect(await thrown(refund(client(key, { timeout: 400 })))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    disturb = undefined;
    expect(await refund()).toMatchObject({ amount: 10_000 });
    expect(emulator.ledger()).toMatchObject([{ refunded: 10_000 }]);
  });
});

describe("refunds", () => {
  const refunded = async (card: string) => {
    const { id } = await taken(card);
    return stripe.refunds.create({ payment_intent: id, amount: 10_000, metadata: { refund: "rf_1" } });
  };
  const status = async ({ payment_intent }: Stripe.Refund) =>
    (await stripe.refunds.list({ payment_intent: String(payment_intent) })).data[0]?.status;

  test.each([
    ["pendingRefund", "pending", "succeeded", "refund.updated", 10_000],
    ["refund_failed", "pending", "failed", "refund.failed", 0],
    ["refundFail", "succeeded", "failed", "refund.failed", 0],
  ])("of %s are %s, then %s", async (card, first, then, type, left) => {
    const refund = await refunded(card);
    expect(refund.status).toBe(first);
    await decide();
    await vi.waitFor(async () => expect(await status(refund)).toBe(then));
    await vi.waitFor(() => expect(types()).toContain(type));
    const { latest_charge } = await stripe.paymentIntents.retrieve(String(refund.payment_intent), {
      expand: ["latest_charge"],
    });
    expect(latest_charge).toMatchObject({ amount_refunded: left, refunded: false });
    expect(emulator.ledger()).toMatchObject([
      { refunded: left, refunds: [{ metadata: { refund: "rf_1" }, status: then }] },
    ]);
  });

  test("are listed by payment, the newest first", async () => {
    const [payment, other] = [await taken(), await taken()];
    await stripe.refunds.create({ payment_intent: other.id });
    for (let amount = 1; amount <= 3; amount++) await stripe.refunds.create({ payment_intent: payment.id, amount });
    const page = await stripe.refunds.list({ payment_intent: payment.id, limit: 2 });
    expect(page).toMatchObject({ has_more: true, data: [{ amount: 3 }, { amount: 2 }] });
  });

  test("are refused while a dispute is open, which createDispute causes at the capture", async () => {
    const { id } = await taken("createDispute");
    expect(await thrown(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ code: "charge_disputed" });
    await vi.waitFor(() => expect(types()).toContain("charge.dispute.created"));
    const told = heard.map(event).find((one) => one.type === "charge.dispute.created");
    expect(told?.data.object).toMatchObject({ object: "dispute", payment_intent: id, amount: 30_000 });
    expect(emulator.ledger()).toMatchObject([{ disputes: [{ amount: 30_000, status: "needs_response" }] }]);
  });
});

describe("webhooks", () => {
  test("report every change of a payment, signed as constructEvent expects", async () => {
    const { id } = await taken("threeDSecure2Required").catch(async () => {
      const [entry] = emulator.ledger();
      await hook(`/test/payment_intents/${entry?.paymentId}/authenticate`, { outcome: "complete" });
      return stripe.paymentIntents.capture(entry?.paymentId ?? "");
    });
    await stripe.refunds.create({ payment_intent: id });
    await vi.waitFor(() => expect(heard).toHaveLength(6));
    const events = heard.map(event);
    expect(events.map(({ type }) => type)).toEqual([
      "payment_intent.created",
      "payment_intent.requires_action",
      "payment_intent.amount_capturable_updated",
      "payment_intent.succeeded",
      "refund.created",
      "charge.refunded",
    ]);
    expect(events[3]).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      object: "event",
      api_version: Stripe.API_VERSION,
      livemode: false,
      data: { object: { id, object: "payment_intent", status: "succeeded" } },
    });
  });

  test("report a decline, a failed 3-D Secure and a cancellation", async () => {
    const { id } = await prepare();
    await thrown(confirm(id, "chargeDeclined"));
    await confirm(id, "threeDSecure2Required");
    await hook(`/test/payment_intents/${id}/authenticate`, { outcome: "fail" });
    await stripe.paymentIntents.cancel(id);
    await vi.waitFor(() => expect(heard).toHaveLength(5));
    expect(types()).toEqual([
      "payment_intent.created",
      "payment_intent.payment_failed",
      "payment_intent.requires_action",
      "payment_intent.payment_failed",
      "payment_intent.canceled",
    ]);
  });

  test("are sent again until they are answered with 2xx, a few times", async () => {
    answer = 500;
    await prepare();
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    expect(new Set(heard.map(event).map(({ id }) => id)).size).toBe(1);
  });

  test("webhook_early comes before the answer", async () => {
    const { id } = await prepare();
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    const atAnswer = confirm(id, "webhook_early").then(() => types());
    expect(await atAnswer).toEqual(["payment_intent.created", "payment_intent.amount_capturable_updated"]);
  });
});

describe("search", () => {
  const find = async (query: string) =>
    (await stripe.paymentIntents.search({ query })).data.map(({ id, status }) => ({ id, status }));

  test("lags: new objects are not found yet, changed ones are found as they were", async () => {
    const { id } = await prepare();
    const query = "metadata['reference']:'u.o.a'";
    expect(await find(query)).toEqual([]);
    clock += 61_000;
    expect(await find(query)).toEqual([{ id, status: "requires_payment_method" }]);
    await confirm(id, "visa");
    expect(await find(query)).toEqual([{ id, status: "requires_payment_method" }]);
    clock += 61_000;
    expect(await find(query)).toEqual([{ id, status: "requires_capture" }]);
    expect(await find("metadata['reference']:'u.o.b'")).toEqual([]);
    expect(await thrown(find("amount>1"))).toMatchObject({ param: "query" });
  });
});

describe("amounts", () => {
  test.each([
    ["krw", 12_345, true],
    ["jpy", 50, true],
    ["jpy", 49, false],
    ["mga", 5, true],
    ["huf", 17_545, true],
    ["huf", 17_499, false],
    ["idr", 100_000_000, true],
    ["kwd", 5_120, true],
    ["kwd", 5_124, false],
    ["isk", 500, true],
    ["isk", 550, false],
    ["ugx", 500, true],
    ["ugx", 5, false],
    ["eur", 99_999_999, true],
    ["eur", 100_000_000, false],
    ["eur", 0, false],
    ["eur", -5, false],
    ["xau", 100, false],
    ["EUR", 100, false],
  ])("in %s, %i is taken: %s", async (currency, amount, isTaken) => {
    const made = await prepare({ currency, amount }).then(
      (one) => one.amount,
      ({ statusCode }: Stripe.errors.StripeError) => statusCode,
    );
    expect(made).toBe(isTaken ? amount : 400);
  });
});

describe("access", () => {
  test.each([
    ["sk_test_other", 401],
    ["sk_live_shop", 401],
    ["rk_live_shop", 401],
    [publishableKey, 403],
  ])("with %s is refused with %i", async (apiKey, statusCode) => {
    const by = client(apiKey);
    expect(await thrown(by.refunds.list({ payment_intent: "pi_1" }))).toMatchObject({ statusCode });
    expect(await thrown(by.paymentIntents.create({ amount: 1, currency: "eur" }))).toMatchObject({ statusCode });
    expect(emulator.ledger()).toEqual([]);
  });

  test("accepts the key by Basic too, and the emulator starts with test keys only", async () => {
    const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
    expect((await fetch(`${emulator.url}/test/ledger`, { headers: { authorization } })).status).toBe(200);
    await expect(startStripe({ ...options(), key: "sk_live_shop" })).rejects.toThrow(/test keys only/);
  });

  test("by a page gives the PaymentIntent with its client secret, without metadata", async () => {
    const { id, client_secret } = await prepare();
    const read = async (query: string) => {
      const headers = { authorization: `Bearer ${publishableKey}` };
      const response = await fetch(`${emulator.url}/v1/payment_intents/${id}?${query}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    const { status, body } = await read(`client_secret=${client_secret}`);
    expect([status, body]).toEqual([200, expect.objectContaining({ id, status: "requires_payment_method" })]);
    expect(body).not.toHaveProperty("metadata");
    expect((await read("client_secret=guess")).status).toBe(404);
    expect((await read("")).status).toBe(404);
  });

  test.each<[string, () => Promise<unknown>, object]>([
    [
      "an unknown parameter",
      () => prepare({ setup_future_usage: "off_session" }),
      { code: "parameter_unknown", param: "setup_future_usage" },
    ],
    [
      "a missing parameter",
      () => stripe.paymentIntents.create({ amount: 1 } as Stripe.PaymentIntentCreateParams),
      { code: "parameter_missing", param: "currency" },
    ],
    [
      "an amount with a fraction",
      () => prepare({ amount: 1.5 }),
      { code: "parameter_invalid_integer", param: "amount" },
    ],
    [
      "an unknown nested parameter",
      () => prepare({ automatic_payment_methods: { enabled: true, more: 1 } as never }),
      { param: "automatic_payment_methods[more]" },
    ],
    [
      "an unknown payment",
      () => stripe.paymentIntents.retrieve("pi_none"),
      { statusCode: 404, code: "resource_missing" },
    ],
    ["an unknown path", () => stripe.customers.create({}), { statusCode: 400 }],
    [
      "another API version",
      () => client(key, { apiVersion: "2020-08-27" as never }).refunds.list(),
      { statusCode: 400 },
    ],
  ])("to %s is refused", async (_, ask, refused) => {
    const error = await thrown(ask());
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error).toMatchObject({ rawType: "invalid_request_error", ...refused });
  });
});

describe("the ledger", () => {
  test("survives a crash with its keys, and undecided payments are decided after it", async () => {
    await emulator.stop();
    await start({ dataDir: dir });
    const made = await stripe.paymentIntents.create({ amount: 900, currency: "eur" }, { idempotencyKey: "k1" });
    const { id } = await paid("processing");
    await emulator.stop();
    await appendFile(join(dir, "stripe.jsonl"), '{"kind":"payment","id":"pi_to');
    decided = [];
    await start({ dataDir: dir });
    await prepare();
    await emulator.stop();
    decided = [];
    await start({ dataDir: dir });
    const again = await stripe.paymentIntents.create({ amount: 900, currency: "eur" }, { idempotencyKey: "k1" });
    expect(again.id).toBe(made.id);
    expect(emulator.ledger()).toHaveLength(3);
    await decide();
    await vi.waitFor(async () =>
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_capture" }),
    );
    await emulator.stop();
    await appendFile(join(dir, "stripe.jsonl"), "what?\n");
    await expect(startStripe({ ...options(), dataDir: dir })).rejects.toThrow(/damaged at .*stripe.jsonl:\d+/);
    await start();
  });

  test("can be read over HTTP with the shop's key only", async () => {
    await paid();
    const read = (apiKey: string) =>
      fetch(`${emulator.url}/test/ledger`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(await (await read(key)).json()).toEqual({ items: JSON.parse(JSON.stringify(emulator.ledger())) });
    expect((await read(publishableKey)).status).toBe(403);
  });
});

test("as a process it prints its address and ends with its parent", async () => {
  const child = spawn(process.execPath, ["local/gateways/start.ts", "stripe"], {
    env: { ...process.env, ONSALE_GATEWAY: JSON.stringify({ key, publishableKey, dataDir: join(dir, "process") }) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const { port } = new URL(JSON.parse(line).url);
  expect((await client(key, { port }).paymentIntents.search({ query: "metadata['reference']:'a'" })).data).toEqual([]);
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});

describe("the stand-in for stripe.js, in a browser", () => {
  let browser: Browser;
  let page: Page;
  let shop: Server;
  let bundle: string;
  let faults: string[];

  /** A shop's page: `loadStripe` of the published package, and a content policy as strict as a checkout's. */
  const serve = async () => {
    shop = createServer((request, response) => {
      if (request.url === "/page.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(bundle);
      const policy = `default-src 'none'; script-src 'self' ${emulator.url}; connect-src ${emulator.url}; frame-src ${emulator.url}`;
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy });
      response.end(
        `<!doctype html><script src="${emulator.url}/stripe.js"></script><script src="/page.js"></script><div id="card"></div>`,
      );
    });
    shop.listen(0, "127.0.0.1");
    await once(shop, "listening");
    return `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`;
  };

  beforeAll(async () => {
    const contents = `import { loadStripe } from "@stripe/stripe-js/pure"; window.load = loadStripe;`;
    const built = await build({ stdin: { contents, resolveDir: "." }, bundle: true, write: false });
    bundle = built.outputFiles[0]?.text ?? "";
    browser = await chromium.launch({
      executablePath: findChromium(console.log),
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    faults = [];
    page = await browser.newPage();
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.goto(await serve());
    await page.evaluate(async (pk) => {
      const stripe = await window.load(pk);
      const elements = stripe.elements({ mode: "payment", amount: 30_000, currency: "krw", captureMethod: "manual" });
      elements.create("payment").mount("#card");
      Object.assign(window, { stripe, elements });
    }, publishableKey);
  });
  afterEach(async () => {
    await page.close();
    shop.close();
  });

  const fill = async (number: string) => {
    await page.getByLabel("Card number").fill(number);
    await page.getByLabel("Expiry").fill("12/34");
    await page.getByLabel("Security code").fill("123");
  };
  const token = () =>
    page.evaluate(async () => {
      const { error } = await window.elements.submit();
      if (error) return { error };
      return window.stripe.createConfirmationToken({ elements: window.elements });
    });
  const tokenIdOf = async (number: string) => {
    await fill(number);
    return (await token()).confirmationToken?.id ?? "";
  };

  test("makes a token with which the server confirms, and refuses an incomplete card", async () => {
    expect(await token()).toMatchObject({ error: { type: "validation_error" } });
    expect(await page.getByRole("alert").textContent()).toBe("Your card details are incomplete.");
    expect(await confirm((await prepare()).id, await tokenIdOf("4242 4242 4242 4242"))).toMatchObject({
      status: "requires_capture",
    });
    expect(await thrown(confirm((await prepare()).id, await tokenIdOf("4000000000009995")))).toMatchObject({
      decline_code: "insufficient_funds",
    });
    expect(faults).toEqual([]);
  });

  test("makes a token that is refused for another currency or capture method than the form showed", async () => {
    for (const more of [{ currency: "jpy" }, { capture_method: "automatic" as const }]) {
      const { id } = await prepare(more);
      expect(await thrown(confirm(id, await tokenIdOf("4242424242424242")))).toMatchObject({
        statusCode: 400,
        param: "confirmation_token",
      });
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_payment_method" });
    }
  });

  test.each([
    ["Complete", { paymentIntent: { status: "requires_capture" } }],
    [
      "Fail",
      {
        error: { code: "payment_intent_authentication_failure", payment_intent: { status: "requires_payment_method" } },
      },
    ],
  ])("handleNextAction shows the bank's page: %s authentication", async (button, expected) => {
    const { id, client_secret } = await confirm((await prepare()).id, await tokenIdOf("4000000000003220"));
    const handled = page.evaluate(
      (clientSecret) => window.stripe.handleNextAction({ clientSecret }),
      client_secret ?? "",
    );
    await page.frameLocator("iframe").getByRole("button", { name: button }).click();
    expect(await handled).toMatchObject(expected);
    const seen = await page.evaluate((secret) => window.stripe.retrievePaymentIntent(secret), client_secret ?? "");
    expect(seen.paymentIntent?.status).toBe((await stripe.paymentIntents.retrieve(id)).status);
    expect(faults).toEqual([]);
  });

  test.each<[string, string]>([
    ["another call", "stripe.confirmPayment({})"],
    ["another element", "elements.create('expressCheckout')"],
    [
      "another option",
      "stripe.elements({ mode: 'payment', amount: 1, currency: 'krw', setupFutureUsage: 'off_session' })",
    ],
    ["another mode", "stripe.elements({ mode: 'setup', amount: 1, currency: 'krw' })"],
    ["another event", "elements.getElement('payment').on('done', () => {})"],
    ["another method of an element", "elements.getElement('payment').collapse()"],
    ["a live key", "window.Stripe('pk_live_x')"],
    ["an amount with a fraction", "stripe.elements({ mode: 'payment', amount: 1.5, currency: 'krw' })"],
  ])("throws on %s", async (_, call) => {
    const message = await page.evaluate(`(() => { try { ${call}; } catch (error) { return error.message; } })()`);
    expect(message).toMatch(/^The stand-in for stripe.js does not know/);
  });
});

test("no part of the product imports the emulator or its script", async () => {
  const importing: string[] = [];
  for (const folder of ["core", "functions", "stacks", "web/src"]) {
    for await (const file of glob(`${folder}/**/*.{ts,tsx}`)) {
      if (/local\/stripe/.test(await readFile(file, "utf8"))) importing.push(file);
    }
  }
  expect(importing).toEqual([]);
});
