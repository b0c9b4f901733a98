/**
 * Charges of a wallet by card at a gateway that refuses, fails, does not answer or answers wrongly: captured before credited, or returned.
 */
import { randomUUID } from "node:crypto";
import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { link } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { bank, deliver, everywhere, killer } from "#tests/support/bank.ts";
import { type Answer, type Meet, startProxy } from "#tests/support/faults/proxy.ts";
import type { Reply, User } from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

const maxBalance = 1_000_000_000;

let at: Awaited<ReturnType<typeof bank>>;
let steps: ReturnType<typeof shop>;
let between: Awaited<ReturnType<typeof startProxy>>;
let kill: ReturnType<typeof killer>;
let meet: Meet | undefined;
let user: User;
beforeAll(async () => {
  at = await bank();
  kill = killer();
  steps = shop(at.stage);
  between = await startProxy(at.sandbox.url, (request, forward) => (meet ? meet(request, forward) : forward()));
  link("Gateway").url = between.url;
});
afterAll(async () => {
  await between.stop();
  await at.sandbox.stop();
});
beforeEach(async () => {
  user = await at.stage.user();
});
afterEach(() => {
  meet = undefined;
});

const charge = (token: string, key: string = randomUUID()) =>
  at.stage.call("POST /v1/wallet/charges", {
    token: user.token,
    body: { amount: 5_000, card: { token } },
    headers: { "idempotency-key": key },
  });
const ledger = () => at.paymentsOf(user.userId).map(({ status, refunded }) => [status, refunded]);
/** Delivers the message that finishes a charge; how many of them failed. */
const resume = (key: string) =>
  deliver(JSON.stringify({ kind: "charge", userId: user.userId, chargeId: Ids.sha256(key) }));
const keyOf = (sk: string) => ({ pk: `USER#${user.userId}`, sk });
const fill = (balance: number) =>
  db().send(
    new UpdateCommand({
      TableName: table("Accounts"),
      Key: keyOf("WALLET"),
      UpdateExpression: "SET balance = :balance",
      ExpressionAttributeValues: { ":balance": balance },
    }),
  );
const said = ({ status, body }: Reply) => [status, body.code, body.detail];
/** Changes a payment in the answer to requests with this path. */
const answers =
  (path: RegExp, change: (payment: Record<string, unknown>, answer: Answer) => Promise<unknown> | unknown): Meet =>
  async (request, forward) => {
    const answer = await forward();
    if (!path.test(request.path)) return answer;
    const payment = JSON.parse(answer.body);
    const changed = await change(payment.items?.[0] ?? payment, answer);
    return {
      ...answer,
      body: JSON.stringify(payment.items ? { items: [changed ?? payment.items[0]] } : (changed ?? payment)),
    };
  };

const NOTHING = [402, "wallet.charge_declined", "The card payment did not go through; nothing was charged."];
const RETURNED = [
  402,
  "wallet.charge_declined",
  "The card was charged, but the points could not be credited. The amount was returned to the card.",
];
const FULL = [409, "wallet.balance_too_high", `A wallet can hold ${maxBalance}. Nothing was charged.`];
const refused = [402, "wallet.charge_declined", expect.stringContaining("nothing was charged")];
const pending = [202, undefined, undefined];
const notBegun = [503, "wallet.charge_pending", expect.stringContaining("Send the same request")];

