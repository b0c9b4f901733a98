/** A webhook is only a hint to ask the gateway: neither a webhook nor the key gets anything that was not paid. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { link } from "#core/lib/config.ts";
import { signature } from "#local/sandbox/webhooks.ts";
import { bank } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { items, shop } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof bank>>;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  at = await bank();
  steps = shop(at.stage);
});
afterAll(() => at.sandbox.stop());
afterEach(() => {
  vi.useRealTimers();
});

const buy = async (token: string) => {
  const { eventId } = await at.stage.event();
  const user = await at.stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  await steps.pay(user, orderId, { method: "card", card: { token } });
  for (let n = 0; n < 20; n++) {
    await at.stage.drain();
    await sleep(50);
    if ((await steps.get(user, orderId)).status !== "paying") break;
  }
  const [payment] = at.paymentsOf(orderId);
  return { user, eventId, orderId, payment };
};

type Bought = Awaited<ReturnType<typeof buy>>;

const word = ({ payment }: Bought, overrides: object = {}) =>
  JSON.stringify({
    type: "payment.authorised",
    paymentId: payment?.paymentId,
    reference: payment?.reference,
    status: "captured",
    amount: payment?.amount,
    currency: payment?.currency,
    createdAt: "2026-11-21T00:00:00.000Z",
    ...overrides,
  });

const post = async (body: string, sign = signature(link("WebhookKey").value, body)) => {
  const params = { provider: "sandbox" };
  const reply = await at.stage.call("POST /v1/payments/webhooks/{provider}", {
    params,
    body,
    headers: { "onsale-signature": sign },
  });
  return reply.status;
};

const state = async ({ user, eventId, orderId }: { user: User; eventId: string; orderId: string }) => ({
  order: (await steps.get(user, orderId)).status,
  seats: (await items("Seats", eventId)).map(({ state }) => state),
  charged: at.paymentsOf(orderId).map(({ status, amount, refunded }) => [status, amount - refunded]),
});

test("the same signed webhook sent ten times confirms once, charges once and frees nothing", async () => {
  const bought = await buy("tok_approve");
  const before = await state(bought);
  expect(before).toEqual({ order: "confirmed", seats: ["sold"], charged: [["captured", 10_000]] });
  const body = word(bought);
  const sign = signature(link("WebhookKey").value, body);
  expect(await Promise.all(Array.from({ length: 10 }, () => post(body, sign)))).toEqual(Array(10).fill(202));
  await at.stage.drain();
  expect(await state(bought)).toEqual(before);
});

test("an old signature is refused, and so is one under another body; neither is queued", async () => {
  const bought = await buy("tok_decline");
  const body = word(bought);
  const sign = signature(link("WebhookKey").value, body);
  expect(await post(`${body} `, sign)).toBe(401);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 301_000 });
  expect(await post(body, sign)).toBe(401);
  vi.useRealTimers();
  expect(await at.stage.settle()).toBe(0);
});

test("a webhook with a valid key that claims a declined card paid gives no ticket, because the gateway is asked", async () => {
  const bought = await buy("tok_decline");
  const before = await state(bought);
  for (const lie of [{}, { status: "authorised" }, { amount: 1 }, { currency: "USD" }])
    expect(await post(word(bought, lie))).toBe(202);
  await at.stage.drain();
  expect(before.order).toBe("held");
  expect(await state(bought)).toEqual(before);
});

test("one buyer's payment sent with another order's id pays for neither", async () => {
  const [paid, other] = [await buy("tok_approve"), await buy("tok_decline")];
  const [first, second] = [await state(paid), await state(other)];
  expect(await post(word(paid, { reference: other.payment?.reference }))).toBe(202);
  expect(await post(word(other, { reference: paid.payment?.reference, paymentId: other.payment?.paymentId }))).toBe(
    202,
  );
  await at.stage.drain();
  expect([await state(paid), await state(other)]).toEqual([first, second]);
});

test("a made-up payment or reference changes nothing and leaves nothing to be done", async () => {
  const bought = await buy("tok_approve");
  const before = await state(bought);
  const { userId } = bought.user;
  for (const reference of [
    "x",
    "..",
    `${userId}.${bought.orderId}`,
    `${userId}.${bought.orderId}.a.b`,
    "__proto__.a.b",
  ])
    expect(await post(word(bought, { paymentId: "pay_none", reference }))).toBe(202);
  await at.stage.drain();
  expect(await state(bought)).toEqual(before);
});
