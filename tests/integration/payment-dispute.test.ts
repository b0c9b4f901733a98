/** A buyer's bank takes money back, and prices that a gateway cannot charge: on a stage that takes cards by Stripe. */
import Stripe from "stripe";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as Metrics from "#core/lib/metrics.ts";
import { audit } from "#local/audit/index.ts";
import { read } from "#local/audit/read.ts";
import { bankOf } from "#tests/bank.ts";
import { stripe } from "#tests/contract/gateway.ts";
import { ofUser, shop } from "#tests/shop.ts";

let at: Awaited<ReturnType<typeof open>>;
const open = () => bankOf(stripe);
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  at = await open();
  steps = shop(at.stage);
});
afterAll(() => at.stop());

const post = (object: object) => {
  const body = JSON.stringify({ id: "evt_1", object: "event", type: "charge.dispute.created", data: { object } });
  const headers = {
    "stripe-signature": Stripe.webhooks.generateTestHeaderString({ payload: body, secret: "whsec_new" }),
  };
  return at.stage.call("POST /v1/payments/webhooks/{provider}", { params: { provider: "stripe" }, body, headers });
};

test("a dispute blocks the refund, is counted, and is a line of the audit; told twice it is one", async () => {
  const { eventId } = await at.stage.event();
  const user = await at.stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  await steps.pay(user, orderId, { method: "card", card: { token: await at.token("visa") } });
  await at.stage.settle();
  expect((await steps.get(user, orderId)).status).toBe("confirmed");
  const count = vi.spyOn(Metrics, "count");
  const paymentId = at.paymentsOf(orderId)[0]?.paymentId;
  for (let times = 0; times < 2; times++)
    expect((await post({ object: "dispute", id: "dp_1", payment_intent: paymentId })).status).toBe(202);
  await at.stage.settle();
  expect(count).toHaveBeenCalledWith("Disputed");
  const refused = await steps.cancel(user, orderId);
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    409,
    "order.not_cancellable",
    "The payment of this order is disputed: the gateway decides.",
  ]);
  expect((await steps.get(user, orderId)).status).toBe("confirmed");
  expect((await ofUser(user)).find(({ type }) => type === "order")?.attempts).not.toEqual({});
  const snapshot = await read({ now: Date.now(), scope: { eventIds: [eventId], userIds: [user.userId] } });
  expect(audit(snapshot).verdicts.find(({ name }) => name === "disputed ⇒ not refunded")).toMatchObject({
    looked: 1,
    open: 1,
  });
});

test("a dispute of a payment that is nobody's here is counted, and changes nothing", async () => {
  const prepared = { amount: "1000", currency: "krw", capture_method: "manual" };
  const response = await fetch(`${at.url}/v1/payment_intents`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_shop" },
    body: new URLSearchParams(prepared),
  });
  const { id } = (await response.json()) as { id: string };
  const count = vi.spyOn(Metrics, "count");
  expect((await post({ object: "dispute", id: "dp_2", payment_intent: id })).status).toBe(202);
  await at.stage.settle();
  expect(count).toHaveBeenCalledWith("Disputed");
});

test.each([
  ["KWD", 12_345, "cannot be charged exactly: 12345 minor units of KWD"],
  ["MGA", 1_250, "cannot be charged exactly: 1250 minor units of MGA"],
  ["KWD", 12_340, undefined],
  ["HUF", 1_250, undefined],
  ["ISK", 5_000, undefined],
])(
  "an event in %s for %i minor units is refused where its price cannot be charged exactly",
  async (currency, price, message) => {
    const made = at.stage.event({ currency, prices: { Standard: price } });
    if (message) await expect(made).rejects.toThrow(message);
    else expect((await made).eventId).toMatch(/^evt_/);
  },
);
