/** The sandbox's wire, on which the provider's client relies: one promise per card token. */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "#local/sandbox/server.ts";
import type { Delivery } from "#local/sandbox/webhooks.ts";

const key = "sandbox-key";
const webhookKey = "webhook-key";
const delays = { hang: 60, decide: 80 };

let sandbox: Sandbox;
let heard: Delivery[];
let answer: number;
let dir: string;

const options = (): SandboxOptions => ({
  key,
  delays,
  webhooks: {
    key: webhookKey,
    retries: [10, 10],
    deliver: async (delivery) => {
      heard.push(delivery);
      return answer;
    },
  },
});

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "onsale-sandbox-"));
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(async () => {
  heard = [];
  answer = 202;
  sandbox = await startSandbox(options());
});
afterEach(() => sandbox.stop());

let requests = 0;
const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "idempotency-key": `r${++requests}`, ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields it expects.
  return { status: response.status, body: (await response.json()) as any };
};
const request = (token: string) => ({
  reference: `u.o.${token}`,
  amount: 30_000,
  currency: "KRW",
  capture: false,
});
const prepare = (token: string, idempotencyKey = `pay-${token}`, more = {}) =>
  call("POST", "/payments", { ...request(token), ...more }, { "idempotency-key": idempotencyKey });
/** Prepares a payment, and authorises it. */
const pay = async (token: string, idempotencyKey = `pay-${token}`, more = {}) => {
  const { body } = await prepare(token, idempotencyKey, more);
  return call("POST", `/payments/${body.paymentId}/authorise`, { token }, { "idempotency-key": idempotencyKey });
};
const payload = (delivery: Delivery | undefined) => JSON.parse(delivery?.body ?? "{}");
const genuine = ({ body, headers }: Delivery) => {
  const [, t, v1] = /^t=(\d+),v1=(.*)$/.exec(headers["onsale-signature"] ?? "") ?? [];
  return createHmac("sha256", webhookKey).update(`${t}.${body}`).digest("hex") === v1;
};

test("a prepared payment has asked no card, is one per key, and can be cancelled", async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => prepare("tok_approve")));
  expect(new Set(answers.map(({ body }) => body.paymentId)).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 201, body: { status: "prepared", amount: 30_000, refunded: 0 } });
  const path = `/payments/${answers[0]?.body.paymentId}`;
  expect((await call("POST", `${path}/capture`)).status).toBe(409);
  expect((await call("POST", `${path}/void`)).body.status).toBe("voided");
  expect((await call("POST", `${path}/authorise`, { token: "tok_approve" })).status).toBe(409);
  expect(heard).toEqual([]);
});

test("a card is asked once per payment", async () => {
  const { body } = await pay("tok_decline");
  expect((await call("POST", `/payments/${body.paymentId}/authorise`, { token: "tok_approve" })).status).toBe(409);
  expect(sandbox.ledger()).toMatchObject([{ status: "declined" }]);
});

test("tok_approve is authorised, once per key however often it is sent", async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => pay("tok_approve")));
  expect(new Set(answers.map(({ body }) => body.paymentId)).size).toBe(1);
  expect(answers[0]).toMatchObject({
    status: 200,
    body: { status: "authorised", reference: "u.o.tok_approve", amount: 30_000, refunded: 0 },
  });
  expect(answers[0]?.body).not.toHaveProperty("token");
  expect(sandbox.ledger()).toHaveLength(1);
});

test("capture: true authorises and captures in one call", async () => {
  expect((await pay("tok_approve", "k", { capture: true })).body.status).toBe("captured");
});

test("tok_decline and unknown cards are declined with a reason", async () => {
  expect((await pay("tok_decline")).body).toMatchObject({ status: "declined", reason: "card_declined" });
  expect((await pay("tok_nobody")).body).toMatchObject({ status: "declined", reason: "unknown_token" });
  expect((await pay("constructor")).body).toMatchObject({ status: "declined", reason: "unknown_token" });
});

test("tok_timeout_before never answers and never charges", async () => {
  await expect(pay("tok_timeout_before")).rejects.toThrow();
  await expect(pay("tok_timeout_before")).rejects.toThrow();
  expect(sandbox.ledger()).toMatchObject([{ status: "prepared" }]);
});

