/** Payments on Stripe's wire, as the emulator plays it, driven by the official SDK: one promise a test. */
import Stripe from "stripe";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import type * as z from "zod/mini";
import { apiVersion } from "#local/stripe/objects.ts";
import type { params } from "#local/stripe/routes.ts";
import {
  confirm,
  decide,
  emulate,
  emulator,
  event,
  hook,
  hourMs,
  paid,
  play,
  prepare,
  stripe,
  taken,
  thrown,
  tokenOf,
  types,
} from "./wire.ts";

emulate();

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
    play.clock += 7 * 24 * hourMs + 1_000;
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
    play.clock += 12 * hourMs;
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
    const webhook = play.heard.map(event).find((one) => one.type === "charge.dispute.created");
    expect(webhook?.data.object).toMatchObject({ object: "dispute", payment_intent: id, amount: 30_000 });
    expect(emulator.ledger()).toMatchObject([{ disputes: [{ amount: 30_000, status: "needs_response" }] }]);
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
