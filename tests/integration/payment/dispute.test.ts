/** Disputes, and prices that a gateway cannot charge, on a stage with Stripe. */
import Stripe from "stripe";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { logger } from "#core/lib/logger.ts";
import { audit } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { stripe } from "#tests/integration/gateway/contract/gateway.ts";
import { bankOf } from "#tests/support/bank.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { shop } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof open>>;
const open = () => bankOf(stripe);
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  at = await open();
  steps = shop(at.stage);
});
afterAll(() => at.stop());

/** Stripe's message about a dispute of this payment, as the emulator sends it; tests deliver some late or twice. */
const sendWebhook = (paymentId: string | undefined, type = "charge.dispute.created") => {
  const object = { object: "dispute", id: "du_1", payment_intent: paymentId };
  const body = JSON.stringify({ id: "evt_1", object: "event", type, data: { object } });
  const headers = {
    "stripe-signature": Stripe.webhooks.generateTestHeaderString({ payload: body, secret: "whsec_new" }),
  };
  return at.stage.call("POST /v1/payments/webhooks/{provider}", { params: { provider: "stripe" }, body, headers });
};

afterEach(() => {
  vi.restoreAllMocks();
});

const ask = async (path: string, body: Record<string, string>) => {
  const headers = { authorization: "Bearer sk_test_shop" };
  const response = await fetch(at.url + path, { method: "POST", headers, body: new URLSearchParams(body) });
  return (await response.json()) as { id: string };
};

/** A confirmed order with a dispute or an inquiry, after all messages were delivered. */
const bought = async (card: string) => {
  const { eventId } = await at.stage.event();
  const user = await at.stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  await steps.pay(user, orderId, { method: "card", card: { token: await at.token(card) } });
  await at.stage.settle();
  const payment = at.paymentsOf(orderId)[0];
  await vi.waitFor(() =>
    expect(at.posted.some(({ body }) => body.includes(payment?.disputes[0]?.id ?? "-"))).toBe(true),
  );
  await at.stage.settle();
  const shown = () => steps.get(user, orderId);
  expect((await shown()).status).toBe("confirmed");
  /** The bank's decision. */
  const decided = async (how: "winning_evidence" | "losing_evidence") => {
    const { id } = at.paymentsOf(orderId)[0]?.disputes[0] ?? { id: "" };
    await ask(`/v1/disputes/${id}`, { "evidence[uncategorized_text]": how });
    await vi.waitFor(() => expect(at.posted.at(-1)?.body).toContain("charge.dispute.closed"));
    await at.stage.settle();
  };
  const judged = async () =>
    audit(await read({ now: Date.now(), scope: { eventIds: [eventId], userIds: [user.userId] } })).verdicts.find(
      ({ name }) => name === "disputed ⇒ not refunded",
    );
  return { user, orderId, paymentId: payment?.paymentId, shown, decided, judged };
};

test("a dispute blocks the refund with an error that says so, counts once however often it is reported, and is listed by the audit", async () => {
  const counted = captureMetrics();
  const { user, orderId, paymentId, shown, judged } = await bought("createDispute");
  for (let times = 0; times < 2; times++) expect((await sendWebhook(paymentId)).status).toBe(202);
  await at.stage.settle();
  expect(counted("Disputed")).toBe(1);
  const admin = await at.stage.user({ roles: ["admin"] });
  const asOrganiser = { token: admin.token, params: { orderId }, query: { userId: user.userId } };
  for (const refused of [
    await steps.cancel(user, orderId),
    await at.stage.call("POST /v1/admin/orders/{orderId}/refund", asOrganiser),
    await at.stage.call("POST /v1/admin/orders/{orderId}/refund", { ...asOrganiser, body: { force: true } }),
  ])
    expect([refused.status, refused.body.code, refused.body.disputed]).toEqual([409, "order.not_cancellable", true]);
  expect(await shown()).toMatchObject({ status: "confirmed", payment: { disputed: true } });
  expect(await judged()).toMatchObject({ looked: 1, open: 1, violations: [] });
});