describe("money is captured before points are credited", () => {
  test("a capture that is refused for good credits nothing, and the answer says that nothing was charged", async () => {
    const key = randomUUID();
    for (let n = 0; n < 2; n++) expect(said(await charge("tok_capture_refused", key))).toEqual(NOTHING);
    expect(await resume(key)).toBe(0);
    expect([await steps.wallet(user), await steps.entries(user), ledger()]).toEqual([0, [], [["voided", 0]]]);
  });

  test("a capture that is refused without effect leaves the charge open, and the worker finishes it", async () => {
    const key = randomUUID();
    meet = async ({ path }, forward) => (/capture/.test(path) ? { status: 409, body: "{}" } : forward());
    expect(said(await charge("tok_approve", key))).toEqual(pending);
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["authorised", 0]]]);
    expect(await resume(key)).toBe(0); // it comes again
    meet = undefined;
    expect(await resume(key)).toBe(0);
    expect([await steps.wallet(user), ledger()]).toEqual([5_000, [["captured", 0]]]);
    expect((await charge("tok_approve", key)).status).toBe(201);
  });

  test("points never exist before their money was captured", async () => {
    const seen: [number, string | undefined][] = [];
    meet = async (_, forward) => {
      seen.push([await steps.wallet(user), at.paymentsOf(user.userId)[0]?.status]);
      return forward();
    };
    expect((await charge("tok_approve")).status).toBe(201);
    expect(seen).toEqual([
      [0, undefined],
      [0, "prepared"],
      [0, "prepared"],
      [0, "authorised"],
    ]);
    expect(await steps.wallet(user)).toBe(5_000);
  });

  test("a charge that an earlier release credited and did not capture yet is captured", async () => {
    meet = async ({ path }, forward) => (/capture/.test(path) ? { status: 409, body: "{}" } : forward());
    const key = randomUUID();
    await charge("tok_approve", key);
    meet = undefined;
    const Key = keyOf(`KEY#${Ids.sha256(key)}`);
    const { Item } = await db().send(new GetCommand({ TableName: table("Accounts"), Key }));
    const entry = { entryId: "ent_1", kind: "charge", amount: 5_000, balance: 5_000, createdAt: Date.now() };
    const credited = { ...Item, state: "credited", paymentId: at.paymentsOf(user.userId)[0]?.paymentId, entry };
    await db().send(new PutCommand({ TableName: table("Accounts"), Item: credited }));
    expect(await resume(key)).toBe(0);
    const after = await db().send(new GetCommand({ TableName: table("Accounts"), Key }));
    expect([ledger(), after.Item?.state]).toEqual([[["captured", 0]], "done"]);
    expect((await charge("tok_approve", key)).body.entry.amount).toBe(5_000);
  });
});

