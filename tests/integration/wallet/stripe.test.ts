/** Charges of a wallet over Stripe's wire: 3-D Secure, its time limit, and approvals that come too late. */
import { randomUUID } from "node:crypto";
import type { SendMessageCommandInput } from "@aws-sdk/client-sqs";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sqs } from "#core/lib/sqs.ts";
import { stripe } from "#tests/integration/gateway/contract/gateway.ts";
import { bankOf, deliver, everywhere, killer } from "#tests/support/bank.ts";
import type { User } from "#tests/support/harness.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { setBalance, shop } from "#tests/support/shop.ts";

const minute = 60_000;
const challenged = "threeDSecure2Required";

const open = () => bankOf(stripe);
let at: Awaited<ReturnType<typeof open>>;
let steps: ReturnType<typeof shop>;
let kill: ReturnType<typeof killer>;
let user: User;
beforeAll(async () => {
  at = await open();
  kill = killer();
  steps = shop(at.stage);
});
afterAll(() => at.stop());
beforeEach(async () => {
  user = await at.stage.user();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  at.mute(false);
  delete at.play.disturb;
});

const later = (ms: number) => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
};

type Sent = { key: string; token: string };
const sent = async (card: string, key: string = randomUUID()): Promise<Sent> => ({ key, token: await at.token(card) });
const charge = ({ key, token }: Sent, by = user) =>
  at.stage.call("POST /v1/wallet/charges", {
    token: by.token,
    body: { amount: 5_000, card: { token } },
    headers: { "idempotency-key": key },
  });
const get = ({ key }: Sent, by = user) =>
  at.stage.call("GET /v1/wallet/charges/{chargeId}", { token: by.token, params: { chargeId: Ids.sha256(key) } });
const back = ({ key }: Sent, body: object = {}, by = user) =>
  at.stage.call("POST /v1/wallet/charges/{chargeId}/return", {
    token: by.token,
    params: { chargeId: Ids.sha256(key) },
    body,
  });
/** The buyer's action on the bank's page. */
const authenticate = (passed: boolean) => at.authenticate(at.paymentsOf(user.userId).at(-1)?.paymentId ?? "", passed);
const resume = ({ key }: Sent) =>
  deliver(JSON.stringify({ kind: "charge", userId: user.userId, chargeId: Ids.sha256(key) }));
/** Except a payment whose preparation got no answer and was repeated a minute later. */
const ledger = () =>
  at
    .paymentsOf(user.userId)
    .filter(({ status }) => status !== "prepared")
    .map(({ status, refunded }) => [status, refunded]);
const stored = async ({ key }: Sent) =>
  (
    await db().send(
      new GetCommand({
        TableName: table("Accounts"),
        Key: { pk: `USER#${user.userId}`, sk: `KEY#${Ids.sha256(key)}` },
      }),
    )
  ).Item;
const nothing = async (status = "voided") =>
  expect([await steps.wallet(user), await steps.entries(user), ledger()]).toEqual([0, [], [[status, 0]]]);
const credited = async (one: Sent) => {
  expect([await steps.wallet(user), await steps.entries(user), ledger()]).toEqual([
    5_000,
    [expect.objectContaining({ kind: "charge", amount: 5_000 })],
    [["captured", 0]],
  ]);
  expect((await get(one)).body).toMatchObject({ status: "done", amount: 5_000, balance: 5_000 });
  expect((await charge(one)).body).toEqual({ balance: 5_000, entry: expect.objectContaining({ amount: 5_000 }) });
  expect(await stored(one)).toMatchObject({ state: "done" });
  for (const secret of ["token", "action"]) expect(await stored(one)).not.toHaveProperty(secret);
};
/** Sends a charge with a card that needs 3-D Secure. */
const asked = async (key?: string) => {
  const one = await sent(challenged, key);
  const { status, body } = await charge(one);
  expect([status, body]).toEqual([
    202,
    {
      chargeId: Ids.sha256(one.key),
      status: "pending",
      amount: 5_000,
      action: { type: "stripe", clientSecret: expect.stringContaining("_secret_") },
    },
  ]);
  return { ...one, body };
};

