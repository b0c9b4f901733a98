/** The contract of payment gateways over Stripe's wire, and Stripe's own cases. */
import Stripe from "stripe";
import { describe, expect, test, vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import * as Orders from "#core/order/index.ts";
import { mailKind } from "#ops/audit/snapshot.ts";
import { type Case, everythingAgrees, fixture } from "#tests/integration/gateway/contract/fixture.ts";
import { type Behaviour, stripe } from "#tests/integration/gateway/contract/gateway.ts";
import { contract } from "#tests/integration/gateway/contract/payments.ts";
import { refunds } from "#tests/integration/gateway/contract/refunds.ts";
import { switched } from "#tests/integration/gateway/contract/switched.ts";
import { deliver, everywhere, intercept } from "#tests/support/bank.ts";
import { inbox } from "#tests/support/inbox.ts";
import { captureMetrics } from "#tests/support/metrics.ts";

const given = fixture(stripe);
const { shared, held, get, sent, pay, settled, confirmed, agree, declined, payable, reconciled, later } = given;

contract(given, [
  ...(["approved", "declined", "unknown", "silentBefore", "silentAfter", "failingBefore", "failingAfter"] as const),
  ...(["laterApproved", "laterDeclined", "webhookEarly", "challenged", "challengedDeclined"] as const),
  ...(["captureExpired", "refundPending", "refundFails", "refundFailsLater"] as const),
]);
switched(given);

describe("Stripe's webhooks", () => {
  const event = (object: object, type = "payment_intent.succeeded") =>
    JSON.stringify({ id: "evt_1", object: "event", type, data: { object } });
  const intent = { object: "payment_intent", id: "pi_1", metadata: { reference: "usr_1.ord_1.att_1" } };
  /** The messages that these webhooks sent to the worker. */
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
      Array(2).fill({ kind: "gateway", provider: "stripe", paymentId: "pi_1", reference: "usr_1.ord_1.att_1" }),
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

  test("a webhook about another user's payment is answered, and sends no message", async () => {
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
});

describe("each call to Stripe can fail", () => {
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
  const all = Object.keys(faults) as (keyof typeof faults)[];
  const begin = async (behaviour: Behaviour): Promise<[Case, string]> => {
    const order = await held();
    return [order, await sent(order, behaviour)];
  };
  const confirmedOnce = (order: Case) => agree(order, "confirmed");
  /** By the call's path: the worker's task, and the order's final state. */
  const calls: Record<
    string,
    [path: RegExp, begin: () => Promise<[Case, string]>, end: (order: Case) => Promise<void>]
  > = {
    "a prepare": [/^\/v1\/payment_intents$/, () => begin("silentAfter"), confirmedOnce],
    "a confirm": [/confirm$/, () => begin("silentAfter"), confirmedOnce],
    "a capture": [/capture$/, () => begin("silentAfter"), confirmedOnce],
    "a look": [/payment_intents\/\w+$/, () => begin("silentAfter"), confirmedOnce],
    "a cancel": [/cancel$/, () => begin("declined"), (order) => declined(order, "card.declined", "insufficient_funds")],
    "a refund": [
      /refunds$/,
      async () => {
        const order = await confirmed();
        await given.cancel(order);
        return [order, given.refund(order)];
      },
      async (order) => {
        await agree(order, "refunded");
        expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ refunds: [{ amount: 20_000 }] }]);
      },
    ],
  };
  test.each(Object.keys(calls).flatMap((call) => all.map((fault) => [call, fault] as const)))(
    "%s that %s: ends the same, once",
    async (call, fault) => {
      const [path, begin, end] = calls[call] as (typeof calls)[string];
      const [order, message] = await begin();
      failing(path, fault);
      await deliver(message);
      delete shared.at.play.disturb;
      later(120);
      await deliver(message);
      await reconciled(240);
      await end(order);
    },
  );

  test("a key that Stripe refuses decides nothing, and raises an alarm", async () => {
    const counted = captureMetrics();
    const order = await held();
    const message = await sent(order, "approved");
    const linked = link("Stripe");
    const { secretKey } = linked;
    linked.secretKey = "sk_test_wrong";
    expect(await deliver(message)).toBe(1);
    expect(counted("GatewayMisconfigured")).toBeGreaterThan(0);
    linked.secretKey = secretKey;
    expect(await deliver(message)).toBe(0);
    await agree(order, "confirmed");
  });
});

