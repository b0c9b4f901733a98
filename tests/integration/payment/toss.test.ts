/** The contract of payment gateways over Toss Payments' wire, and Toss's own cases: its window, codes, and webhooks' path. */
import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { provider, toOrderId } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { Refusal } from "#local/toss/refusal.ts";
import { type Case, everythingAgrees, fixture } from "#tests/integration/gateway/contract/fixture.ts";
import { toss } from "#tests/integration/gateway/contract/gateway.ts";
import { contract } from "#tests/integration/gateway/contract/payments.ts";
import { refunds } from "#tests/integration/gateway/contract/refunds.ts";
import { switched } from "#tests/integration/gateway/contract/switched.ts";
import { deliver, intercept } from "#tests/support/bank.ts";
import { captureMetrics } from "#tests/support/metrics.ts";

const given = fixture(toss);
const { shared, held, get, stored, token, pay, payBy, sent, settled, paid, confirmed, agree, declined, payable } =
  given;

contract(given, [
  ...(["approved", "declined", "unknown", "silentBefore", "silentAfter", "failingBefore"] as const),
  ...(["webhookEarly", "webhookTwice", "refundFails"] as const),
]);
switched(given);

const form = ({ user, orderId }: Case, key: string) =>
  shared.at.stage.call("POST /v1/orders/{orderId}/payment/form", {
    token: user.token,
    params: { orderId },
    headers: { "idempotency-key": key },
  });

const states = ({ orderId }: Case) => shared.at.paymentsOf(orderId).map(({ status }) => status);

describe("a window's form", () => {
  test("names the attempt that the payment with the same key makes, and writes nothing", async () => {
    const order = await held();
    const before = await stored(order);
    const [one, again, other] = [await form(order, "k1"), await form(order, "k1"), await form(order, "k2")];
    const reference = expect.stringMatching(/^[A-Za-z0-9_-]{63}$/);
    expect([one.status, one.body]).toEqual([200, { reference, amount: 20_000, clientKey: "test_ck_page" }]);
    expect(again.body).toEqual(one.body);
    expect(other.body.reference).not.toBe(one.body.reference);
    expect(await stored(order)).toEqual(before);
    await pay(order, await shared.at.pay({ orderId: one.body.reference, amount: 20_000 }, "approve"), "k1");
    await settled(order);
    await agree(order, "confirmed");
  });

  test("is refused to other buyers, for a paid order, and for a used key", async () => {
    const order = await held();
    const stranger = await form({ ...order, user: await shared.at.stage.user() }, "k1");
    expect([stranger.status, stranger.body.code]).toEqual([404, "order.not_found"]);
    await pay(order, await token(order, "declined", "k1"), "k1");
    await settled(order);
    expect((await form(order, "k1")).body.code).toBe("order.not_payable");
    expect((await form(order, "k2")).status).toBe(200);
    await payable(order);
    const closed = await form(order, "k2");
    expect([closed.status, closed.body.code]).toEqual([409, "order.not_payable"]);
  });

  test("a page gets Toss's client key, and no other", async () => {
    const { body } = await shared.at.stage.call("GET /v1/payments/methods");
    expect(body.card).toEqual({ provider: "toss", clientKey: "test_ck_page" });
  });
});

