import { randomUUID } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { Entries, Wallet } from "#core/wallet/schema.ts";
import { bank, deliver, everywhere, killer } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { shop, tally } from "#tests/support/shop.ts";

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

const charge = (body: object, key: string = randomUUID()) =>
  at.stage.call("POST /v1/wallet/charges", { token: user.token, body, headers: { "idempotency-key": key } });
const ledger = () => at.paymentsOf(user.userId).map(({ status, amount }) => [status, amount]);
const card = (token: string) => ({ amount: 5_000, card: { token } });
/** The delayed message that finishes a charge. */
const resume = (key: string) =>
  deliver(JSON.stringify({ kind: "charge", userId: user.userId, chargeId: Ids.sha256(key) }));
describe("free points, if the configuration allows them", () => {
  test("a charge raises the balance and is answered with its ledger entry", async () => {
    const { status, body } = await charge({ amount: 7_000 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ balance: 7_000, entry: { kind: "charge", amount: 7_000, balance: 7_000 } });
    expect(await steps.entries(user)).toEqual([body.entry]);
  });

  test("the same key sent 20 times in parallel charges once, with the same answer; with another amount it is a mismatch", async () => {
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 20 }, () => charge({ amount: 1_000 }, key)));
    expect(tally(replies)).toEqual({ 201: 20 });
    expect(new Set(replies.map(({ raw }) => raw.toString())).size).toBe(1);
    expect(await steps.wallet(user)).toBe(1_000);
    expect((await charge({ amount: 2_000 }, key)).body.code).toBe("request.idempotency_mismatch");
  });

  test("two charges at the same time are both made", async () => {
    const replies = await Promise.all([charge({ amount: 1_000 }), charge({ amount: 1_000 })]);
    expect(tally(replies)).toEqual({ 201: 2 });
    expect(await steps.wallet(user)).toBe(2_000);
    expect(await steps.entries(user)).toHaveLength(2);
  });

  test("invalid amounts are refused", async () => {
    for (const amount of [0, -1, 1.5, 10_000_001, 1e308, "5000", null])
      expect((await charge({ amount })).status).toBe(422);
    for (const token of ["", "\ud800", "카드", "a b", "x".repeat(201)])
      expect((await charge({ amount: 1_000, card: { token } })).status).toBe(422);
    expect(await steps.wallet(user)).toBe(0);
  });

  test("a wallet has a greatest balance, and the charge that filled it is still answered again", async () => {
    await db().send(
      new UpdateCommand({
        TableName: table("Accounts"),
        Key: { pk: `USER#${user.userId}`, sk: "WALLET" },
        UpdateExpression: "SET balance = :near",
        ExpressionAttributeValues: { ":near": 999_000_000 },
      }),
    );
    const key = randomUUID();
    expect((await charge({ amount: 1_000_000 }, key)).status).toBe(201);
    expect((await charge({ amount: 1 })).body.code).toBe("wallet.balance_too_high");
    expect((await charge(card("tok_approve"))).body.code).toBe("wallet.balance_too_high");
    expect((await charge({ amount: 1_000_000 }, key)).status).toBe(201);
    expect(await steps.wallet(user)).toBe(1_000_000_000);
    expect(ledger()).toEqual([]);
  });
});