describe("money that cannot be credited is returned", () => {
  test("a wallet filled while the card was asked: the authorisation is voided and nothing is charged", async () => {
    const key = randomUUID();
    meet = answers(/authorise$/, async () => {
      await fill(maxBalance);
    });
    for (let n = 0; n < 2; n++) expect(said(await charge("tok_approve", key))).toEqual(FULL);
    expect([await steps.wallet(user), await steps.entries(user), ledger()]).toEqual([maxBalance, [], [["voided", 0]]]);
  });

  test("a wallet filled while the money was captured: it is returned, and the buyer is told so", async () => {
    const key = randomUUID();
    meet = answers(/capture$/, async () => {
      await fill(maxBalance);
    });
    for (let n = 0; n < 2; n++) expect(said(await charge("tok_approve", key))).toEqual(RETURNED);
    expect([await steps.wallet(user), await steps.entries(user), ledger()]).toEqual([
      maxBalance,
      [],
      [["refunded", 5_000]],
    ]);
  });

  test("a refund that the gateway refuses leaves the charge open, neither credited nor declined", async () => {
    const key = randomUUID();
    meet = answers(/capture$/, async () => {
      await fill(maxBalance);
    });
    expect(said(await charge("tok_refund_refused", key))).toEqual(pending);
    await fill(0); // the wallet has space again, but the closed charge stays closed
    expect(await resume(key)).toBe(0);
    expect(said(await charge("tok_refund_refused", key))).toEqual(pending);
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["captured", 0]]]);
  });

  test.each([
    ["amount", { amount: 4_999 }],
    ["currency", { currency: "USD" }],
  ])("another %s than the charge's is voided, not captured", async (_, wrong) => {
    for (const path of [/^\/payments/, /authorise$/]) {
      user = await at.stage.user();
      meet = answers(path, (payment) => ({ ...payment, ...wrong }));
      expect(said(await charge("tok_approve"))).toEqual(NOTHING);
      expect([await steps.wallet(user), ledger()]).toEqual([0, [["voided", 0]]]);
    }
  });

  test("a capture of another amount is returned in full", async () => {
    meet = answers(/capture$/, (payment) => ({ ...payment, amount: 4_999 }));
    expect(said(await charge("tok_approve"))).toEqual(RETURNED);
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["refunded", 5_000]]]);
  });

  test("a refund that crashed at any step, before or after its effect, is finished by the worker, once", async () => {
    await everywhere(kill, async (killed) => {
      user = await at.stage.user();
      const key = randomUUID();
      meet = answers(/capture$/, async () => {
        await fill(maxBalance);
      });
      await killed(() => charge("tok_approve", key));
      await fill(maxBalance);
      expect(await resume(key)).toBe(0);
      const [status] = ledger()[0] ?? [];
      expect([undefined, "prepared", "voided", "refunded"]).toContain(status);
      const expected = status === "refunded" ? RETURNED : FULL;
      expect(said(await charge("tok_approve", key))).toEqual(expected);
      expect([await steps.wallet(user), await steps.entries(user)]).toEqual([maxBalance, []]);
    });
  });

  test("an answer about another reference changes nothing: it may be a paid order's", async () => {
    for (const [path, status, expected] of [
      [/./, "prepared", refused], // the token's payment was never ours
      [/authorise$/, "authorised", pending],
    ] as const) {
      user = await at.stage.user();
      meet = answers(path, (payment) => ({ ...payment, reference: "usr_1.ord_1.att_1" }));
      const key = randomUUID();
      expect(said(await charge("tok_approve", key))).toEqual(expected);
      expect([await steps.wallet(user), ledger()]).toEqual([0, [[status, 0]]]);
    }
  });

  test("a worker that read before the request filled the wallet refunds nothing", async () => {
    await fill(maxBalance - 5_000);
    const key = randomUUID();
    meet = async ({ path }, forward) => (/capture/.test(path) ? { status: 409, body: "{}" } : forward());
    await charge("tok_approve", key);
    let begin = () => {};
    const finished = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let looked = () => {};
    const waits = new Promise<void>((resolve) => {
      looked = resolve;
    });
    let looks = 0;
    meet = async ({ method }, forward) => {
      if (method !== "GET" || ++looks > 1) return forward();
      looked(); // the worker has read the charge, pending
      await finished;
      return forward();
    };
    const worker = resume(key);
    await waits;
    expect((await charge("tok_approve", key)).status).toBe(201);
    begin();
    expect(await worker).toBe(0);
    expect([await steps.wallet(user), ledger()]).toEqual([maxBalance, [["captured", 0]]]);
  });
});