describe("a window", () => {
  test("that is closed or left open charges nothing and does not keep the order", async () => {
    const order = await held();
    const { body } = await form(order, randomUUID());
    const search = { clientKey: "test_ck_page", orderId: body.reference, orderName: "x", amount: "20000" };
    const urls = { successUrl: "http://shop.test/yes", failUrl: "http://shop.test/no" };
    await fetch(`${shared.at.url}/window?${new URLSearchParams({ ...search, ...urls })}`);
    await shared.at.stage.settle();
    expect((await get(order)).status).toBe("held");
    expect(states(order)).toEqual(["prepared"]);
    expect((await given.cancel(order)).status).toBe(204);
  });

  test("older than ten minutes is declined, and charges nothing", async () => {
    const order = await held();
    const key = randomUUID();
    const window = await token(order, "approved", key);
    given.later(10 * 60 + 1);
    await pay(order, window, key);
    await settled(order);
    vi.useRealTimers();
    const payment = { status: "declined", reason: "card.declined", code: "NOT_FOUND_PAYMENT_SESSION" };
    expect(await get(order)).toMatchObject({ status: "held", payment });
    // owed until Toss says that it has expired, because another worker's confirmation might still arrive
    expect([states(order), Object.keys((await stored(order)).owed)]).toEqual([["prepared"], [expect.any(String)]]);
    await agree(order, "held");
  });

  test("whose payment is never confirmed cannot be voided: it is owed until it has expired", async () => {
    const order = await held();
    await deliver(await sent(order, "silentBefore"));
    await given.reconciled(10 * 60 + 5);
    expect((await get(order)).payment).toMatchObject({ status: "declined", reason: "payment.unconfirmed" });
    expect([states(order), Object.keys((await stored(order)).owed)]).toEqual([["prepared"], [expect.any(String)]]);
    await agree(order, "held");
    expect(states(order)).toEqual(["voided"]);
  });

  test("that is opened twice for one attempt charges once", async () => {
    const order = await held();
    const key = randomUUID();
    const window = await token(order, "approved", key);
    await token(order, "approved", key);
    await Promise.all([pay(order, window, key), pay(order, window, key)]);
    const messages = await intercept(shared.at.stage);
    await deliver(...messages, ...messages);
    await agree(order, "confirmed");
    expect(states(order).sort()).toEqual(["captured", "prepared"]);
  });

  test.each(["..", "orders", "%2e%2e"])("named %s is declined as unknown", async (key) => {
    const order = await held();
    await pay(order, key);
    await settled(order);
    await declined(order, "card.declined");
  });
});

describe("a payment of another attempt", () => {
  test("of another order gives no ticket and is not changed, before and after it was paid", async () => {
    const [theirs, ours] = [await held(), await held()];
    const key = randomUUID();
    const window = await token(theirs, "approved", key);
    const steal = async () => {
      await pay(ours, window);
      await settled(ours);
      await declined(ours, "payment.mismatch");
    };
    const asked = vi.spyOn(globalThis, "fetch");
    await steal();
    expect(asked.mock.calls.filter(([, init]) => init?.method === "POST")).toEqual([]);
    asked.mockRestore();
    await pay(theirs, window, key);
    await settled(theirs);
    await steal();
    await agree(theirs, "confirmed");
    expect(states(ours)).toEqual([]);
  });

  test("of the same order pays nothing either", async () => {
    const order = await held();
    await pay(order, await token(order, "approved", randomUUID()));
    await settled(order);
    await declined(order, "payment.mismatch");
    expect(states(order)).toEqual(["prepared"]);
  });

  test("of another amount pays nothing, and is over when it has expired", async () => {
    const order = await held();
    await paid(order, "approved", 1_000);
    expect(states(order)).toEqual(["prepared"]);
    await declined(order, "payment.mismatch");
    expect(states(order)).toEqual(["voided"]);
  });
});

describe("an error code of Toss", () => {
  test.each([
    "SOMETHING_NEW",
    "COMMON_ERROR",
    "FAILED_INTERNAL_SYSTEM_PROCESSING",
    "IDEMPOTENT_REQUEST_PROCESSING",
    "ALREADY_PROCESSED_PAYMENT", // although the payment is open according to itself
  ])(
    "%s, of a confirmation that was not made, decides nothing: the confirmation is repeated, and succeeds",
    async (code) => {
      const order = await held();
      let refusals = 0;
      shared.at.play.disturb = (_, path) =>
        path.endsWith("/confirm") && ++refusals < 3 ? new Refusal(code) : undefined;
      await paid(order, "approved");
      delete shared.at.play.disturb;
      expect(refusals).toBeGreaterThan(1); // within one millisecond a key is the same, and so is its answer
      await agree(order, "confirmed");
    },
  );

  test("for a refused key decides nothing, and raises an alarm", async () => {
    const order = await held();
    const message = await sent(order, "approved");
    const counted = captureMetrics();
    const { secretKey } = link("Toss");
    link("Toss").secretKey = "test_sk_other";
    expect(await deliver(message)).toBe(1);
    expect(counted("GatewayMisconfigured")).toBeGreaterThan(0);
    link("Toss").secretKey = secretKey;
    expect(await deliver(message)).toBe(0);
    await agree(order, "confirmed");
  });

  test.each(["silent_before", "silent_after"] as const)("that is unknown, %s, decides nothing", async (fault) => {
    const order = await held();
    const message = await sent(order, "approved");
    shared.at.play.disturb = () => fault;
    expect(await deliver(message)).toBe(1);
    delete shared.at.play.disturb;
    expect(await deliver(message)).toBe(0);
    await agree(order, "confirmed");
  });
});

