/** A gateway that throttles or does not answer uses up no receives: messages are sent again later. */
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, expect, test, vi } from "vitest";
import { services } from "#core/contract/services.ts";
import { sqs } from "#core/lib/sqs.ts";
import { invoke } from "#local/lambda.ts";
import { type Case, fixture } from "#tests/integration/gateway/contract/fixture.ts";
import { stripe } from "#tests/integration/gateway/contract/gateway.ts";
import { deliver } from "#tests/support/bank.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import * as SentAgain from "#tests/support/sent-again.ts";

const given = fixture(stripe);
const { shared, held, get, sent, paid, confirmed, agree, later } = given;

const tooMany = { status: 429, fault: { type: "invalid_request_error", code: "rate_limit", message: "Slow" } } as const;
/** Makes Stripe answer every call so, or those with this path. */
const busy = (paths = /^\/v1\/(payment_intents|refunds)/) => {
  shared.at.play.disturb = (_, path) => (paths.test(path) ? tooMany : undefined);
};
const recovered = () => {
  delete shared.at.play.disturb;
};
afterEach(recovered);
const dead = async () =>
  (await sqs().send(new ReceiveMessageCommand({ QueueUrl: shared.at.stage.resources.queues.SettleDeadLetters })))
    .Messages ?? [];
/** Delivers a message to the worker as SQS does; returns whether SQS keeps it. */
const kept = async (body: string) => {
  const record = { messageId: "m", body, attributes: { ApproximateReceiveCount: "1" } };
  const { batchItemFailures } = (await invoke("settle", { Records: [record] })) as { batchItemFailures: unknown[] };
  return batchItemFailures.length > 0;
};

test("a gateway that answers 429 for five minutes and recovers settles every payment, and leaves no dead letter", {
  timeout: 60_000,
}, async () => {
  shared.at.mute(true);
  const orders: Case[] = [];
  for (let n = 0; n < 3; n++) orders.push(await held({ holdSeconds: 60 }));
  busy();
  const counted = captureMetrics();
  for (const order of orders) await given.payBy(order, "approved");
  const times = 60;
  expect(times).toBeGreaterThan(services.settle.source.maxReceives);
  for (let n = 0; n < times; n++) {
    later((n * 300) / times);
    await shared.at.stage.settle();
  }
  expect(counted("SentAgain")).toBe(times * orders.length);
  for (const order of orders) expect(await get(order)).toMatchObject({ status: "expired" });
  recovered();
  later(300);
  await shared.at.stage.settle();
  for (const order of orders) await agree(order, "confirmed"); // by the time of acceptance, not of settlement
  expect(await dead()).toEqual([]);
});

test("a message is sent again unchanged, about 20 seconds later, and its received copy is deleted", async () => {
  shared.at.mute(true);
  const order = await held();
  const message = await sent(order, "approved");
  busy();
  expect(await kept(message)).toBe(false);
  const [again, ...others] = SentAgain.taken([message]);
  expect(others).toEqual([]);
  expect(JSON.parse(again?.body ?? "")).toEqual(JSON.parse(message));
  expect(again?.delaySeconds).toBeGreaterThanOrEqual(15);
  expect(again?.delaySeconds).toBeLessThanOrEqual(25);
  recovered();
  await kept(again?.body ?? "");
  await agree(order, "confirmed");
});

test("a payment accepted in time settles after payBy, and one accepted late never does", async () => {
  shared.at.mute(true);
  const [inTime, late] = [await held({ holdSeconds: 60 }), await held({ holdSeconds: 60 })];
  busy();
  const messages = [await sent(inTime, "approved"), await sent(late, "approved")] as const;
  const { acceptedAt, ...tooLate } = JSON.parse(messages[1]);
  const bodies = [messages[0], JSON.stringify({ ...tooLate, acceptedAt: acceptedAt + 61_000 })];
  expect(await kept(messages[0])).toBe(false);
  recovered();
  later(300);
  const [again] = SentAgain.taken([messages[0]]);
  expect(JSON.parse(again?.body ?? "").acceptedAt).toBe(JSON.parse(messages[0]).acceptedAt);
  for (const body of [again?.body ?? "", bodies[1] ?? ""]) expect(await kept(body)).toBe(false);
  vi.useRealTimers();
  await agree(inTime, "confirmed");
  expect((await get(late)).payment).toBeUndefined();
  expect(shared.at.paymentsOf(late.orderId)).toEqual([]);
});