describe("an undecided payment", () => {
  const of = (key: string, route: "GET" | "return", body: object = {}) => {
    const options = { token: user.token, params: { chargeId: Ids.sha256(key) } };
    return route === "GET"
      ? at.stage.call("GET /v1/wallet/charges/{chargeId}", options)
      : at.stage.call("POST /v1/wallet/charges/{chargeId}/return", { ...options, body });
  };
  const decide = (minutes: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes * 60_000 });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is asked about again when its owner reads the charge, and a card that was not reached is asked again", async () => {
    const key = randomUUID();
    meet = async ({ path }, forward) => (/authorise/.test(path) ? { status: 503, body: "" } : forward());
    expect(said(await charge("tok_approve", key))).toEqual(pending);
    meet = undefined;
    expect((await of(key, "GET")).body).toMatchObject({ status: "done", balance: 5_000 });
    expect(ledger()).toEqual([["captured", 0]]);
  });

  test("is cancelled after ten minutes, and its buyer is told that the result is unknown", async () => {
    const key = randomUUID();
    expect(said(await charge("tok_timeout_before", key))).toEqual(pending);
    decide(9);
    expect(await resume(key)).toBe(0);
    expect((await of(key, "GET")).body).toMatchObject({ status: "pending" });
    decide(2);
    expect(await resume(key)).toBe(0);
    expect((await of(key, "GET")).body).toMatchObject({ status: "declined", reason: "payment.unconfirmed" });
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["voided", 0]]]);
  });

  test("is cancelled when its buyer gives up", async () => {
    const key = randomUUID();
    expect(said(await charge("tok_timeout_before", key))).toEqual(pending);
    expect((await of(key, "return", { cancel: true })).body).toMatchObject({ status: "declined" });
    expect([await steps.wallet(user), ledger()]).toEqual([0, [["voided", 0]]]);
  });

  test("that could not be cancelled and is approved late is undone, not credited", async () => {
    at.mute(true);
    const key = randomUUID();
    let asked = false;
    const undecided = answers(/^\/payments\/[^/]+$/, (payment) =>
      asked ? { ...payment, status: "pending" } : payment,
    );
    meet = async (request, forward) => {
      asked ||= /authorise$/.test(request.path);
      return /void$/.test(request.path) ? { status: 409, body: "{}" } : undecided(request, forward);
    };
    expect(said(await charge("tok_async", key))).toEqual(pending);
    expect((await of(key, "return", { cancel: true })).body).toMatchObject({
      status: "declined",
      reason: "payment.unconfirmed",
    });
    await expect.poll(() => ledger()).toEqual([["authorised", 0]]);
    meet = undefined;
    at.mute(false);
    expect(await resume(key)).toBe(0);
    expect([await steps.wallet(user), await steps.entries(user), ledger()]).toEqual([0, [], [["voided", 0]]]);
    expect((await charge("tok_async", key)).status).toBe(402);
  });
});

describe("whatever the gateway does", () => {
  const html = { status: 200, body: "<html>gateway-internal</html>" };
  const faults: [string, Meet][] = [
    ["refuses", async () => ({ status: 409, body: '{"error":"gateway-internal"}' })],
    ["fails", async () => ({ status: 503, body: "gateway-internal" })],
    ["is dead", async () => undefined],
    ["loses its answers", async (_, forward) => void (await forward())],
    ["talks HTML", async () => html],
    ["talks nonsense", async () => ({ status: 200, body: '{"gateway-internal":1}' })],
    ["does not know our key", async () => ({ status: 401, body: "gateway-internal" })],
    ["knows nothing", async () => ({ status: 404, body: "gateway-internal" })],
    ["forbids", async () => ({ status: 422, body: "gateway-internal" })],
    ["limits", async () => ({ status: 429, body: "gateway-internal" })],
    ["names a status that we do not know", answers(/./, (payment) => ({ ...payment, status: "gateway-internal" }))],
  ];
  const calls: [string, RegExp][] = [
    ["preparation", /^\/payments$/],
    ["authorisation", /authorise$/],
    ["capture", /capture$/],
  ];

  for (const [what, fault] of faults)
    test.each(calls)(
      `a gateway that ${what} at the %s: a documented answer, without the gateway's own text, then one charge`,
      async (call, path) => {
        const key = randomUUID();
        meet = (request, forward) => (path.test(request.path) ? fault(request, forward) : forward());
        const reply = await charge("tok_approve", key);
        if (what === "loses its answers") expect([201, call === "preparation" ? 503 : 202]).toContain(reply.status);
        // nothing was written by a preparation, so that the same key may ask again
        else if (call === "preparation") expect(said(reply)).toEqual(what === "refuses" ? refused : notBegun);
        else expect(said(reply)).toEqual(pending);
        expect(reply.raw.toString()).not.toMatch(/gateway-internal|\/payments|pay_/);
        meet = undefined;
        await resume(key);
        expect((await charge("tok_approve", key)).status).toBe(201);
        expect([await steps.wallet(user), ledger()]).toEqual([5_000, [["captured", 0]]]);
      },
    );
});
