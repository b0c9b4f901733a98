/** Stolen cards cannot be tested here: declined cards are limited per account, and more strictly at an address with many declines. */
import { randomUUID } from "node:crypto";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import * as Declines from "#core/declines/index.ts";
import { provider } from "#core/gateway/index.ts";
import { now } from "#core/lib/clock.ts";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import { sqs } from "#core/lib/sqs.ts";
import * as Wallet from "#core/wallet/index.ts";
import { bank } from "#tests/support/bank.ts";
import type { Reply, Stage, User } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

const limits = { ...Declines.LIMITS };
const MINUTE = 60_000;

let at: Awaited<ReturnType<typeof bank>>;
let stage: Stage;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  at = await bank();
  stage = at.stage;
  steps = shop(stage);
  Object.assign(Declines.LIMITS, limits); // the product's own limits
  return () => at.sandbox.stop();
});
afterEach(() => {
  vi.useRealTimers();
});

let addresses = 0;
const somewhere = () => `198.51.100.${++addresses}:1`;

const charge = (user: User, token: string, from: string, key: string = randomUUID()) =>
  stage.call("POST /v1/wallet/charges", {
    token: user.token,
    body: { amount: 1_000, card: { token } },
    headers: { "idempotency-key": key, "cloudfront-viewer-address": from },
  });
const pay = (user: User, orderId: string, token: string, from: string) =>
  stage.call("POST /v1/orders/{orderId}/payment", {
    token: user.token,
    params: { orderId },
    body: { method: "card", card: { token } },
    headers: { "idempotency-key": randomUUID(), "cloudfront-viewer-address": from },
  });
const held = async (user: User) => {
  const { eventId } = await stage.event();
  return (await steps.held(user, { eventId, seats: ["A-1-1"] })).orderId;
};
const codes = (replies: Reply[]) => replies.map(({ status, body }) => `${status} ${body.code ?? ""}`.trim());
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** The items of a user's charges. */
const charges = async ({ userId }: User): Promise<Item[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :charges)",
      ExpressionAttributeValues: { ":pk": `USER#${userId}`, ":charges": "KEY#" },
    }),
  );
  return Items;
};

/** Sets the number of declined cards of an address. */
const declinedAt = async (from: string, count: number) => {
  for (let n = 0; n < count; n++) await Declines.declinedAt(Declines.fromOf(from.replace(/:\d+$/, "")), now());
};

test("too many declined cards of an order end in 429 with Retry-After for its account alone; points still pay", async () => {
  const [user, neighbour] = [await stage.user({ balance: 20_000 }), await stage.user()];
  const from = somewhere();
  const orderId = await held(user);
  for (let n = 0; n < limits.account; n++) {
    expect((await pay(user, orderId, "tok_decline", from)).status).toBe(202);
    await stage.settle();
    expect(await steps.get(user, orderId)).toMatchObject({ status: "held", payment: { reason: "card.declined" } });
  }
  const refused = await pay(user, orderId, "tok_approve", from);
  expect([refused.status, refused.body.code]).toEqual([429, "card.too_many_declined"]);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(800);
  expect(codes([await charge(user, "tok_approve", somewhere())])).toEqual(["429 card.too_many_declined"]);
  expect((await pay(neighbour, await held(neighbour), "tok_approve", from)).status).toBe(202);
  expect((await steps.pay(user, orderId)).status).toBe(202);
  await stage.settle();
  expect((await steps.get(user, orderId)).status).toBe("confirmed");
});

test("parallel payments cannot exceed the limit: those beyond it ask no card, and say so", async () => {
  const user = await stage.user();
  const orderId = await held(user);
  expect((await pay(user, orderId, "tok_approve", somewhere())).status).toBe(202);
  for (let n = 0; n < limits.account; n++) await charge(user, "tok_decline", somewhere());
  await stage.settle();
  expect(await steps.get(user, orderId)).toMatchObject({
    status: "held",
    payment: { status: "declined", reason: "card.too_many_declined" },
  });
  expect(at.paymentsOf(orderId)).toEqual([]);
});

test("twelve parallel payments of one order ask no more cards than an account may use", async () => {
  const user = await stage.user();
  const orderId = await held(user);
  const sent = await Promise.all(times(12, 0).map(() => pay(user, orderId, "tok_decline", somewhere())));
  expect(new Set(codes(sent))).toEqual(new Set(["202"]));
  await stage.settle();
  expect((await steps.get(user, orderId)).status).toBe("held");
  const asked = at.paymentsOf(orderId).filter(({ status }) => status === "declined");
  expect(asked.length).toBeLessThanOrEqual(limits.account);
});