describe("points by card", () => {
  test("a card is needed unless charges are free", async () => {
    const settings = link("Settings");
    settings.freeCharges = false;
    try {
      const reply = await charge({ amount: 1_000 });
      expect([reply.status, reply.body.errors]).toEqual([422, [{ path: "card", message: "is missing" }]]);
      expect((await charge(card("tok_approve"))).status).toBe(201);
    } finally {
      settings.freeCharges = true;
    }
  });

  test("an approved card is charged once, however often the same request comes", async () => {
    const key = randomUUID();
    const replies = [await charge(card("tok_approve"), key), await charge(card("tok_approve"), key)];
    expect(replies.map(({ status, body }) => [status, body.balance])).toEqual([
      [201, 5_000],
      [201, 5_000],
    ]);
    expect(await steps.wallet(user)).toBe(5_000);
    expect(ledger()).toEqual([["captured", 5_000]]);
  });

  test("a declined card charges nothing, and gives the same answer again", async () => {
    const key = randomUUID();
    for (let n = 0; n < 2; n++) {
      const reply = await charge(card("tok_decline"), key);
      expect([reply.status, reply.body.code]).toEqual([402, "wallet.charge_declined"]);
    }
    expect(await steps.wallet(user)).toBe(0);
    expect(ledger()).toEqual([["declined", 5_000]]);
  });

  test("a request repeated after a lost answer charges once", async () => {
    expect((await charge(card("tok_timeout_after"))).status).toBe(201);
    expect(ledger()).toEqual([["captured", 5_000]]);
  });

  test("a gateway that never answers charges nothing, and is asked again", async () => {
    const { status, body } = await charge(card("tok_timeout_before"));
    expect([status, body]).toEqual([202, { chargeId: expect.any(String), status: "pending", amount: 5_000 }]);
    expect(await steps.wallet(user)).toBe(0);
    expect(ledger()).toEqual([["prepared", 5_000]]);
  });

  test("a pending card payment is credited when the gateway decides", async () => {
    const key = randomUUID();
    expect((await charge(card("tok_async"), key)).body).toMatchObject({ status: "pending", amount: 5_000 });
    await expect
      .poll(async () => {
        await at.stage.settle();
        return steps.wallet(user);
      })
      .toBe(5_000);
    expect((await charge(card("tok_async"), key)).body.balance).toBe(5_000);
    expect(ledger()).toEqual([["captured", 5_000]]);
  });

  test("a charge that crashed at any step, before or after its effect, is finished by the worker: credited and captured, or neither", async () => {
    await everywhere(kill, async (killed) => {
      user = await at.stage.user();
      const key = randomUUID();
      await killed(() => charge(card("tok_approve"), key));
      if ((await steps.wallet(user)) > 0) expect(ledger()).toEqual([["captured", 5_000]]); // never credited before it is captured
      expect(await resume(key)).toBe(0);
      const balance = await steps.wallet(user);
      expect(ledger().filter(([status]) => status !== "prepared")).toEqual(
        balance === 5_000 ? [["captured", 5_000]] : [],
      );
      expect((await charge(card("tok_approve"), key)).status).toBe(201);
      expect(await steps.wallet(user)).toBe(5_000);
      expect(ledger()).toEqual([["captured", 5_000]]);
    });
  });
});

test("a refund is credited even beyond the limit of charges, and the balance is still answered", async () => {
  const { eventId } = await at.stage.event();
  user = await at.stage.user({ balance: 1_000_000_000 });
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
  await steps.pay(user, orderId);
  await at.stage.settle();
  expect((await charge({ amount: 10_000 })).status).toBe(201);
  expect((await steps.cancel(user, orderId)).status).toBe(202);
  const get = async (path: "GET /v1/wallet" | "GET /v1/wallet/entries") =>
    (await at.stage.call(path, { token: user.token })).body;
  expect(z.parse(Wallet, await get("GET /v1/wallet")).balance).toBe(1_000_010_000);
  expect(z.parse(Entries, await get("GET /v1/wallet/entries")).items[0]?.balance).toBe(1_000_010_000);
  expect((await charge({ amount: 1 })).body.code).toBe("wallet.balance_too_high");
});

test("a user's own ledger is read newest first, by cursor", async () => {
  for (const amount of [1, 2, 3]) await charge({ amount });
  const page = async (query: Record<string, string>) =>
    (await at.stage.call("GET /v1/wallet/entries", { token: user.token, query })).body;
  const first = await page({ limit: "2" });
  const second = await page({ limit: "2", cursor: first.next });
  expect([...first.items, ...second.items].map(({ amount }) => amount)).toEqual([3, 2, 1]);
  expect(second.next).toBeNull();
  user = await at.stage.user();
  expect(await steps.entries(user)).toEqual([]);
});