test("a won dispute allows the refund, even if the message of its beginning comes late", async () => {
  const { user, orderId, paymentId, shown, decided, judged } = await bought("createDispute");
  await decided("winning_evidence");
  await sendWebhook(paymentId);
  await at.stage.settle();
  expect((await shown()).payment).not.toHaveProperty("disputed");
  expect(await judged()).toMatchObject({ looked: 0, violations: [] });
  expect((await steps.cancel(user, orderId)).status).toBe(202);
  await at.stage.drain();
  expect(await shown()).toMatchObject({ status: "refunded" });
});

test("a lost dispute blocks a refund on top of it", async () => {
  const { user, orderId, shown, decided } = await bought("createDispute");
  await decided("losing_evidence");
  expect(await shown()).toMatchObject({ payment: { disputed: true } });
  expect((await steps.cancel(user, orderId)).body.disputed).toBe(true);
});

test("an inquiry of the bank does not block the refund that answers it", async () => {
  const counted = captureMetrics();
  const { user, orderId, shown } = await bought("createDisputeInquiry");
  expect((await shown()).payment).not.toHaveProperty("disputed");
  expect(counted("Disputed")).toBe(0);
  expect((await steps.cancel(user, orderId)).status).toBe(202);
  await at.stage.drain();
  expect(await shown()).toMatchObject({ status: "refunded" });
});

test("a dispute of a wallet's charge is counted and logged with its payment; an unknown payment, or one without a dispute, is not", async () => {
  const warn = vi.spyOn(logger, "warn");
  const counted = captureMetrics();
  const user = await at.stage.user();
  const body = { amount: 5_000, card: { token: await at.token("createDispute") } };
  expect((await at.stage.call("POST /v1/wallet/charges", { token: user.token, body })).status).toBe(201);
  await vi.waitFor(() => expect(at.posted.at(-1)?.body).toContain("charge.dispute.created"));
  await at.stage.settle();
  expect(counted("Disputed")).toBe(1);
  const { paymentId = "", reference = "" } = at.ledger(user.userId)[0] ?? {};
  expect(warn).toHaveBeenCalledWith("payment", expect.objectContaining({ paymentId, reference, disputed: true }));
  const { id } = await ask("/v1/payment_intents", { amount: "1000", currency: "krw", capture_method: "manual" });
  await sendWebhook(id);
  await at.stage.settle();
  expect(counted("Disputed")).toBe(1);
});

test.each([
  ["KWD", 12_345, "cannot be charged exactly: 12345 minor units of KWD"],
  ["MGA", 1_250, "cannot be charged exactly: 1250 minor units of MGA"],
  ["KWD", 12_340, undefined],
  ["HUF", 20_050, undefined],
  ["USD", 49, "is less than Stripe charges in USD: 50 minor units"],
  ["USD", 100_000_000, "is more than Stripe charges in USD"],
  ["XAG", 5_000, "is in XAG, which Stripe does not take"],
  ["KPW", 5_000, "is in KPW, which Stripe does not take"],
  ["ISK", 5_000, undefined],
])(
  "an event in %s for %i minor units is refused where Stripe cannot charge its price",
  async (currency, price, message) => {
    const made = at.stage.event({ currency, prices: { Standard: price } });
    if (message) await expect(made).rejects.toThrow(message);
    else expect((await made).eventId).toMatch(/^evt_/);
  },
);

test.each([
  ["ISK", 5_000],
  ["UGX", 9_000],
  ["KWD", 12_340],
])("an order in %s is charged its price, by our count and by the gateway's", async (currency, price) => {
  const { eventId } = await at.stage.event({ currency, prices: { Standard: price } });
  const user = await at.stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  await steps.pay(user, orderId, { method: "card", card: { token: await at.token("visa") } });
  await at.stage.settle();
  expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed", total: price });
  expect(at.paymentsOf(orderId)).toMatchObject([{ status: "captured", amount: price, currency }]);
});