test("parallel charges cannot exceed the limit, and approved cards are not counted", async () => {
  const [thief, honest] = [await stage.user(), await stage.user()];
  const answers = codes(await Promise.all(times(30, 0).map(() => charge(thief, "tok_decline", somewhere()))));
  expect(answers.filter((code) => code === "402 wallet.charge_declined")).toHaveLength(limits.account);
  expect(answers.filter((code) => code === "429 card.too_many_declined")).toHaveLength(30 - limits.account);
  for (let n = 0; n < limits.account + 2; n++)
    expect((await charge(honest, "tok_approve", somewhere())).status).toBe(201);
});

test("an approved card returns its own count and no other, even if the worker credits it together with the request", async () => {
  const user = await stage.user();
  for (let n = 0; n < limits.account - 2; n++) await charge(user, "tok_decline", somewhere());
  const gateway = provider("sandbox");
  const { capture } = gateway;
  vi.spyOn(gateway, "capture").mockImplementationOnce(async (request) => {
    const captured = await capture(request);
    const pending = (await charges(user)).find(({ state }) => state === "pending");
    await Wallet.resume({ userId: user.userId, chargeId: pending?.sk.slice("KEY#".length), now: now() });
    expect((await charges(user)).some(({ state }) => state === "pending")).toBe(false);
    return captured;
  });
  expect((await charge(user, "tok_approve", somewhere())).status).toBe(201);
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await charge(user, "tok_decline", somewhere()));
  expect(codes(answers)).toEqual([...times(2, "402 wallet.charge_declined"), "429 card.too_many_declined"]);
});

test("a repeated charge is counted once", async () => {
  const user = await stage.user();
  const key = randomUUID();
  for (let n = 0; n < limits.account + 2; n++)
    expect((await charge(user, "tok_decline", "198.51.100.200:1", key)).body.code).toBe("wallet.charge_declined");
  expect((await charge(user, "tok_approve", "198.51.100.200:1")).status).toBe(201);
});

test("a charge that could not begin counts as no declined card, however often it is repeated", async () => {
  const user = await stage.user();
  const key = randomUUID();
  const send = vi.spyOn(sqs(), "send").mockRejectedValue(new Error("the queue is out of order") as never);
  for (let n = 0; n < limits.account + 2; n++)
    expect((await charge(user, "tok_approve", somewhere(), key)).status).toBeGreaterThanOrEqual(500);
  send.mockRestore();
  expect((await charge(user, "tok_approve", somewhere(), key)).status).toBe(201);
});

test("a card that is declined later counts for its IP address, too", async () => {
  const from = "198.51.100.203:1";
  await declinedAt(from, limits.address - 1);
  const [one, other] = [await stage.user(), await stage.user()];
  expect((await charge(one, "tok_async_decline", from)).status).toBe(202);
  await vi.waitFor(async () => {
    const [{ sk = "", state } = {}] = await charges(one);
    if (state !== "declined")
      await Wallet.resume({ userId: one.userId, chargeId: sk.slice("KEY#".length), now: now() });
    expect((await charges(one))[0]?.state).toBe("declined");
  });
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await charge(other, "tok_decline", from));
  expect(codes(answers)).toEqual([...times(2, "402 wallet.charge_declined"), "429 card.too_many_declined"]);
});

test("after many declines at an IP address, its buyers can still pay, with two cards each", async () => {
  const from = "198.51.100.201:1";
  await declinedAt(from, limits.address);
  const [honest, thief] = [await stage.user(), await stage.user()];
  expect((await charge(honest, "tok_approve", from)).status).toBe(201);
  const answers = codes([
    await charge(thief, "tok_decline", from),
    await charge(thief, "tok_decline", from),
    await charge(thief, "tok_approve", from),
  ]);
  expect(answers).toEqual([...times(2, "402 wallet.charge_declined"), "429 card.too_many_declined"]);
  expect((await charge(thief, "tok_approve", somewhere())).status).toBe(201);
});

test("an IP address's declines are counted over orders and charges together", async () => {
  const from = "198.51.100.202:1";
  await declinedAt(from, limits.address - 2);
  const [one, two, third] = [await stage.user(), await stage.user(), await stage.user()];
  await charge(one, "tok_decline", from);
  await pay(two, await held(two), "tok_decline", from);
  await stage.settle();
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await charge(third, "tok_decline", from));
  expect(codes(answers)).toEqual([...times(2, "402 wallet.charge_declined"), "429 card.too_many_declined"]);
});

test("after 15 minutes cards are asked again", async () => {
  const user = await stage.user();
  for (let n = 0; n < limits.account; n++) await charge(user, "tok_decline", somewhere());
  expect((await charge(user, "tok_approve", somewhere())).status).toBe(429);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 15 * MINUTE });
  expect((await charge(user, "tok_approve", somewhere())).status).toBe(201);
});
