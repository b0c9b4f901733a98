/** The contract of payment gateways, over Stripe's wire; and what is Stripe's alone. */
import Stripe from "stripe";
import { describe, expect, test, vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import * as Metrics from "#core/lib/metrics.ts";
import { deliver, intercept } from "#tests/bank.ts";
import { stripe } from "#tests/contract/gateway.ts";
import { contract, fixture } from "#tests/contract/payments.ts";

const given = fixture(stripe);
const { shared, held, get, sent, settled, paid, confirmed, back, agree, declined, payable, later } = given;

contract(given, [
  "approved",
  "declined",
  "unknown",
  "silentBefore",
  "silentAfter",
  "failingBefore",
  "failingAfter",
  "laterApproved",
  "laterDeclined",
  "webhookEarly",
  "webhookTwice",
  "webhookLate",
  "webhookForged",
  "webhookStale",
  "challenged",
  "challengedDeclined",
  "captureExpired",
  "refundPending",
  "refundFails",
  "refundFailsLater",
]);

describe("Stripe's webhooks", () => {
  const event = (object: object, type = "payment_intent.succeeded") =>
    JSON.stringify({ id: "evt_1", object: "event", type, data: { object } });
  const intent = { object: "payment_intent", id: "pi_1", metadata: { reference: "usr_1.ord_1.att_1" } };
  /** What the worker was asked because of these. */
  const heard = async () =>
    (await intercept(shared.at.stage)).map((sent) => JSON.parse(sent)).filter(({ paymentId }) => paymentId === "pi_1");
  const post = (body: string, secret: string, timestamp = Math.floor(Date.now() / 1000)) =>
    shared.at.stage.call("POST /v1/payments/webhooks/{provider}", {
      params: { provider: "stripe" },
      body,
      headers: { "stripe-signature": Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp }) },
    });

  test("the current and the previous secret are accepted, another is not, nor an old signature, nor another body", async () => {
    const body = event(intent);
    for (const secret of ["whsec_new", "whsec_old"]) expect((await post(body, secret)).status).toBe(202);
    expect(await heard()).toEqual(
      Array(2).fill({ kind: "gateway", paymentId: "pi_1", reference: "usr_1.ord_1.att_1" }),
    );
    expect((await post(body, "whsec_other")).body.code).toBe("webhook.bad_signature");
    expect((await post(body, "whsec_new", Math.floor(Date.now() / 1000) - 301)).status).toBe(401);
    const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: "whsec_new" });
    const changed = await shared.at.stage.call("POST /v1/payments/webhooks/{provider}", {
      params: { provider: "stripe" },
      body: body.replace("pi_1", "pi_2"),
      headers: { "stripe-signature": header },
    });
    expect(changed.status).toBe(401);
    const unsigned = { params: { provider: "stripe" }, body };
    expect((await shared.at.stage.call("POST /v1/payments/webhooks/{provider}", unsigned)).status).toBe(401);
    expect(await heard()).toEqual([]);
  });

  test("what is not of a payment of ours is answered, and wakes nobody", async () => {
    for (const object of [
      { object: "charge", id: "ch_1" },
      { object: "payment_intent", id: "pi_1", metadata: {} },
      { object: "payment_intent", id: "pi_1" },
      { object: "refund", id: "re_1", payment_intent: null, metadata: { reference: "a.b.c" } },
      {},
    ])
      expect((await post(event(object), "whsec_new")).status).toBe(202);
    expect(await heard()).toEqual([]);
  });

  test("one that names somebody else's payment, or an order that there is not, changes nothing", async () => {
    const [theirs, ours] = [await confirmed(), await held()];
    await paid(ours, "challenged");
    const { payment } = await get(ours);
    const [foreign] = shared.at.paymentsOf(theirs.orderId);
    const of = `${ours.user.userId}.${ours.orderId}`;
    for (const body of [
      { paymentId: foreign?.paymentId, reference: `${of}.att_1` },
      { paymentId: foreign?.paymentId, reference: `${of}.${(payment as { attemptId: string }).attemptId}` },
      { paymentId: "pi_none", reference: `${of}.att_1` },
    ])
      expect(await deliver(JSON.stringify({ kind: "gateway", ...body }))).toBe(0);
    expect(await get(ours)).toMatchObject({ status: "paying", payment });
    await agree(theirs, "confirmed");
    await shared.at.authenticate(ours.orderId, "complete");
    await settled(ours);
    await agree(ours, "confirmed");
  });
});

