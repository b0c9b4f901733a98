/** Charges of a wallet in Toss Payments' window: a payment that names the charge is confirmed and credited once, or charges nothing. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { toOrderId } from "#core/gateway/index.ts";
import * as Ids from "#core/lib/ids.ts";
import { startToss, type TossEmulator, type TossOptions } from "#local/toss/server.ts";
import { deliver, everywhere, killer } from "#tests/support/bank.ts";
import { stage as makeStage, type Stage, type User } from "#tests/support/harness.ts";
import { setBalance, shop } from "#tests/support/shop.ts";

const keys = { secretKey: "test_sk_shop", clientKey: "test_ck_page" };
const minute = 60_000;

let toss: TossEmulator;
let stage: Stage;
let steps: ReturnType<typeof shop>;
let kill: ReturnType<typeof killer>;
let disturb: TossOptions["disturb"];
let user: User;

beforeAll(async () => {
  toss = await startToss({
    ...keys,
    now: () => Date.now(),
    delays: { hang: 20 },
    disturb: (...call) => disturb?.(...call),
  });
  stage = await makeStage({ toss: { url: toss.url, ...keys, webhookSecrets: ["x".repeat(32)] } });
  kill = killer();
  steps = shop(stage);
});
afterAll(() => toss.stop());
beforeEach(async () => {
  user = await stage.user();
});
afterEach(() => {
  vi.useRealTimers();
  disturb = undefined;
});

const later = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });

const form = (key: string, amount = 20_000, by = user) =>
  stage.call("POST /v1/wallet/charges/form", {
    token: by.token,
    body: { amount },
    headers: { "idempotency-key": key },
  });
const charge = (token: string, key: string, by = user) =>
  stage.call("POST /v1/wallet/charges", {
    token: by.token,
    body: { amount: 20_000, card: { token } },
    headers: { "idempotency-key": key },
  });
const get = async (key: string) =>
  (await stage.call("GET /v1/wallet/charges/{chargeId}", { token: user.token, params: { chargeId: Ids.sha256(key) } }))
    .body;
const resume = (key: string) =>
  deliver(JSON.stringify({ kind: "charge", userId: user.userId, chargeId: Ids.sha256(key) }));
/** Opens the window for a charge and pays in it with a card of Toss's emulator. */
const inWindow = async (key: string, card: string, amount = 20_000) =>
  toss.pay({ orderId: (await form(key)).body.reference, amount }, card);
const ledger = () =>
  toss
    .ledger()
    .filter(({ reference }) => reference.includes(user.userId))
    .map(({ status, amount, refunded }) => [status, amount - refunded]);

describe("the window's form", () => {
  test("names the charge that a request with the same key makes, and writes nothing", async () => {
    const { status, body } = await form("k1");
    const reference = toOrderId(`${user.userId}.wallet.${Ids.sha256("k1")}`);
    expect([status, body]).toEqual([200, { reference, amount: 20_000, clientKey: keys.clientKey }]);
    const params = { chargeId: Ids.sha256("k1") };
    const none = await stage.call("GET /v1/wallet/charges/{chargeId}", { token: user.token, params });
    expect([none.status, none.body.code]).toEqual([404, "wallet.charge_not_found"]);
  });

  test("is refused for a used key, for an amount that no card can pay, and for a wallet that cannot hold it", async () => {
    await charge(await inWindow("k1", "approve"), "k1");
    expect((await form("k1")).body.code).toBe("request.idempotency_mismatch");
    const little = await form("k2", 99);
    expect([little.status, little.body.errors]).toEqual([
      422,
      [{ path: "amount", message: "is less than Toss Payments charges: 100 KRW" }],
    ]);
    await setBalance(user, 1_000_000_000);
    expect((await form("k3")).body.code).toBe("wallet.balance_too_high");
  });
});

