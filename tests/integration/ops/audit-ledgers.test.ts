/** The audit reads the ledger of each gateway, and reports differences from orders and wallets. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { provider, toOrderId } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import * as Ids from "#core/lib/ids.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import * as Gateways from "#tests/integration/gateway/contract/gateway.ts";
import { intercept } from "#tests/support/bank.ts";
import { stage as makeStage, type Stage, type User } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

const wires = { deliver: async () => 200, decide: 20, hang: 20 };
const price = 10_000;

const open = async () => {
  const [sandbox, stripe, toss] = await Promise.all([
    Gateways.sandbox(wires),
    Gateways.stripe(wires),
    Gateways.toss(wires),
  ]);
  return { sandbox, stripe, toss };
};
let gateways: Awaited<ReturnType<typeof open>>;
let stage: Stage;
let eventId: string;
let seats = 0;
beforeAll(async () => {
  gateways = await open();
  const { sandbox, stripe, toss } = gateways;
  stage = await makeStage({ ...sandbox.links, ...stripe.links, ...toss.links });
});
beforeEach(async () => {
  ({ eventId } = await stage.event());
  seats = 0;
});
afterAll(() => Promise.all(Object.values(gateways).map(({ stop }) => stop())));

type Name = keyof typeof gateways;

/** A confirmed order of one seat, by a card of this gateway. */
const bought = async (name: Name, card = gateways[name].cards.approved) => {
  const steps = shop(stage);
  link("Settings").payments = name;
  const user = await stage.user();
  const { orderId } = await steps.held(user, { eventId, seats: [`A-1-${++seats}`] });
  const key = randomUUID();
  const attempt = { userId: user.userId, orderId, attemptId: Ids.derive(orderId, key), amount: price };
  const token = await gateways[name].token(card, attempt);
  await steps.pay(user, orderId, { method: "card", card: { token } }, key);
  await stage.settle();
  expect((await steps.get(user, orderId)).status).toBe("confirmed");
  const { paymentId = "" } = gateways[name].ledger().find(({ reference }) => reference.includes(orderId)) ?? {};
  return { user, orderId, paymentId };
};

/** A charge at this gateway with a reference of ours. */
const charged = async (name: Name, { userId }: User, reference: string) => {
  const { token, cards } = gateways[name];
  const attempt = { userId, orderId: "", attemptId: "", amount: price };
  const card =
    name === "toss"
      ? await gateways.toss.pay({ orderId: toOrderId(reference), amount: price }, "approve")
      : await token(cards.approved, attempt);
  const gateway = provider(name);
  const request = { reference, amount: price, token: card, key: reference };
  const { paymentId } = await gateway.prepare({ ...request, currency: "KRW" });
  await gateway.authorise({ ...request, paymentId, returnUrl: "https://shop.test/" });
  await gateway.capture({ paymentId, key: `${reference}:capture` });
};

/** The violations in this test's sale and the ledgers, without mails that are still to be sent. */
const wrong = async (about: string): Promise<string[]> => {
  await intercept(stage);
  const found = violations(audit({ ...(await read({ now: Date.now() })), messages: undefined }));
  return found.filter((violation) => violation.includes(about));
};

describe.each(["sandbox", "stripe", "toss"] as const)("in the ledger of %s", (name) => {
  test("an order with its charge is in order, and a refund that was made by hand is reported", async () => {
    const { orderId, paymentId } = await bought(name);
    expect(await wrong(orderId)).toEqual([]);
    await provider(name).refund({ paymentId, amount: price, key: "by hand" });
    expect(await wrong(orderId)).toEqual([
      expect.stringContaining("is confirmed, costs 10000; paid 0 times, 0 in all"),
    ]);
  });

  test("a second charge of an order is reported", async () => {
    const { user, orderId } = await bought(name);
    await charged(name, user, `${user.userId}.${orderId}.${Ids.derive("another")}`);
    expect(await wrong(orderId)).toEqual([expect.stringContaining(`at ${name}, which the order does not name`)]);
  });

  test("a charge for an order that does not exist is reported", async () => {
    const user = await stage.user();
    const orderId = Ids.make("ord", Date.now());
    await charged(name, user, `${user.userId}.${orderId}.${Ids.derive("any")}`);
    expect(await wrong(orderId)).toEqual([expect.stringContaining("was paid for, but is not there")]);
  });

  test("a charge without its points is reported", async () => {
    const before = await wrong("came in for points");
    const user = await stage.user();
    await charged(name, user, `${user.userId}.wallet.${Ids.sha256(randomUUID())}`);
    const after = await wrong("came in for points");
    expect(after).not.toEqual(before);
    expect(after).toEqual([expect.stringMatching(/\d+ came in for points, but only 0 were ever credited/)]);
  });
});

test("a dispute that only the gateway has is reported", async () => {
  const { orderId } = await bought("stripe", "createDispute");
  expect(await wrong(orderId)).toEqual([expect.stringContaining("is disputed at the gateway, and does not say so")]);
});