describe("without 3-D Secure", () => {
  test("approved: credited once it is captured", async () => {
    const one = await sent("visa");
    expect((await charge(one)).status).toBe(201);
    await credited(one);
  });

  test("declined: voided, with the gateway's code", async () => {
    const one = await sent("chargeDeclinedInsufficientFunds");
    const view = { chargeId: Ids.sha256(one.key), status: "declined", amount: 5_000, reason: "card.declined" };
    for (let n = 0; n < 2; n++)
      expect((await charge(one)).body).toMatchObject({
        code: "wallet.charge_declined",
        charge: { ...view, code: "insufficient_funds" },
      });
    expect((await get(one)).body).toEqual({ ...view, code: "insufficient_funds" });
    expect(await stored(one)).not.toHaveProperty("token");
    await nothing();
  });

  test("an unknown token is declined", async () => {
    const one = { key: randomUUID(), token: "ctoken_nobody" };
    expect((await charge(one)).body.charge).toMatchObject({ status: "declined", code: "resource_missing" });
    await nothing();
  });

  test("that crashed at any step, before or after its effect, is finished by the worker", {
    timeout: 120_000,
  }, async () => {
    await everywhere(kill, async (killed) => {
      user = await at.stage.user();
      const one = await sent("visa");
      await killed(() => charge(one));
      if ((await steps.wallet(user)) > 0) expect(ledger()).toEqual([["captured", 0]]);
      expect(await resume(one)).toBe(0);
      expect((await charge(one)).status).toBe(201);
      await credited(one);
    });
  });
});

describe("3-D Secure", () => {
  test("is shown to the charge's owner alone, even if another user has used the same key", async () => {
    const key = randomUUID();
    const one = await asked(key);
    expect((await get(one)).body).toEqual(one.body);
    expect((await charge(one)).body).toEqual(one.body);
    const other = await at.stage.user();
    for (const reply of [await get(one, other), await back(one, { cancel: true }, other)])
      expect([reply.status, reply.body.code]).toEqual([404, "wallet.charge_not_found"]);
    const theirs = await charge(await sent(challenged, key), other);
    const shown = await get(one, other);
    expect(shown.body).toEqual(theirs.body);
    expect(shown.body.action.clientSecret).not.toBe(one.body.action.clientSecret);
    expect((await get(one)).body).toEqual(one.body);
  });

  test("passed: captured and credited when its buyer comes back", async () => {
    const one = await asked();
    await authenticate(true);
    expect((await back(one)).body).toMatchObject({ status: "done", balance: 5_000 });
    await credited(one);
  });

  test("passed: captured and credited by the webhook, without its buyer", async () => {
    const one = await asked();
    await authenticate(true);
    await at.stage.settle();
    await credited(one);
  });

  test("passed: captured and credited by the charge's own message, without buyer and webhook", async () => {
    at.mute(true);
    const one = await asked();
    await authenticate(true);
    expect(await resume(one)).toBe(0);
    await credited(one);
  });

  test("passed, and reported by all three at once: credited once", async () => {
    const one = await asked();
    await authenticate(true);
    await Promise.all([back(one), back(one), get(one), charge(one), resume(one), resume(one), at.stage.settle()]);
    await credited(one);
  });

  test("failed: declined as unverified, and voided", async () => {
    const one = await asked();
    await authenticate(false);
    expect((await back(one)).body).toEqual({
      chargeId: Ids.sha256(one.key),
      status: "declined",
      amount: 5_000,
      reason: "card.unverified",
      code: "authentication_failed",
    });
    await nothing();
  });

  test("cancelled by its buyer: closed at the gateway", async () => {
    const one = await asked();
    const { body } = await back(one, { cancel: true });
    expect(body).toMatchObject({ status: "declined", reason: "card.unverified" });
    expect(body).not.toHaveProperty("action");
    await expect(authenticate(true)).rejects.toThrow();
    await nothing();
  });

  test("cancelled while the bank approves: the approval counts", async () => {
    const one = await asked();
    await authenticate(true);
    expect((await back(one, { cancel: true })).body).toMatchObject({ status: "done" });
    await credited(one);
  });

  test("abandoned: still open at ten minutes, then closed at the gateway by its message alone", async () => {
    at.mute(true);
    const one = await asked();
    later(10 * minute - 1_000);
    expect(await resume(one)).toBe(0);
    expect((await get(one)).body).toEqual(one.body);
    later(10 * minute + 1_000);
    expect(await resume(one)).toBe(0);
    expect(ledger()).toEqual([["voided", 0]]);
    expect((await get(one)).body).toMatchObject({ status: "declined", reason: "card.unverified" });
    expect((await charge(one)).status).toBe(402);
    await nothing();
  });

  test("passed in time, and reported later: credited", async () => {
    at.mute(true);
    const one = await asked();
    await authenticate(true);
    later(11 * minute);
    expect(await resume(one)).toBe(0);
    await credited(one);
  });

  test("passed after the gateway did not answer until the end: undone, and never credited", async () => {
    const one = await asked();
    at.play.disturb = () => "silent_before";
    later(11 * minute);
    const { body } = await get(one);
    expect(body).toMatchObject({ status: "declined", reason: "payment.unconfirmed" });
    expect(body).not.toHaveProperty("action");
    expect((await charge(one)).body).toMatchObject({ code: "wallet.charge_declined", charge: body });
    delete at.play.disturb;
    await authenticate(true);
    expect(ledger()).toEqual([["authorised", 0]]);
    for (let n = 0; n < 2; n++) expect(await resume(one)).toBe(0);
    expect((await get(one)).body).toMatchObject({ status: "declined", reason: "payment.unconfirmed" });
    await nothing();
  });

  test("passed, into a wallet that was filled meanwhile: voided, and the buyer is told", async () => {
    const one = await asked();
    await setBalance(user, 1_000_000_000);
    await authenticate(true);
    expect((await back(one)).body).toMatchObject({ status: "declined", reason: "wallet.balance_too_high" });
    expect((await charge(one)).body).toMatchObject({ code: "wallet.balance_too_high" });
    expect([await steps.wallet(user), ledger()]).toEqual([1_000_000_000, [["voided", 0]]]);
  });

  test("crashes at any step of its beginning or end, and is finished all the same", {
    timeout: 240_000,
  }, async () => {
    await everywhere(kill, async (killed) => {
      user = await at.stage.user();
      const one = await sent(challenged);
      await killed(() => charge(one));
      expect((await charge(one)).status).toBe(202);
      await authenticate(true);
      expect(await resume(one)).toBe(0);
      await credited(one);
    });
    for (const passed of [true, false])
      await everywhere(kill, async (killed) => {
        user = await at.stage.user();
        at.mute(true);
        const one = await asked();
        await authenticate(passed);
        await killed(() => back(one));
        if ((await steps.wallet(user)) > 0) expect(ledger()).toEqual([["captured", 0]]);
        expect(await resume(one)).toBe(0);
        if (passed) await credited(one);
        else await nothing();
      });
  });
});