test("tok_timeout_after authorises, loses the answer, and gives it when asked again", async () => {
  await expect(pay("tok_timeout_after")).rejects.toThrow();
  expect(sandbox.ledger()).toMatchObject([{ status: "authorised" }]);
  expect(await pay("tok_timeout_after")).toMatchObject({ status: 200, body: { status: "authorised" } });
  const { body } = await call("GET", "/payments?reference=u.o.tok_timeout_after");
  expect(body.items).toMatchObject([{ status: "authorised" }]);
});

test("tok_twice answers, and sends the same by webhook", async () => {
  const { body } = await pay("tok_twice");
  expect(body.status).toBe("authorised");
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  expect(payload(heard[0])).toMatchObject({
    type: "payment.authorised",
    paymentId: body.paymentId,
    reference: body.reference,
    status: "authorised",
    amount: 30_000,
    currency: "KRW",
  });
  expect(heard.every(genuine)).toBe(true);
});

test.each([
  ["tok_async", "authorised", 1],
  ["tok_async_decline", "declined", 1],
  ["tok_webhook_twice", "authorised", 2],
])("%s is pending, then %s, reported %i times", async (token, status, times) => {
  const { body } = await pay(token);
  expect(body.status).toBe("pending");
  await vi.waitFor(() => expect(heard).toHaveLength(times));
  expect(heard.map((delivery) => payload(delivery).type)).toEqual(Array(times).fill(`payment.${status}`));
  expect(heard.every(genuine)).toBe(true);
  expect((await call("GET", `/payments/${body.paymentId}`)).body.status).toBe(status);
});

test("tok_webhook_early sends its webhook before it answers", async () => {
  const answering = pay("tok_webhook_early").then(() => heard.length);
  expect(await answering).toBe(1);
  expect(payload(heard[0]).type).toBe("payment.authorised");
});

test("tok_webhook_forged sends a false webhook with a bad signature while pending, then the true one", async () => {
  const { body } = await pay("tok_webhook_forged");
  expect(body.status).toBe("pending");
  await vi.waitFor(() => expect(heard).toHaveLength(2));
  expect(heard.map((delivery) => [payload(delivery).type, genuine(delivery)])).toEqual([
    ["payment.authorised", false],
    ["payment.declined", true],
  ]);
  expect(sandbox.ledger()).toMatchObject([{ status: "declined" }]);
});

test("tok_capture_refused is authorised, and becomes void when it is captured", async () => {
  const { body } = await pay("tok_capture_refused");
  expect(body.status).toBe("authorised");
  for (let n = 0; n < 2; n++) expect((await call("POST", `/payments/${body.paymentId}/capture`)).status).toBe(409);
  expect((await call("GET", `/payments/${body.paymentId}`)).body.status).toBe("voided");
});

test("tok_refund_refused is captured, and can never be refunded or voided", async () => {
  const { paymentId } = (await pay("tok_refund_refused")).body;
  expect((await call("POST", `/payments/${paymentId}/capture`)).body.status).toBe("captured");
  for (let n = 0; n < 2; n++) {
    expect((await call("POST", `/payments/${paymentId}/refunds`, { amount: 30_000 })).status).toBe(409);
    expect((await call("POST", `/payments/${paymentId}/void`)).status).toBe(409);
  }
  expect(sandbox.ledger()).toMatchObject([{ status: "captured", refunded: 0 }]);
});

test("a webhook is sent again until it is answered with 2xx, a few times", async () => {
  answer = 500;
  await pay("tok_twice");
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard).toHaveLength(3);
});

test("a pending payment that was voided stays void", async () => {
  const { body } = await pay("tok_async");
  expect((await call("POST", `/payments/${body.paymentId}/void`)).body.status).toBe("voided");
  await new Promise((resolve) => setTimeout(resolve, 2 * delays.decide));
  expect(sandbox.ledger()).toMatchObject([{ status: "voided" }]);
  expect(heard).toEqual([]);
});

