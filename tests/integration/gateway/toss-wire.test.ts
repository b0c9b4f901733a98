/**
 * Toss's wire in the emulator, against Toss's documents. The examples are transcribed (fields and kinds, not texts) from
 * docs.tosspayments.com as of 2026-11-27: /reference (Payment, confirm, cancel), /reference/using-api/authorization,
 * /reference/using-api/idempotency-key, /reference/error-codes, /guides/webhook, and from the types of @tosspayments/tosspayments-sdk
 * 2.8.1. Not documented, and therefore not certain: that a payment can be read before it is confirmed; the code of a refused confirmation
 * for another order or another amount; that `refundableAmount` is compared for cards; that webhooks report IN_PROGRESS. A real gateway's
 * test keys will show these.
 */
import { once } from "node:events";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Delivery } from "#local/sandbox/webhooks.ts";
import { startToss, type TossEmulator, type TossOptions } from "#local/toss/server.ts";
import { findChromium } from "#tests/e2e/chromium.ts";

const keys = { secretKey: "test_sk_shop", clientKey: "test_ck_page" };
const orderId = "a4CWyWY5m89PNh7xJwhk1";
const minuteMs = 60_000;

let toss: TossEmulator;
let heard: Delivery[];
let answer: number;
let clock: number;
let dir: string;

const start = async (more: Partial<TossOptions> = {}) => {
  toss = await startToss({
    ...keys,
    now: () => clock,
    delays: { hang: 20 },
    webhooks: {
      retries: [5, 5],
      deliver: async (delivery) => {
        heard.push(delivery);
        return answer;
      },
    },
    ...more,
  });
};

