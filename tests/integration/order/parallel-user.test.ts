/** One user's simultaneous requests: each gets its own right answer, none gets 503, and money and seats stay exact. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { logger } from "#core/lib/logger.ts";
import { bank } from "#tests/support/bank.ts";
import * as Faults from "#tests/support/faults/index.ts";
import { block, type User } from "#tests/support/harness.ts";
import { type Order, shop, tally } from "#tests/support/shop.ts";

let at: Awaited<ReturnType<typeof bank>>;
let faults: Faults.Faults;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  at = await bank(async (links) => {
    faults = await Faults.install({ ...inject("engines"), ...links });
    return faults.stage;
  });
  steps = shop(at.stage);
});
afterEach(() => faults.off());
afterAll(async () => {
  await faults.stop();
  await at.sandbox.stop();
});

const TWENTY = Array.from({ length: 20 }, (_, n) => n);
const twenty = <T>(work: (n: number) => Promise<T>): Promise<T[]> => Promise.all(TWENTY.map(work));

const charge = (user: User, body: object = { amount: 1_000 }, key: string = randomUUID()) =>
  at.stage.call("POST /v1/wallet/charges", { token: user.token, body, headers: { "idempotency-key": key } });
const card = { amount: 1_000, card: { token: "tok_approve" } };

/** Orders of one user, each of an event of its own. */
const heldBy = (user: User, count = 20) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const { eventId } = await at.stage.event({ plan: block(1, 4) });
      return steps.held(user, { eventId, seats: ["A-1-1"] });
    }),
  );

/** Settles, and answers how many messages of payments were delivered. The messages of charges by card come later, and are not counted. */
const deliveries = async () => {
  const spies = [vi.spyOn(logger, "info"), vi.spyOn(logger, "error")];
  await at.stage.settle();
  const said = spies.flatMap(({ mock }) => mock.calls.map(([what, facts]) => ({ what, ...(facts as object) })));
  for (const spy of spies) spy.mockRestore();
  return said.filter((one) => one.what === "settle" && "kind" in one && one.kind === "payment").length;
};

const statuses = async (user: User, orders: Order[]) =>
  new Set((await Promise.all(orders.map(({ orderId }) => steps.get(user, orderId)))).map(({ status }) => status));

/** Each entry begins at the balance of another entry: from the first balance to the wallet's, none is counted twice or missing. */
const exact = async (user: User, from: number, count: number) => {
  const entries = await steps.entries(user);
  expect(entries).toHaveLength(count);
  const balance = await steps.wallet(user);
  const sorted = (balances: number[]) => balances.toSorted((a, b) => a - b);
  const begins = entries.map((entry) => entry.balance - entry.amount);
  expect(sorted([...begins, balance])).toEqual(sorted([...entries.map((entry) => entry.balance), from]));
  return balance;
};

test("twenty charges of a wallet, each with its own key, all succeed, and the ledger is exact", async () => {
  const user = await at.stage.user();
  expect(tally(await twenty(() => charge(user)))).toEqual({ 201: 20 });
  expect(await exact(user, 0, 20)).toBe(20_000);
});

test("twenty charges with the same key charge once, by card too", async () => {
  const user = await at.stage.user();
  for (const body of [{ amount: 1_000 }, card]) {
    const key = randomUUID();
    const replies = await twenty(() => charge(user, body, key));
    expect(tally(replies)).toEqual({ 201: 20 });
    expect(new Set(replies.map(({ raw }) => raw.toString())).size).toBe(1);
  }
  expect(await exact(user, 0, 2)).toBe(2_000);
});

test("twenty charges by card all succeed, and each is captured once", async () => {
  const user = await at.stage.user();
  expect(tally(await twenty(() => charge(user, card)))).toEqual({ 201: 20 });
  expect(await exact(user, 0, 20)).toBe(20_000);
  expect(at.paymentsOf(user.userId).map(({ status }) => status)).toEqual(TWENTY.map(() => "captured"));
});

test("twenty orders that a user pays by points at once are all settled, each message at its first delivery", async () => {
  const user = await at.stage.user({ balance: 200_000 });
  const orders = await heldBy(user);
  await Promise.all(orders.map(({ orderId }) => steps.pay(user, orderId)));
  expect(await deliveries()).toBe(20);
  expect(await statuses(user, orders)).toEqual(new Set(["confirmed"]));
  expect(await exact(user, 200_000, 20)).toBe(0);
});