describe("tokens", () => {
  test("a used token is declined, and charges nothing twice", async () => {
    const first = await held();
    const token = await shared.at.token("visa");
    await pay(first, token);
    await settled(first);
    await agree(first, "confirmed");
    const second = await held();
    await pay(second, token);
    await settled(second);
    await declined(second, "card.declined");
    await payable(second);
  });

  test("an amount that Stripe does not accept is declined, and the order stays payable", async () => {
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

refunds({
  name: "stripe",
  ...given.refundable,
  refundsOf: (orderId) =>
    shared.at
      .paymentsOf(orderId)
      .flatMap(({ refunds }) =>
        refunds.map(({ metadata, amount }): [string, number] => [metadata?.refund ?? "", amount]),
      ),
});

test("a refund asks Stripe three times at most: a worker has ten seconds for a batch of them", async () => {
  const order = await confirmed();
  await shared.steps.cancel(order.user, order.orderId);
  const { paymentId = "" } = shared.at.paymentsOf(order.orderId)[0] ?? {};
  let calls = 0;
  shared.at.play.disturb = () => {
    calls++;
    return undefined;
  };
  await provider("stripe").refund({ paymentId, amount: 5_000, key: "rf_counted" });
  delete shared.at.play.disturb;
  expect(calls).toBe(3);
  given.known.undone.add(order.orderId);
});

test("an idempotency key in use at Stripe decides nothing, whatever error type Stripe gives it", async () => {
  const order = await held();
  const message = await sent(order, "approved");
  const inUse = { type: "invalid_request_error", code: "idempotency_key_in_use", message: "in use" } as const;
  shared.at.play.disturb = (_, path) => (path.endsWith("/confirm") ? { status: 409, fault: inUse } : undefined);
  expect(await deliver(message)).toBe(1);
  delete shared.at.play.disturb;
  expect(await deliver(message)).toBe(0);
  await agree(order, "confirmed");
});

describe("a refund that fails at the bank", () => {
  const cancel = async ({ user, orderId }: Case) => {
    await shared.steps.cancel(user, orderId);
    await shared.at.stage.drain();
  };
  const end = ({ user, orderId }: Case, body: object = { returnedOtherwise: true }) =>
    shared.at.stage.call("POST /v1/admin/orders/{orderId}/refund", {
      token: shared.admin.token,
      params: { orderId },
      query: { userId: user.userId },
      body,
    });
  const kept = (order: Case) => given.taken(order);
  const mails = async ({ user }: Case) =>
    (await inbox())
      .filter(({ destination }) => destination.to.some((to) => to.includes(user.email)))
      .map(({ subject }) => mailKind(subject));

  /** The message that Stripe's webhook sends to the worker. */
  const webhookMessage = async ({ user, orderId }: Case) => {
    const { attemptId } = await Orders.get({ userId: user.userId, orderId });
    const [{ paymentId = "" } = {}] = shared.at.paymentsOf(orderId);
    return JSON.stringify({ kind: "gateway", paymentId, reference: `${user.userId}.${orderId}.${attemptId}` });
  };
  /** A refund that was done and mailed, and then returned by the card's bank; no webhook has arrived yet. */
  const sentBack = async (): Promise<Case> => {
    shared.at.mute(true);
    const order = await confirmed("refundFailsLater");
    await cancel(order);
    if ((await get(order)).status !== "refunded") return sentBack(); // on a slow machine the bank was faster than the worker
    await expect.poll(() => kept(order)).toEqual([20_000]);
    return order;
  };
  const failedLater = async (): Promise<Case> => {
    const order = await sentBack();
    expect(await deliver(await webhookMessage(order))).toBe(0);
    expect((await get(order)).status).toBe("refunding");
    return order;
  };

  test("after it was done makes the order owe it again, once, and its buyer is told that it is pending", async () => {
    const counted = captureMetrics();
    const order = await failedLater();
    expect(await get(order)).toMatchObject({ payment: { status: "approved", refund: "failed" } });
    const { open, owed, attemptId } = await given.stored(order);
    expect([open, Object.keys(owed)]).toEqual([expect.stringMatching(/^refunding#\d$/), [attemptId]]);
    expect(counted("RefundRefused")).toBeGreaterThan(0);
    expect(await mails(order)).toEqual(["refunded"]);
    for (let minute = 0; minute < 3; minute++) await shared.at.stage.reconcile();
    expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ refunds: [{ status: "failed" }] }]);
    expect(kept(order)).toEqual([20_000]);
    given.known.undone.add(order.orderId);
  });

  test("makes the order owe it again, even if the worker is killed before or after each call", {
    timeout: 120_000,
  }, async () => {
    await everywhere(shared.kill, async (killed) => {
      const order = await sentBack();
      const message = await webhookMessage(order);
      await killed(() => deliver(message));
      expect(await deliver(message, message)).toBe(0);
      expect(await get(order)).toMatchObject({ status: "refunding", payment: { refund: "failed" } });
      expect((await end(order)).status).toBe(202);
    });
  });

  test("is ended by an organiser who has returned the money in another way: no alarm, no more retries, and the texts say so", async () => {
    const order = await failedLater();
    const reply = await end(order);
    expect([reply.status, reply.body.status, reply.body.payment.refund]).toEqual([202, "refunded", "otherwise"]);
    await shared.at.stage.drain();
    const after = await given.stored(order);
    expect([after.owed, after.open]).toEqual([undefined, undefined]);
    expect(Object.values(after.attempts)).toMatchObject([
      { status: "refunded", returnedOtherwise: { by: shared.admin.userId, at: expect.any(Number) } },
    ]);
    expect(await get(order)).toMatchObject({
      status: "refunded",
      payment: { status: "refunded", refund: "otherwise" },
    });
    expect(await mails(order)).toEqual(["refunded", "refunded"]);
    const counted = captureMetrics();
    await deliver(await webhookMessage(order));
    expect(counted.lines()).toEqual([]);
    const asked = (["get", "refund"] as const).map((call) => vi.spyOn(provider("stripe"), call));
    later(25 * 3_600);
    await shared.at.stage.reconcile();
    vi.useRealTimers();
    expect((await get(order)).status).toBe("refunded");
    const [payment] = shared.at.paymentsOf(order.orderId);
    expect(JSON.stringify(asked.flatMap(({ mock }) => mock.calls))).not.toContain(payment?.paymentId);
    expect((await end(order)).status).toBe(202); // its answer may have been lost
    expect(Object.values((await given.stored(order)).attempts)).toEqual(Object.values(after.attempts));
  });

  test("can be ended in this state only: in any other the organiser is told the order's state", async () => {
    const [paid, back] = [await confirmed(), await confirmed()];
    await cancel(back);
    for (const [order, status] of [
      [await held(), "held"],
      [paid, "confirmed"],
      [back, "refunded"],
    ] as const) {
      const { status: answered, body } = await end(order);
      expect([answered, body.code]).toEqual([409, "order.not_cancellable"]);
      expect(body.detail).toContain(`The order is ${status}`);
      expect((await get(order)).status).toBe(status);
    }
    expect((await end(paid, { returnedOtherwise: "yes" })).body.code).toBe("request.invalid");
    expect((await end(paid, { returned: true })).body.code).toBe("request.invalid");
    await agree(paid, "confirmed");
    expect((await end(paid, { returnedOtherwise: false })).body.status).toBe("refunding");
  });

  test("raises no alarm on its way for a day; one that is refused raises an alarm after an hour", async () => {
    shared.at.mute(true);
    const [slow, refused] = [await confirmed("refundPending"), await confirmed("refundFails")];
    for (const { user, orderId } of [slow, refused]) await shared.steps.cancel(user, orderId);
    const asked = provider("stripe").get;
    const [{ paymentId: slowly = "" } = {}] = shared.at.paymentsOf(slow.orderId);
    await shared.at.stage.drain();
    await expect.poll(() => kept(refused)).toEqual([20_000]);
    // the bank takes its time
    vi.spyOn(provider("stripe"), "get").mockImplementation(async (id) => {
      const payment = await asked(id);
      return id === slowly ? { ...payment, status: "captured", refunded: 0, returning: 20_000 } : payment;
    });
    const counted = captureMetrics();
    /** The number of debts in the alarm, including those of other tests. */
    const rung = async (hours: number) => {
      later(hours * 3_600);
      const before = counted("DebtOld");
      await shared.at.stage.reconcile();
      vi.useRealTimers();
      return counted("DebtOld") - before;
    };
    const rings = async () => [await rung(1.1), await rung(23.9), await rung(24.1)];
    expect(await rung(0.9)).toBe(0);
    const [anHour = 0, most, aDay] = await rings();
    expect([most, aDay]).toEqual([anHour, anHour + 1]);
    expect((await end(refused)).status).toBe(202);
    expect(await rings()).toEqual([anHour - 1, anHour - 1, anHour]);
    expect((await get(slow)).status).toBe("refunding");
    given.known.undone.add(slow.orderId);
  });
});

test("a page gets Stripe's publishable key, and no other", async () => {
  const { body } = await shared.at.stage.call("GET /v1/payments/methods");
  expect(body).toEqual({
    points: { currency: "KRW", free: true },
    card: { provider: "stripe", publishableKey: "pk_test_page" },
  });
});

everythingAgrees(given);