beforeEach(async () => {
  [heard, answer, clock] = [[], 200, Date.parse("2026-11-27T03:00:00Z")];
  dir = await mkdtemp(join(tmpdir(), "onsale-toss-"));
  await start();
});
afterEach(async () => {
  await toss.stop();
  await rm(dir, { recursive: true });
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const call = async (path: string, body?: object, key?: string, authorization = basic("test_sk_shop:")) => {
  const response = await fetch(`${toss.url}/v1/payments/${path}`, {
    method: body ? "POST" : "GET",
    headers: { authorization, "content-type": "application/json", ...(key && { "idempotency-key": key }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields it expects.
  return { status: response.status, body: (await response.json()) as any };
};
const pay = (card = "approve", amount = 15_000, order = orderId) => toss.pay({ orderId: order, amount }, card);
const confirm = (paymentKey: string, key?: string, amount = 15_000, order = orderId) =>
  call("confirm", { paymentKey, orderId: order, amount }, key);
const cancel = (paymentKey: string, more: object = {}, key?: string) =>
  call(`${paymentKey}/cancel`, { cancelReason: "고객 변심", ...more }, key);
const refused = (status: number, code: string) => ({ status, body: { code, message: expect.any(String) } });

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/);
const text = expect.any(String);

/** The fields of a Payment in the documents' example of a confirmed card. */
const documented = {
  ...{ mId: text, version: "2022-11-16", lastTransactionKey: text, paymentKey: text, orderId, orderName: text },
  ...{ taxExemptionAmount: 0, status: "DONE", requestedAt: time, approvedAt: time, useEscrow: false },
  ...{ cultureExpense: false, virtualAccount: null, transfer: null, mobilePhone: null, giftCertificate: null },
  card: {
    ...{ issuerCode: text, acquirerCode: text, number: text, installmentPlanMonths: 0, isInterestFree: false },
    ...{ interestPayer: null, approveNo: text, useCardPoint: false, cardType: "신용", ownerType: "개인" },
    ...{ acquireStatus: "READY", amount: 15_000 },
  },
  ...{ cashReceipt: null, cashReceipts: null, discount: null, cancels: null, secret: null, type: "NORMAL" },
  ...{ easyPay: null, country: "KR", failure: null, isPartialCancelable: true, receipt: { url: text } },
  ...{ checkout: { url: text }, currency: "KRW", totalAmount: 15_000, balanceAmount: 15_000 },
  ...{ suppliedAmount: 13_636, vat: 1_364, taxFreeAmount: 0, metadata: null, method: "카드" },
};

describe("confirming", () => {
  test("answers with the documented Payment, and so do both reads", async () => {
    const paymentKey = await pay();
    expect(await confirm(paymentKey)).toEqual({ status: 200, body: documented });
    expect((await call(paymentKey)).body).toEqual(documented);
    expect((await call(`orders/${orderId}`)).body).toEqual(documented);
  });

  test("charges once, and nothing before", async () => {
    const paymentKey = await pay();
    expect((await call(paymentKey)).body).toMatchObject({ status: "IN_PROGRESS", approvedAt: null });
    await confirm(paymentKey);
    expect(await confirm(paymentKey)).toEqual(refused(400, "ALREADY_PROCESSED_PAYMENT"));
  });

  test("is possible for ten minutes; after thirty the payment has expired", async () => {
    const paymentKey = await pay();
    clock += 10 * minuteMs + 1;
    expect(await confirm(paymentKey)).toEqual(refused(404, "NOT_FOUND_PAYMENT_SESSION"));
    expect((await call(paymentKey)).body.status).toBe("IN_PROGRESS");
    clock += 20 * minuteMs;
    expect((await call(paymentKey)).body).toMatchObject({ status: "EXPIRED", failure: { code: "EXPIRED_PAYMENT" } });
  });

  test("is refused for another order's payment and for another amount", async () => {
    const paymentKey = await pay();
    expect((await confirm(paymentKey, undefined, 15_000, "another-order")).status).toBe(404);
    expect((await confirm(paymentKey, undefined, 14_000)).status).toBe(400);
    expect((await call(paymentKey)).body.status).toBe("IN_PROGRESS");
  });

  test.each([
    ["insufficient", 403, "REJECT_CARD_PAYMENT"],
    ["stopped", 400, "INVALID_STOPPED_CARD"],
  ])("a card that is %s is refused with its code, and the payment says why", async (card, status, code) => {
    const paymentKey = await pay(card);
    expect(await confirm(paymentKey)).toEqual(refused(status, code));
    expect((await call(paymentKey)).body).toMatchObject({ status: "ABORTED", failure: { code }, approvedAt: null });
  });

  test("PROVIDER_ERROR is 400, and the next try succeeds", async () => {
    const paymentKey = await pay("provider_error");
    expect(await confirm(paymentKey)).toEqual(refused(400, "PROVIDER_ERROR"));
    expect((await confirm(paymentKey)).body.status).toBe("DONE");
  });

  test.each([
    ["timeout_before", "IN_PROGRESS"],
    ["timeout_after", "DONE"],
  ])("%s closes the connection, and the payment is %s", async (card, status) => {
    const paymentKey = await pay(card);
    await expect(confirm(paymentKey)).rejects.toThrow("fetch failed");
    expect((await call(paymentKey)).body).toMatchObject({ status });
  });
});

describe("cancelling", () => {
  test("works in parts, then for the rest, as documented", async () => {
    const paymentKey = await pay();
    await confirm(paymentKey);
    const cancelled = {
      ...{ cancelAmount: 5_000, cancelReason: "고객 변심", taxFreeAmount: 0, taxExemptionAmount: 0 },
      ...{ refundableAmount: 10_000, easyPayDiscountAmount: 0, canceledAt: time, transactionKey: text },
      ...{ receiptKey: null, cancelStatus: "DONE", cancelRequestId: null },
    };
    expect((await cancel(paymentKey, { cancelAmount: 5_000 })).body).toEqual({
      ...documented,
      status: "PARTIAL_CANCELED",
      ...{ balanceAmount: 10_000, suppliedAmount: 9_091, vat: 909, cancels: [cancelled] },
    });
    const whole = await cancel(paymentKey);
    expect(whole.body).toMatchObject({ status: "CANCELED", balanceAmount: 0, totalAmount: 15_000 });
    expect(whole.body.cancels).toHaveLength(2);
    expect(await cancel(paymentKey)).toEqual(refused(400, "ALREADY_CANCELED_PAYMENT"));
  });

  test("is refused for an uncharged payment, for more than the rest, without a reason, and for another balance", async () => {
    const paymentKey = await pay();
    expect(await cancel(paymentKey)).toEqual(refused(403, "NOT_CANCELABLE_PAYMENT"));
    await confirm(paymentKey);
    expect(await cancel(paymentKey, { cancelAmount: 15_001 })).toEqual(refused(403, "NOT_CANCELABLE_AMOUNT"));
    expect(await cancel(paymentKey, { cancelReason: "" })).toEqual(refused(400, "INVALID_REQUEST"));
    const other = { cancelAmount: 1, refundableAmount: 14_999 };
    expect(await cancel(paymentKey, other)).toEqual(refused(400, "NOT_MATCHES_REFUNDABLE_AMOUNT"));
    expect(await cancel("nobody")).toEqual(refused(404, "NOT_FOUND_PAYMENT"));
  });

  test("is refused by some cards, and partial cancels by others", async () => {
    const [never, notInParts] = [await pay("refund_refused"), await pay("no_partial_refund", 15_000, "order-2")];
    await confirm(never);
    await confirm(notInParts, undefined, 15_000, "order-2");
    expect(await cancel(never)).toEqual(refused(403, "NOT_CANCELABLE_PAYMENT"));
    expect(await cancel(notInParts, { cancelAmount: 1 })).toEqual(refused(403, "NOT_ALLOWED_PARTIAL_REFUND"));
    expect((await cancel(notInParts)).status).toBe(200);
  });
});

describe("keys", () => {
  test("are the secret key with a colon, and no other", async () => {
    const paymentKey = await pay();
    const asked = async (authorization: string) => call(paymentKey, undefined, undefined, authorization);
    expect((await asked(basic("test_sk_shop:"))).status).toBe(200);
    expect(await asked(basic("test_sk_other:"))).toEqual(refused(401, "UNAUTHORIZED_KEY"));
    expect(await asked(basic("test_sk_shop"))).toEqual(refused(403, "INCORRECT_BASIC_AUTH_FORMAT"));
    await expect(startToss({ ...keys, secretKey: "live_sk_1" })).rejects.toThrow("test keys only");
  });

  test("an idempotency key repeats its first answer for fifteen days, errors too, whatever the body is", async () => {
    const paymentKey = await pay("provider_error");
    expect(await confirm(paymentKey, "k")).toEqual(refused(400, "PROVIDER_ERROR"));
    expect(await confirm(paymentKey, "k", 1)).toEqual(refused(400, "PROVIDER_ERROR"));
    expect((await confirm(paymentKey, "k2")).body.status).toBe("DONE");
    expect((await cancel(paymentKey, { cancelAmount: 1 }, "k")).body.status).toBe("PARTIAL_CANCELED"); // another path
    expect((await cancel(paymentKey, { cancelAmount: 1 }, "k")).body.balanceAmount).toBe(14_999);
    clock += 15 * 24 * 60 * minuteMs;
    expect((await cancel(paymentKey, { cancelAmount: 1 }, "k")).body.balanceAmount).toBe(14_998);
  });

  test("an idempotency key in use is 409, and one of more than 300 characters 400", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await toss.stop();
    const deliver = ({ body }: Delivery) => (body.includes('"DONE"') ? promise : Promise.resolve()).then(() => 200);
    await start({ webhooks: { deliver } });
    const paymentKey = await pay("webhook_early"); // sent before the answer
    const first = confirm(paymentKey, "k");
    await vi.waitFor(() => expect(toss.ledger()).toMatchObject([{ status: "captured" }]));
    expect(await confirm(paymentKey, "k")).toEqual(refused(409, "IDEMPOTENT_REQUEST_PROCESSING"));
    resolve();
    expect(await confirm(paymentKey, "k")).toEqual(await first);
    expect(await confirm(paymentKey, "k".repeat(301))).toEqual(refused(400, "INVALID_IDEMPOTENCY_KEY"));
  });
});

describe("webhooks", () => {
  test("report every change in the documented shape, and are sent until they are answered 200", async () => {
    answer = 202;
    const paymentKey = await pay();
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    answer = 200;
    await confirm(paymentKey);
    await vi.waitFor(() => expect(heard).toHaveLength(4));
    expect(heard.map(({ body }) => JSON.parse(body).data.status)).toEqual([...Array(3).fill("IN_PROGRESS"), "DONE"]);
    expect(JSON.parse(heard[3]?.body ?? "")).toEqual({
      eventType: "PAYMENT_STATUS_CHANGED",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/),
      data: documented,
    });
    expect(Object.keys(heard[3]?.headers ?? {})).toEqual(["content-type"]); // nothing is signed
  });
});

test("the ledger survives a restart, and a line cut off by a crash does no harm", async () => {
  await toss.stop();
  await start({ dataDir: dir });
  const paymentKey = await pay();
  const before = await confirm(paymentKey, "k");
  await toss.stop();
  await appendFile(join(dir, "toss.jsonl"), '{"kind":"payment","id":"x","val');
  await start({ dataDir: dir });
  expect((await call(paymentKey)).body).toEqual(before.body);
  expect(await confirm(paymentKey, "k")).toEqual(before);
  expect(toss.ledger()).toMatchObject([{ paymentId: paymentKey, status: "captured", amount: 15_000, refunded: 0 }]);
});

describe("the window, by the stand-in for the SDK", () => {
  const shop = async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(`<!doctype html><title>shop</title><script src="${toss.url}/toss.js"></script>`);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const browser = await chromium.launch({ executablePath: findChromium(console.log) });
    const page = await browser.newPage();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await page.goto(url);
    const close = async () => {
      await browser.close();
      server.close();
    };
    return { page, url, close };
  };

  test("pays, is refused or is closed, and returns to the shop; methods that the SDK lacks throw", {
    timeout: 30_000,
  }, async () => {
    const { page, url, close } = await shop();
    const ask = (more: object = {}, part = "requestPayment") =>
      page.evaluate(
        ({ request, clientKey, part }) => {
          // biome-ignore lint/suspicious/noExplicitAny: parts that it does not have, too.
          const payment = (globalThis as any).TossPayments(clientKey).payment({ customerKey: "@@ANONYMOUS" });
          return Promise.race([payment[part](request), new Promise((resolve) => setTimeout(resolve, 200))]);
        },
        {
          clientKey: keys.clientKey,
          part,
          request: {
            ...{ method: "CARD", amount: { currency: "KRW", value: 15_000 }, orderId, orderName: "표 2매" },
            ...{ successUrl: `${url}/yes`, failUrl: `${url}/no`, ...more },
          },
        },
      );
    const leave = async (button: string) => {
      await page.goto(url);
      await ask().catch(() => {}); // the page navigates away
      await page.getByRole("button", { name: button }).click();
      await page.waitForURL(`${url}/**`);
      return new URL(page.url());
    };
    try {
      const wrong = [{ orderId: "a b" }, { method: "TRANSFER" }, { amount: { currency: "USD", value: 1 } }, { odd: 1 }];
      for (const more of wrong) await expect(ask(more)).rejects.toThrow("stand-in");
      await expect(ask({}, "requestBillingAuth")).rejects.toThrow("stand-in");

      const yes = await leave("결제하기");
      expect(yes.pathname).toBe("/yes");
      expect(Object.fromEntries(yes.searchParams)).toEqual({ amount: "15000", orderId, paymentKey: text });
      expect((await confirm(yes.searchParams.get("paymentKey") ?? "")).body.status).toBe("DONE");

      const no = await leave("카드사 거절");
      expect(Object.fromEntries(no.searchParams)).toEqual({ code: "REJECT_CARD_COMPANY", message: text, orderId });
      const closed = await leave("닫기");
      expect(Object.fromEntries(closed.searchParams)).toEqual({ code: "PAY_PROCESS_CANCELED", message: text });
      expect(toss.ledger().map(({ status }) => status)).toEqual(["captured", "declined", "prepared"]);
    } finally {
      await close();
    }
  });
});