test("twenty orders paid by points with money for seven: seven are confirmed, and no balance is ever negative", async () => {
  const user = await at.stage.user({ balance: 79_999 });
  const orders = await heldBy(user);
  await Promise.all(orders.map(({ orderId }) => steps.pay(user, orderId)));
  await at.stage.settle();
  const after = await Promise.all(orders.map(({ orderId }) => steps.get(user, orderId)));
  expect(after.filter(({ status }) => status === "confirmed")).toHaveLength(7);
  expect(await exact(user, 79_999, 7)).toBe(9_999);
  expect((await steps.entries(user)).every(({ balance }) => balance >= 0)).toBe(true);
});

test("twenty orders paid by points and cancelled at once are all refunded", async () => {
  const user = await at.stage.user({ balance: 200_000 });
  const orders = await heldBy(user);
  await Promise.all(orders.map(({ orderId }) => steps.pay(user, orderId)));
  await at.stage.settle();
  const replies = await Promise.all(orders.map(({ orderId }) => steps.cancel(user, orderId)));
  expect(tally(replies)).toEqual({ 202: 20 });
  expect(await statuses(user, orders)).toEqual(new Set(["refunded"]));
  expect(await exact(user, 200_000, 40)).toBe(200_000);
});

test("charges, payments and refunds of one wallet at once all succeed", async () => {
  const user = await at.stage.user({ balance: 300_000 });
  const [bought, wanted] = [await heldBy(user, 8), await heldBy(user, 8)];
  await Promise.all(bought.map(({ orderId }) => steps.pay(user, orderId)));
  await at.stage.settle();
  await Promise.all(wanted.map(({ orderId }) => steps.pay(user, orderId)));
  const [charges, cards, refunds] = await Promise.all([
    Promise.all(bought.map(() => charge(user))),
    Promise.all(bought.map(() => charge(user, card))),
    Promise.all(bought.map(({ orderId }) => steps.cancel(user, orderId))),
    at.stage.settle(),
  ]);
  expect([tally(charges), tally(cards), tally(refunds)]).toEqual([{ 201: 8 }, { 201: 8 }, { 202: 8 }]);
  await at.stage.settle();
  expect(await statuses(user, wanted)).toEqual(new Set(["confirmed"]));
  expect(await exact(user, 300_000, 40)).toBe(300_000 + 16_000 - 80_000);
});

test.for(["held", "confirmed"])("twenty simultaneous cancels of one %s order give it back once", async (status) => {
  const user = await at.stage.user({ balance: 10_000 });
  const [order] = (await heldBy(user, 1)) as [Order];
  if (status === "confirmed") {
    await steps.pay(user, order.orderId);
    await at.stage.settle();
  }
  const replies = await twenty(() => steps.cancel(user, order.orderId));
  expect(tally(replies)).toEqual(status === "held" ? { 204: 20 } : { 202: 20 });
  expect(await exact(user, 10_000, status === "held" ? 0 : 2)).toBe(10_000);
});

test("of twenty holds by one user, each with its own key, one succeeds, and the others are told that an order is open", async () => {
  const { eventId } = await at.stage.event();
  const user = await at.stage.user();
  const replies = await twenty((n) =>
    steps.hold(user, { eventId, seats: [`A-1-${n + 1}`] }, { "idempotency-key": randomUUID() }),
  );
  expect(tally(replies)).toEqual({ 201: 1, "409 order.open_exists": 19 });
});

test("twenty payments of one order at once pay once", async () => {
  const user = await at.stage.user({ balance: 50_000 });
  const [order] = (await heldBy(user, 1)) as [Order];
  expect(tally(await twenty(() => steps.pay(user, order.orderId)))).toEqual({ 202: 20 });
  await at.stage.settle();
  expect(await statuses(user, [order])).toEqual(new Set(["confirmed"]));
  expect(await exact(user, 50_000, 1)).toBe(40_000);
});

// DynamoDB Local cancels fewer transactions for conflicts than DynamoDB does
test("the same is true when half of all transactions conflict", { timeout: 120_000 }, async () => {
  const user = await at.stage.user({ balance: 200_000 });
  const orders = await heldBy(user);
  const [order] = (await heldBy(user, 1)) as [Order];
  await Promise.all(orders.map(({ orderId }) => steps.pay(user, orderId)));
  faults.on("dynamo.conflict", { rate: 0.5 }); // from here on, so that the writes of an organiser's event are not included
  expect(await deliveries()).toBe(20);
  expect(tally(await twenty(() => charge(user)))).toEqual({ 201: 20 });
  expect(tally(await Promise.all(orders.map(({ orderId }) => steps.cancel(user, orderId))))).toEqual({ 202: 20 });
  expect(tally(await twenty(() => steps.cancel(user, order.orderId)))).toEqual({ 204: 20 });
  expect(await exact(user, 200_000, 60)).toBe(220_000);
});