test("after the gateway's ten minutes a message uses up its receives, and ends in the dead letters", async () => {
  const order = await held();
  const message = await sent(order, "approved");
  busy();
  later(9 * 60);
  expect(await kept(message)).toBe(false);
  expect(SentAgain.taken([message])).toHaveLength(1);
  later(10 * 60 + 1);
  expect(await kept(message)).toBe(true);
  expect(SentAgain.taken([message])).toEqual([]);
  recovered();
});

test("a worker that crashes between sending a message again and deleting it leaves two, which are one payment", async () => {
  shared.at.mute(true);
  const order = await held();
  const message = await sent(order, "approved");
  busy();
  expect(await shared.kill.run("message sent", "after", () => kept(message))).toBe(true);
  expect(SentAgain.taken([message])).toHaveLength(1); // it was sent, and its copy is still there
  recovered();
  await deliver(message, message);
  await deliver(message);
  await agree(order, "confirmed");
  expect(shared.at.paymentsOf(order.orderId)).toMatchObject([{ status: "captured", amount: 20_000 }]);
});

test("a message that could not be sent again is redelivered", async () => {
  const order = await held();
  const message = await sent(order, "approved");
  busy();
  const send = vi.spyOn(sqs(), "send").mockRejectedValueOnce(new Error("throttled") as never);
  expect(await kept(message)).toBe(true);
  send.mockRestore();
  recovered();
  await kept(message);
  await agree(order, "confirmed");
});

test("only the buyer's own message is sent again: the reconciliation handles the order's other debts", async () => {
  shared.at.mute(true);
  const [asked, cancelled] = [await held(), await confirmed()];
  await paid(asked, "challenged");
  const { attemptId } = (await get(asked)).payment as { attemptId: string };
  await shared.steps.cancel(cancelled.user, cancelled.orderId);
  const about = ({ user, orderId }: Case) => ({ userId: user.userId, orderId });
  const [{ paymentId = "" } = {}] = shared.at.paymentsOf(asked.orderId);
  const reference = `${asked.user.userId}.${asked.orderId}.${attemptId}`;
  busy();
  for (const message of [
    { kind: "return", ...about(asked), attemptId },
    { kind: "refund", ...about(cancelled) },
    { kind: "gateway", paymentId, reference },
  ]) {
    const body = JSON.stringify(message);
    expect([message.kind, await kept(body), SentAgain.taken([body])]).toEqual([message.kind, false, []]);
  }
  recovered();
  await shared.at.authenticate(shared.at.paymentsOf(asked.orderId)[0]?.paymentId ?? "", true);
  later(120);
  await shared.at.stage.reconcile();
  vi.useRealTimers();
  await agree(asked, "confirmed");
  await agree(cancelled, "refunded");
});

test("late answers and disputes, which nothing else handles, are sent again for ten minutes from the first time", async () => {
  shared.at.mute(true);
  const order = await confirmed();
  const [{ paymentId = "" } = {}] = shared.at.paymentsOf(order.orderId);
  const { attemptId } = (await get(order)).payment as { attemptId: string };
  const { userId } = order.user;
  busy();
  for (const message of [
    { kind: "gateway", paymentId, reference: `${userId}.${order.orderId}.${attemptId}` },
    { kind: "dispute", provider: "stripe", paymentId },
  ]) {
    const first = Date.now();
    const body = JSON.stringify(message);
    expect(await kept(body)).toBe(false);
    const [again] = SentAgain.taken([body]);
    const { since, ...rest } = JSON.parse(again?.body ?? "");
    expect(rest).toEqual(message);
    expect(since).toBeGreaterThanOrEqual(first);
    later(9 * 60);
    expect(await kept(again?.body ?? "")).toBe(false);
    expect(SentAgain.taken([body]).map((one) => JSON.parse(one.body).since)).toEqual([since]);
    later(10 * 60 + 5);
    expect(await kept(again?.body ?? "")).toBe(true);
    vi.useRealTimers();
  }
});