test("is asked about at the gateway once in two seconds, however often the page asks", async () => {
  const one = await asked();
  let looks = 0;
  at.play.disturb = () => {
    looks++;
    return undefined;
  };
  later(3_000);
  for (let n = 0; n < 3; n++) await Promise.all([get(one), back(one), get(one)]);
  expect(looks).toBe(1);
});

describe("a charge's message", () => {
  type Message = { kind: string; chargeId: string; delay: number };
  const all: Message[] = [];
  beforeAll(() => {
    sqs().middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          const { MessageBody, DelaySeconds: delay = 0 } = args.input as SendMessageCommandInput;
          if (commandName === "SendMessageCommand") all.push({ ...JSON.parse(MessageBody ?? ""), delay });
          return answer;
        },
      { step: "initialize" },
    );
  });
  const messagesOf = ({ key }: Sent) =>
    all.filter(({ kind, chargeId }) => kind === "charge" && chargeId === Ids.sha256(key)).map(({ delay }) => delay);

  test("is sent before the charge is written, so a crash anywhere leaves a worker to finish it", {
    timeout: 120_000,
  }, async () => {
    await everywhere(kill, async (killed) => {
      user = await at.stage.user();
      const one = await sent(challenged);
      await killed(() => charge(one));
      if (await stored(one)) expect(messagesOf(one)).toEqual([60]);
    });
  });

  test("is repeated each minute until the charge is over, and raises an alarm after an hour", async () => {
    at.mute(true);
    const one = await asked();
    const counted = captureMetrics();
    expect(await resume(one)).toBe(0);
    later(5 * minute);
    expect(await resume(one)).toBe(0);
    expect(messagesOf(one)).toEqual([60, 60, 60]);
    expect(counted("DebtOld")).toBe(0);
    at.play.disturb = () => "silent_before";
    later(61 * minute);
    expect(await resume(one)).toBe(0);
    expect(messagesOf(one)).toEqual([60, 60, 60, 60]);
    expect(counted("DebtOld")).toBeGreaterThan(0);
    delete at.play.disturb;
    expect(await resume(one)).toBe(0);
    expect(messagesOf(one)).toHaveLength(4);
    vi.useRealTimers(); // the buyer's token has expired by then
    await nothing();
  });

  test("ends if the charge was never written", async () => {
    const one = await sent("visa");
    expect(await resume(one)).toBe(0);
    expect(messagesOf(one)).toEqual([]);
  });
});