describe("a refund", () => {
  refunds({
    name: "toss",
    ...given.refundable,
    refundsOf: (orderId) =>
      shared.at
        .paymentsOf(orderId)
        .flatMap(({ refunds }) => refunds.map(({ reason, amount }): [string, number] => [reason, amount])),
  });

  test("after a partial refund by hand returns the rest", async () => {
    const order = await confirmed();
    const [{ paymentId = "" } = {}] = shared.at.paymentsOf(order.orderId);
    const part = await provider("toss").refund({ paymentId, amount: 5_000, key: "by hand" });
    expect(part).toMatchObject({ status: "partially_refunded", refunded: 5_000 });
    given.later(2 * 60); // by another key of Toss's
    expect(await provider("toss").refund({ paymentId, amount: 5_000, key: "by hand" })).toEqual(part);
    await given.cancel(order);
    await deliver(given.refund(order));
    await agree(order, "refunded");
    expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ refunds: [{ amount: 5_000 }, { amount: 15_000 }] }]);
  });

  test("is made for an approval that comes after the attempt was closed", async () => {
    const order = await held();
    shared.at.play.disturb = (_, path) => (path.endsWith("/confirm") ? "silent_before" : undefined);
    await payBy(order, "approved");
    await shared.at.stage.settle();
    await given.back(order, { cancel: true });
    await settled(order);
    expect((await get(order)).payment).toMatchObject({ status: "declined", reason: "payment.unconfirmed" });
    expect(Object.keys((await stored(order)).owed)).toHaveLength(1);
    delete shared.at.play.disturb;
    const [{ paymentId = "", reference = "" } = {}] = shared.at.paymentsOf(order.orderId);
    // the delayed one
    await provider("toss").authorise({ paymentId, reference, amount: 20_000, token: "", returnUrl: "", key: "late" });
    await vi.waitFor(async () => {
      await shared.at.stage.settle();
      expect(states(order)).toEqual(["refunded"]);
    });
    expect((await stored(order)).owed).toBeUndefined();
  });
});

describe("Toss's webhooks", () => {
  const secret = "a-path-that-nobody-can-guess-0123456789";
  const hook = (body: string, path = `toss.${secret}`) =>
    shared.at.stage.call("POST /v1/payments/webhooks/{provider}", { params: { provider: path }, body });

  test("on an unknown path are refused", async () => {
    for (const path of ["toss", "toss.", "toss.wrong", `toss.${secret}x`, `toss.${secret.slice(1)}`]) {
      const { status, body } = await hook("{}", path);
      expect([path, status, body.code]).toEqual([path, 404, "webhook.unknown_provider"]);
    }
  });

  test("about foreign payments are accepted and ignored; without valid JSON they are refused", async () => {
    const order = await held();
    const { body } = await form(order, randomUUID());
    const data = (orderId: string) =>
      JSON.stringify({ eventType: "PAYMENT_STATUS_CHANGED", data: { paymentKey: "k", orderId } });
    await shared.at.stage.settle();
    for (const text of ["{}", "[]", data("another-shops-order"), data("")]) expect((await hook(text)).status).toBe(200);
    expect(await intercept(shared.at.stage)).toEqual([]);
    expect((await hook(data(body.reference))).status).toBe(200); // no such attempt
    expect(await deliver(...(await intercept(shared.at.stage)))).toBe(0);
    expect((await get(order)).status).toBe("held");
    expect((await hook("no json")).status).toBe(400);
  });

  test("decide nothing: a paid order stays paid, whatever they claim", async () => {
    const order = await confirmed();
    const [{ paymentId = "", reference = "" } = {}] = shared.at.paymentsOf(order.orderId);
    const data = { paymentKey: paymentId, orderId: toOrderId(reference), status: "CANCELED" };
    for (let n = 0; n < 2; n++) expect((await hook(JSON.stringify({ data }))).status).toBe(200);
    await shared.at.stage.settle();
    await agree(order, "confirmed");
  });
});

everythingAgrees(given);