describe("a charge", () => {
  test.each(["approve", "timeout_after", "provider_error"])("%s: credited, and captured once", async (card) => {
    const key = randomUUID();
    const token = await inWindow(key, card);
    let reply = await charge(token, key);
    for (let tries = 0; reply.status === 202 && tries < 3; tries++) reply = await charge(token, key);
    expect([reply.status, reply.body.balance]).toEqual([201, 20_000]);
    expect((await charge(token, key)).body).toEqual(reply.body);
    expect([await steps.wallet(user), ledger()]).toEqual([20_000, [["captured", 20_000]]]);
  });

  test("that is declined says why, and gives the same answer again", async () => {
    const key = randomUUID();
    const token = await inWindow(key, "insufficient");
    for (let n = 0; n < 2; n++) {
      const { status, body } = await charge(token, key);
      expect([status, body.code, body.charge]).toEqual([
        402,
        "wallet.charge_declined",
        expect.objectContaining({ status: "declined", reason: "card.declined", code: "REJECT_CARD_PAYMENT" }),
      ]);
    }
    expect(await get(key)).toMatchObject({ status: "declined", code: "REJECT_CARD_PAYMENT" });
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["declined", 20_000]]]);
  });

  test("is paid only by a payment that names it", async () => {
    const other = await stage.user();
    const token = await inWindow("k1", "approve");
    const stolen = await charge(token, "k1", other);
    expect([stolen.status, stolen.body.code]).toEqual([402, "wallet.charge_declined"]);
    expect((await charge(token, "k1")).body).toMatchObject({ balance: 20_000 });
    const nobodys = await charge("nobodys", "k2", other);
    expect([nobodys.status, nobodys.body.code]).toEqual([402, "wallet.charge_declined"]);
    expect(await steps.wallet(other)).toBe(0);
  });

  test("is not paid by a payment of another amount, which is not confirmed", async () => {
    const key = randomUUID();
    const { status, body } = await charge(await inWindow(key, "approve", 100), key);
    expect([status, body.code]).toEqual([402, "wallet.charge_declined"]);
    expect(await get(key)).toMatchObject({ status: "declined", reason: "payment.mismatch" });
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["prepared", 100]]]); // it is never confirmed, and expires
    later(35 * minute);
    expect(await resume(key)).toBe(0);
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["voided", 100]]]);
  });

  test("into a wallet that was filled meanwhile charges nothing", async () => {
    const key = randomUUID();
    const token = await inWindow(key, "approve");
    await setBalance(user, 1_000_000_000);
    const { status, body } = await charge(token, key);
    expect([status, body.code]).toEqual([409, "wallet.balance_too_high"]);
    expect(ledger()).toEqual([["prepared", 20_000]]); // it is never confirmed, and expires
  });

  test("that Toss never answers is closed after ten minutes, and its payment expires", async () => {
    const key = randomUUID();
    const token = await inWindow(key, "timeout_before");
    expect((await charge(token, key)).body).toMatchObject({ status: "pending" });
    later(10 * minute + 5_000);
    expect(await resume(key)).toBe(0);
    const { status, body } = await charge(token, key);
    expect([status, body.charge]).toEqual([402, expect.objectContaining({ reason: "payment.unconfirmed" })]);
    expect(await get(key)).toMatchObject({ status: "declined", reason: "payment.unconfirmed" });
    later(21 * minute);
    expect(await resume(key)).toBe(0);
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["voided", 20_000]]]);
  });

  test("that was confirmed by a call whose answer came too late is refunded, not credited", async () => {
    const key = randomUUID();
    const token = await inWindow(key, "approve");
    disturb = (_, path) => (path.endsWith("/confirm") ? "silent_after" : "silent_before");
    expect((await charge(token, key)).status).toBe(503); // it is looked up before it is begun
    disturb = (_, path) => (path.endsWith("/confirm") ? "silent_after" : undefined);
    await charge(token, key);
    expect(ledger()).toEqual([["captured", 20_000]]);
    disturb = () => "silent_before";
    later(10 * minute + 5_000);
    expect(await resume(key)).toBe(0);
    expect(await get(key)).toMatchObject({ status: "declined", reason: "payment.unconfirmed" });
    disturb = undefined;
    for (let n = 0; n < 2; n++) expect(await resume(key)).toBe(0);
    expect([await steps.wallet(user), await steps.entries(user), ledger()]).toEqual([0, [], [["refunded", 0]]]);
    expect((await charge(token, key)).body.detail).toContain("was returned to the card");
  });

  test("that crashed at any step, before or after its effect, is finished by the worker", {
    timeout: 120_000,
  }, async () => {
    await everywhere(kill, async (killed) => {
      user = await stage.user();
      const key = randomUUID();
      const token = await inWindow(key, "approve");
      await killed(() => charge(token, key));
      if ((await steps.wallet(user)) > 0) expect(ledger()).toEqual([["captured", 20_000]]);
      expect(await resume(key)).toBe(0);
      expect((await charge(token, key)).status).toBe(201);
      expect([await steps.wallet(user), ledger()]).toEqual([20_000, [["captured", 20_000]]]);
    });
  });
});