describe("every call of Stripe's may fail", () => {
  const faults = {
    "is not answered, with nothing done": "silent_before",
    "is not answered, with everything done": "silent_after",
    "is one too many": { status: 429, fault: { type: "invalid_request_error", code: "rate_limit", message: "Slow" } },
    "meets a lock": { status: 429, fault: { type: "invalid_request_error", code: "lock_timeout", message: "Lock" } },
    "is not served": { status: 503, fault: { type: "api_error", message: "Down" } },
    "fails, and Stripe repeats that for a day": {
      status: 500,
      fault: { type: "api_error", message: "Oops" },
      saved: true,
    },
  } as const;
  const failing = (path: RegExp, fault: keyof typeof faults) => {
    let times = 2; // the SDK itself asks again after a broken connection
    shared.at.play.disturb = (_, at) => (path.test(at) && times-- > 0 ? faults[fault] : undefined);
  };
  /** The message once more, and the reconciliation two minutes later. */
  const finish = async (message: string) => {
    delete shared.at.play.disturb;
    later(120);
    await deliver(message);
    later(240);
    await shared.at.stage.reconcile();
    vi.useRealTimers();
  };
  const all = Object.keys(faults) as (keyof typeof faults)[];

  for (const [call, path] of [
    ["a prepare", /^\/v1\/payment_intents$/],
    ["a confirm", /confirm$/],
    ["a capture", /capture$/],
    ["a look", /payment_intents\/\w+$/],
  ] as const)
    test.each(all)(`${call} that %s: confirmed, and charged once`, async (fault) => {
      const order = await held();
      const message = await sent(order, "silentAfter");
      failing(path, fault);
      await deliver(message);
      await finish(message);
      await agree(order, "confirmed");
    });

  test.each(all)("a cancel that %s: declined, and let go of", async (fault) => {
    const order = await held();
    const message = await sent(order, "declined");
    failing(/cancel$/, fault);
    await deliver(message);
    await finish(message);
    await declined(order, "card.declined", "insufficient_funds");
  });

  test.each(all)("a refund that %s: refunded once", async (fault) => {
    const order = await confirmed();
    await shared.steps.cancel(order.user, order.orderId);
    const message = JSON.stringify({ kind: "refund", userId: order.user.userId, orderId: order.orderId });
    failing(/refunds$/, fault);
    await deliver(message);
    await finish(message);
    await agree(order, "refunded");
    expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ refunded: 20_000, refunds: [{ amount: 20_000 }] }]);
  });

  test("a key that Stripe does not accept decides nothing, and rings", async () => {
    const count = vi.spyOn(Metrics, "count");
    const order = await held();
    const message = await sent(order, "approved");
    const linked = link("Stripe");
    const { secretKey } = linked;
    linked.secretKey = "sk_test_wrong";
    expect(await deliver(message)).toBe(1);
    expect(count).toHaveBeenCalledWith("GatewayMisconfigured");
    linked.secretKey = secretKey;
    expect(await deliver(message)).toBe(0);
    await agree(order, "confirmed");
  });
});

describe("tokens", () => {
  test("a token that was spent is declined, and charges nothing twice", async () => {
    const first = await held();
    const token = await shared.at.token("visa");
    const pay = async ({ user, orderId }: typeof first) => {
      await shared.steps.pay(user, orderId, { method: "card", card: { token } });
    };
    await pay(first);
    await settled(first);
    await agree(first, "confirmed");
    const second = await held();
    await pay(second);
    await settled(second);
    await declined(second, "card.declined");
    await payable(second);
  });

  test("a price that Stripe cannot write exactly is refused with its event", async () => {
    const made = shared.at.stage.event({ currency: "KWD", prices: { Standard: 10_001 } });
    await expect(made).rejects.toThrow("cannot be charged exactly: 10001 minor units of KWD");
  });

  test("an amount that Stripe accepts from no card is declined, and the order stays payable", async () => {
    const order = await held();
    const message = await sent(order, "approved");
    shared.at.play.disturb = (_, path) =>
      path === "/v1/payment_intents"
        ? { status: 400, fault: { type: "invalid_request_error", code: "amount_too_small", message: "Too small" } }
        : undefined;
    expect(await deliver(message)).toBe(0);
    delete shared.at.play.disturb;
    await declined(order, "card.declined");
    await payable(order);
  });
});

test("a part that goes back is one by its name, also when Stripe has forgotten the key, and the rest goes by another", async () => {
  const order = await confirmed();
  const [payment] = shared.at.paymentsOf(order.orderId);
  const refund = (amount: number, key: string) =>
    provider("stripe").refund({ paymentId: payment?.paymentId ?? "", amount, key });
  await refund(5_000, "rf_1");
  later(25 * 3_600);
  expect(await refund(5_000, "rf_1")).toMatchObject({ status: "partially_refunded", refunded: 5_000 });
  expect(await refund(15_000, "rf_2")).toMatchObject({ status: "refunded", refunded: 20_000 });
  await expect(refund(1, "rf_3")).rejects.toMatchObject({ name: "GatewayRefused" });
});

describe("another gateway takes new payments", () => {
  test("what was begun at Stripe is refunded at Stripe, and what is being paid there is finished there", async () => {
    const settings = link("Settings");
    const bought = await confirmed();
    const asked = await held();
    await paid(asked, "challenged");
    settings.payments = "sandbox";
    try {
      await shared.steps.cancel(bought.user, bought.orderId);
      await shared.at.stage.drain();
      await agree(bought, "refunded");
      await shared.at.authenticate(asked.orderId, "complete");
      await settled(asked);
      await agree(asked, "confirmed");
      const other = await held();
      await shared.steps.pay(other.user, other.orderId, { method: "card", card: { token: "tok_approve" } });
      await shared.at.stage.settle();
      expect((await get(other)).status).toBe("confirmed");
      expect(shared.at.paymentsOf(other.orderId)).toEqual([]);
      const reply = await shared.at.stage.call("GET /v1/payments/methods");
      expect(reply.body.card).toEqual({ provider: "sandbox" });
    } finally {
      settings.payments = "stripe";
    }
  });

  test("with none, no card is taken, and what is open is finished", async () => {
    const settings = link("Settings");
    const asked = await held();
    await paid(asked, "challenged");
    settings.payments = "none";
    try {
      expect((await shared.at.stage.call("GET /v1/payments/methods")).body.card).toBeNull();
      const other = await held();
      const card = { method: "card", card: { token: "tok" } };
      expect((await shared.steps.pay(other.user, other.orderId, card)).body.code).toBe("order.not_payable");
      await back(asked, { cancel: true });
      await settled(asked);
      await declined(asked, "card.unverified");
    } finally {
      settings.payments = "stripe";
    }
  });

  test("a page is told Stripe's publishable key, and no other", async () => {
    const { body } = await shared.at.stage.call("GET /v1/payments/methods");
    expect(body).toEqual({
      points: { currency: "KRW", free: true },
      card: { provider: "stripe", publishableKey: "pk_test_page" },
    });
  });
});
