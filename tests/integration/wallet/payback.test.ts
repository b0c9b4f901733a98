/** A balance that goes back to the cards that charged it: once, to the right cards, and credited again if a gateway refuses it. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { provider } from "#core/gateway/index.ts";
import * as Ids from "#core/lib/ids.ts";
import { sqs } from "#core/lib/sqs.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { bank, deliver, everywhere, killer } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof bank>>;
let steps: ReturnType<typeof shop>;
let kill: ReturnType<typeof killer>;
let user: User;
beforeAll(async () => {
  at = await bank();
  kill = killer();
  steps = shop(at.stage);
});
afterAll(() => at.sandbox.stop());
beforeEach(async () => {
  user = await at.stage.user();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const charge = async (amount: number, token = "tok_approve") => {
  const key = randomUUID();
  const body = { amount, card: { token } };
  const reply = await at.stage.call("POST /v1/wallet/charges", {
    token: user.token,
    body,
    headers: { "idempotency-key": key },
  });
  expect(reply.status).toBe(201);
  return Ids.sha256(key);
};
const payback = () => at.stage.call("POST /v1/wallet/payback", { token: user.token });
/** The delayed message that makes the refund. */
const resume = (chargeId: string) => deliver(JSON.stringify({ kind: "charge", userId: user.userId, chargeId }));
const refunded = () => at.paymentsOf(user.userId).map(({ refunded }) => refunded);
const kinds = async () => (await steps.entries(user)).map(({ kind, amount }) => [kind, amount]);
const audited = async () => {
  const found = violations(audit(await read({ now: Date.now(), queues: false })));
  return found.filter((line) => /^(wallet =|paid back|given up|no charge)/.test(line));
};

test("the whole balance goes back to the card: debited at once, refunded by the worker, and the audit adds up", async () => {
  const chargeId = await charge(5_000);
  const reply = await payback();
  expect([reply.status, reply.body]).toEqual([202, { amount: 5_000, balance: 0 }]);
  expect([await steps.wallet(user), refunded()]).toEqual([0, [0]]);
  expect(await audited()).toEqual([]);
  for (let n = 0; n < 2; n++) expect(await resume(chargeId)).toBe(0);
  expect([await steps.wallet(user), refunded()]).toEqual([0, [5_000]]);
  expect(await kinds()).toEqual([
    ["payback", -5_000],
    ["charge", 5_000],
  ]);
  expect(await audited()).toEqual([]);
  expect((await payback()).body).toEqual({ amount: 0, balance: 0 });
});

test("the newest charge goes back first, at most what each card was charged, and other points stay", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const older = await charge(2_000);
  vi.setSystemTime(Date.now() + 1_000);
  const newer = await charge(3_000);
  const { eventId } = await at.stage.event({ prices: { Standard: 1_000 } });
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  await steps.pay(user, orderId);
  await at.stage.settle();
  expect((await payback()).body).toEqual({ amount: 4_000, balance: 0 });
  for (const chargeId of [older, newer]) expect(await resume(chargeId)).toBe(0);
  expect(refunded()).toEqual([1_000, 3_000]);
  await at.stage.call("POST /v1/wallet/charges", { token: user.token, body: { amount: 9_000 } }); // free points
  expect((await payback()).body).toEqual({ amount: 1_000, balance: 8_000 });
  await resume(older);
  expect(refunded()).toEqual([2_000, 3_000]);
  expect((await payback()).body).toEqual({ amount: 0, balance: 8_000 });
});

test("the message that makes the refund is sent before the debit", async () => {
  const chargeId = await charge(5_000);
  const seen: [string | undefined, number][] = [];
  const send = sqs().send.bind(sqs()) as (command: unknown) => Promise<unknown>;
  vi.spyOn(sqs(), "send").mockImplementation((async (command: { input: { MessageBody?: string } }) => {
    seen.push([command.input.MessageBody, await steps.wallet(user)]);
    return send(command);
  }) as never);
  await payback();
  expect(seen).toEqual([[JSON.stringify({ kind: "charge", userId: user.userId, chargeId }), 5_000]]);
  vi.restoreAllMocks();
  await resume(chargeId);
});

test("many requests at the same time debit once", async () => {
  const chargeId = await charge(5_000);
  const replies = await Promise.all(Array.from({ length: 10 }, payback));
  expect(replies.reduce((sum, { body }) => sum + body.amount, 0)).toBe(5_000);
  await Promise.all(Array.from({ length: 5 }, () => resume(chargeId)));
  expect([await steps.wallet(user), refunded()]).toEqual([0, [5_000]]);
  expect(await audited()).toEqual([]);
});

test("a run that comes late does not end the refund that began after its own", async () => {
  const chargeId = await charge(5_000);
  const { eventId } = await at.stage.event({ prices: { Standard: 1_000 } });
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  await steps.pay(user, orderId);
  await at.stage.settle();
  expect((await payback()).body.amount).toBe(4_000);
  let [seen, go] = [() => {}, () => {}];
  const [asks, goes] = [
    new Promise<void>((done) => {
      seen = done;
    }),
    new Promise<void>((done) => {
      go = done;
    }),
  ];
  const { get } = provider("sandbox");
  vi.spyOn(provider("sandbox"), "get").mockImplementationOnce(async (paymentId) => {
    const before = await get(paymentId);
    seen();
    await goes;
    return before;
  });
  const late = resume(chargeId);
  await asks;
  await resume(chargeId);
  await at.stage.call("POST /v1/wallet/charges", { token: user.token, body: { amount: 1_000 } }); // free points
  expect((await payback()).body).toEqual({ amount: 1_000, balance: 0 });
  go();
  await late;
  await resume(chargeId);
  expect([await steps.wallet(user), refunded()]).toEqual([0, [5_000]]);
  expect(await audited()).toEqual([]);
});

test("a refund that the gateway refuses is credited again, and this card is not tried again", async () => {
  const chargeId = await charge(5_000, "tok_refund_refused");
  expect((await payback()).body).toEqual({ amount: 5_000, balance: 0 });
  for (let n = 0; n < 2; n++) expect(await resume(chargeId)).toBe(0);
  expect([await steps.wallet(user), refunded()]).toEqual([5_000, [0]]);
  expect((await payback()).body).toEqual({ amount: 0, balance: 5_000 });
  expect(await audited()).toEqual([]);
});

test("killed at any step of the request or the worker, before or after its effect: paid back once, or not debited", async () => {
  await everywhere(kill, async (killed) => {
    user = await at.stage.user();
    const chargeId = await charge(5_000);
    await killed(payback);
    expect(await resume(chargeId)).toBe(0);
    expect((await steps.wallet(user)) + (refunded()[0] ?? 0)).toBe(5_000);
    await payback();
    expect(await resume(chargeId)).toBe(0);
    expect([await steps.wallet(user), refunded()]).toEqual([0, [5_000]]);
  });
  await everywhere(kill, async (killed) => {
    user = await at.stage.user();
    const chargeId = await charge(5_000);
    await payback();
    await killed(() => resume(chargeId));
    expect(await resume(chargeId)).toBe(0);
    expect([await steps.wallet(user), refunded()]).toEqual([0, [5_000]]);
  });
  expect(await audited()).toEqual([]);
});

test("a sign-in of more than ten minutes ago pays nothing back", async () => {
  await charge(5_000);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * 60_000 });
  const { status, body } = await payback();
  expect([status, body.code]).toEqual([403, "session.not_recent"]);
  expect(await steps.wallet(user)).toBe(5_000);
});
