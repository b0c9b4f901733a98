/** The contract of payment gateways, over Stripe's wire; and what is Stripe's alone. */
import { randomUUID } from "node:crypto";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import Stripe from "stripe";
import { describe, expect, test, vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Metrics from "#core/lib/metrics.ts";
import { deliver, intercept } from "#tests/bank.ts";
import { type Case, everythingAgrees, everywhere, fixture } from "#tests/contract/fixture.ts";
import { type Behaviour, stripe } from "#tests/contract/gateway.ts";
import { contract, switched } from "#tests/contract/payments.ts";
import type { User } from "#tests/harness.ts";

const given = fixture(stripe);
const { shared, held, sent, pay, settled, confirmed, agree, declined, payable, reconciled, later } = given;

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
  const all = Object.keys(faults) as (keyof typeof faults)[];
  const begin = async (behaviour: Behaviour): Promise<[Case, string]> => {
    const order = await held();
    return [order, await sent(order, behaviour)];
  };
  const confirmedOnce = (order: Case) => agree(order, "confirmed");
  /** By the call's path: what is asked of the worker, and where the order ends. */
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
    "%s that %s: it ends the same, once",
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
    await pay(first, token);
    await settled(first);
    await agree(first, "confirmed");
    const second = await held();
    await pay(second, token);
    await settled(second);
    await declined(second, "card.declined");
    await payable(second);
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

describe("points by card", () => {
  const charge = async (user: User, card: string, key: string = randomUUID(), token?: string) =>
    shared.at.stage.call("POST /v1/wallet/charges", {
      token: user.token,
      body: { amount: 5_000, card: { token: token ?? (await shared.at.token(card)) } },
      headers: { "idempotency-key": key },
    });
  /** But what was prepared, its answer lost, and then prepared anew a minute later. */
  const book = (user: User) =>
    shared.at
      .paymentsOf(user.userId)
      .filter(({ status }) => status !== "prepared")
      .map(({ status, refunded }) => [status, refunded]);
  const resume = (user: User, key: string) =>
    deliver(JSON.stringify({ kind: "charge", userId: user.userId, chargeId: Ids.sha256(key) }));

  test("are credited once they are taken; a card that is declined, or whose bank would ask its owner, is let go of", async () => {
    const user = await shared.at.stage.user();
    expect((await charge(user, "visa")).status).toBe(201);
    for (const card of ["chargeDeclined", "threeDSecure2Required"])
      expect((await charge(user, card)).body.code).toBe("wallet.charge_declined");
    expect(await shared.steps.wallet(user)).toBe(5_000);
    expect(book(user)).toEqual([
      ["captured", 0],
      ["voided", 0],
      ["voided", 0],
    ]);
    const { Items = [] } = await db().send(
      new QueryCommand({
        TableName: table("Accounts"),
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues: { ":pk": `USER#${user.userId}`, ":sk": "KEY#" },
      }),
    );
    expect(Items.map(({ state, token }) => [state, token]).sort()).toEqual([
      ["declined", undefined],
      ["declined", undefined],
      ["done", undefined],
    ]);
  });

  test("a charge that died at any step, before or after its effect, is finished by the worker: credited and taken, or neither", {
    timeout: 120_000,
  }, async () => {
    await everywhere(shared.kill, async (killed) => {
      const user = await shared.at.stage.user();
      const key = randomUUID();
      const token = await shared.at.token("visa"); // the same request has the same token
      await killed(() => charge(user, "", key, token));
      if ((await shared.steps.wallet(user)) > 0) expect(book(user)).toEqual([["captured", 0]]);
      expect(await resume(user, key)).toBe(0);
      expect((await charge(user, "", key, token)).status).toBe(201);
      expect([await shared.steps.wallet(user), book(user)]).toEqual([5_000, [["captured", 0]]]);
    });
  });
});

test("a part that goes back is one by its name, also when Stripe has forgotten the key, and the rest goes by another", async () => {
  const order = await confirmed();
  given.known.undone.add(order.orderId); // the order knows nothing of it
  const [payment] = shared.at.paymentsOf(order.orderId);
  const refund = (amount: number, key: string) =>
    provider("stripe").refund({ paymentId: payment?.paymentId ?? "", amount, key });
  await refund(5_000, "rf_1");
  later(25 * 3_600);
  expect(await refund(5_000, "rf_1")).toMatchObject({ status: "partially_refunded", refunded: 5_000 });
  expect(await refund(15_000, "rf_2")).toMatchObject({ status: "refunded", refunded: 20_000 });
  await expect(refund(1, "rf_3")).rejects.toMatchObject({ name: "GatewayRefused" });
});

test("a page is told Stripe's publishable key, and no other", async () => {
  const { body } = await shared.at.stage.call("GET /v1/payments/methods");
  expect(body).toEqual({ points: { currency: "KRW" }, card: { provider: "stripe", publishableKey: "pk_test_page" } });
});

everythingAgrees(given);