test("captures, voids and refunds are idempotent by key, and refused in a state that does not allow them", async () => {
  const { body: payment } = await pay("tok_approve");
  const path = `/payments/${payment.paymentId}`;
  expect((await call("POST", `${path}/refunds`, { amount: 1 })).status).toBe(409);
  const capture = () => call("POST", `${path}/capture`, undefined, { "idempotency-key": "c" });
  expect((await capture()).body.status).toBe("captured");
  expect(await capture()).toMatchObject({ status: 200, body: { status: "captured" } });
  expect((await call("POST", `${path}/capture`)).status).toBe(409);
  expect((await call("POST", `${path}/void`)).status).toBe(409);
  const refund = (amount: number, by: string) => call("POST", `${path}/refunds`, { amount }, { "idempotency-key": by });
  expect((await refund(10_000, "a")).body).toMatchObject({ status: "partially_refunded", refunded: 10_000 });
  expect((await refund(10_000, "a")).body).toMatchObject({ status: "partially_refunded", refunded: 10_000 });
  expect((await refund(20_001, "b")).status).toBe(409);
  expect((await refund(20_000, "c")).body).toMatchObject({ status: "refunded", refunded: 30_000 });
  expect((await refund(1, "d")).status).toBe(409);
  const [recorded] = (await call("GET", "/ledger")).body.items;
  expect(recorded.history.map((step: { status: string }) => step.status)).toEqual([
    "prepared",
    "authorised",
    "captured",
    "partially_refunded",
    "refunded",
  ]);
});

test("a key that comes with another request is refused", async () => {
  const { body } = await pay("tok_approve", "same");
  expect((await prepare("tok_decline", "same")).status).toBe(422);
  const path = `/payments/${body.paymentId}/authorise`;
  expect((await call("POST", path, { token: "tok_decline" }, { "idempotency-key": "same" })).status).toBe(422);
  expect(sandbox.ledger()).toMatchObject([{ status: "authorised" }]);
});

test.each<[string, number, () => ReturnType<typeof call>]>([
  ["a wrong bearer", 401, () => call("GET", "/ledger", undefined, { authorization: "Bearer x" })],
  ["no idempotency key", 400, () => call("POST", "/payments", request("tok_approve"), { "idempotency-key": "" })],
  ["malformed JSON", 400, () => call("POST", "/payments", "{")],
  ["a negative amount", 422, () => call("POST", "/payments", { ...request("tok_approve"), amount: -1 })],
  ["an unknown payment", 404, () => call("GET", "/payments/pay_none")],
  ["an unknown path", 404, () => call("GET", "/nowhere")],
  ["a refund of nothing", 422, () => call("POST", "/payments/pay_none/refunds", { amount: 0 })],
])("%s is refused with %i", async (_, status, ask) => {
  expect(await ask()).toMatchObject({ status, body: { error: { code: expect.any(String) } } });
  expect(sandbox.ledger()).toEqual([]);
});

test("the page shows the ledger, and escapes markup in it", async () => {
  await pay("tok_approve", "k", { reference: "<script>alert(1)</script>" });
  const html = await (await fetch(sandbox.url)).text();
  expect(html).toContain("&#60;script&#62;");
  expect(html).not.toContain("<script>");
});

test("the ledger and its keys survive a crash, and pending payments are decided after it", async () => {
  const dataDir = join(dir, "ledger");
  await sandbox.stop();
  sandbox = await startSandbox({ ...options(), dataDir });
  const { body } = await pay("tok_approve");
  await pay("tok_async");
  await sandbox.stop();
  await appendFile(join(dataDir, "payments.jsonl"), '{"payment":{"paymentId":"pay_to');
  sandbox = await startSandbox({ ...options(), dataDir });
  expect((await pay("tok_approve")).body.paymentId).toBe(body.paymentId);
  expect(sandbox.ledger()).toHaveLength(2);
  await vi.waitFor(() => expect(sandbox.ledger()[1]?.status).toBe("authorised"));
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  const lines = (await readFile(join(dataDir, "payments.jsonl"), "utf8")).trim().split("\n");
  expect(() => lines.map((line) => JSON.parse(line))).not.toThrow();
});

test("a damaged ledger is reported in one sentence", async () => {
  const dataDir = await mkdtemp(join(dir, "damaged-"));
  await writeFile(join(dataDir, "payments.jsonl"), "what?\n{}\n");
  await expect(startSandbox({ ...options(), dataDir })).rejects.toThrow(/damaged at .*payments.jsonl:1: repair it/);
});

test("as a process it prints its address and ends with its parent", async () => {
  const child = spawn(process.execPath, ["local/gateways/start.ts", "sandbox"], {
    env: { ...process.env, ONSALE_GATEWAY: JSON.stringify({ key, dataDir: join(dir, "process") }) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const { url } = JSON.parse(line);
  const ledger = await fetch(`${url}/ledger`, { headers: { authorization: `Bearer ${key}` } });
  expect(await ledger.json()).toEqual({ items: [] });
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});
