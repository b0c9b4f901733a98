/** What Stripe's wire does with requests that come twice, get no answer, or are found late. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Stripe from "stripe";
import { describe, expect, test, vi } from "vitest";
import { startStripe } from "#local/stripe/server.ts";
import {
  client,
  confirm,
  decide,
  dir,
  emulate,
  emulator,
  hourMs,
  key,
  options,
  paid,
  play,
  prepare,
  publishableKey,
  start,
  stripe,
  taken,
  thrown,
  tokenOf,
} from "./wire.ts";

emulate();

describe("an idempotency key", () => {
  const create = (idempotencyKey: string, more = {}, by = stripe) =>
    by.paymentIntents.create({ amount: 5_000, currency: "eur", capture_method: "manual", ...more }, { idempotencyKey });

  test("replays its first answer, even after the payment has changed", async () => {
    const made = await create("k1");
    await stripe.paymentIntents.cancel(made.id);
    const again = await create("k1");
    expect(again).toEqual(made);
    expect(again.lastResponse.headers).toMatchObject({ "idempotent-replayed": "true" });
    expect(emulator.ledger()).toHaveLength(1);
  });

  test("replays a decline", async () => {
    const { id } = await prepare();
    const token = await tokenOf("chargeDeclined");
    const first = await thrown(confirm(id, token, "c1"));
    const again = await thrown(confirm(id, token, "c1"));
    expect(again).toMatchObject({ statusCode: 402, requestId: first.requestId });
    expect(emulator.ledger()[0]?.history.filter(({ status }) => status === "requires_payment_method")).toHaveLength(2);
  });

  test.each([
    ["error_before", "requires_payment_method"],
    ["error_after", "requires_capture"],
  ])("replays a 500 (%s), which may or may not have had an effect", async (card, status) => {
    const { id } = await prepare();
    const token = await tokenOf(card);
    for (let n = 0; n < 3; n++) {
      const error = await thrown(confirm(id, token, "c1", client(key, { maxNetworkRetries: 1 })));
      expect(error).toBeInstanceOf(Stripe.errors.StripeAPIError);
      expect(error.statusCode).toBe(500);
    }
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status });
    if (status === "requires_payment_method")
      expect(await confirm(id, token, "c2")).toMatchObject({ status: "requires_capture" });
  });

  test("is refused with other parameters, or for another endpoint", async () => {
    const { id } = await create("k1");
    const other = await thrown(create("k1", { amount: 5_001 }));
    expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(other).toMatchObject({ statusCode: 400, rawType: "idempotency_error" });
    const elsewhere = stripe.paymentIntents.cancel(id, {}, { idempotencyKey: "k1" });
    expect(await thrown(elsewhere)).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(emulator.ledger()).toMatchObject([{ amount: 5_000, status: "prepared" }]);
  });

  test("that is in use is answered 409, and one request takes effect", async () => {
    await emulator.stop();
    await start({ delays: { ...options().delays, answer: 300 } });
    const both = await Promise.allSettled([create("k1"), create("k1")]);
    const refused = both.flatMap((one) => (one.status === "rejected" ? one.reason : []));
    expect(refused).toMatchObject([{ statusCode: 409, code: "idempotency_key_in_use" }]);
    expect(emulator.ledger()).toHaveLength(1);
    const retried = await create("k1", {}, client(key, { maxNetworkRetries: 2 }));
    expect(retried.id).toBe(emulator.ledger()[0]?.paymentId);
  });

  test("expires after 24 hours: the same request takes effect again", async () => {
    const first = await create("k1");
    play.clock += 24 * hourMs - 1;
    expect((await create("k1")).id).toBe(first.id);
    play.clock += 1;
    expect((await create("k1")).id).not.toBe(first.id);
    expect(emulator.ledger()).toHaveLength(2);
  });

  test("is not used up by refused parameters or a 429", async () => {
    expect(await thrown(create("k1", { currency: "xxx" }))).toMatchObject({ param: "currency" });
    play.disturb = (method) =>
      method === "POST"
        ? { status: 429, fault: { type: "invalid_request_error", code: "rate_limit", message: "Slow down." } }
        : undefined;
    expect(await thrown(create("k1"))).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    play.disturb = undefined;
    expect((await create("k1")).amount).toBe(5_000);
  });
});

describe("no answer", () => {
  test("timeout_before never answers and never charges", async () => {
    const { id } = await prepare();
    const token = await tokenOf("timeout_before");
    for (const idempotencyKey of ["a", "a", "b"])
      expect(await thrown(confirm(id, token, idempotencyKey))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "requires_payment_method",
      latest_charge: null,
    });
  });

  test("timeout_after authorises and loses the answer, which the same key then gets", async () => {
    await emulator.stop();
    await start({ delays: { hang: 5_000 } });
    const { id } = await prepare();
    const token = await tokenOf("timeout_after");
    const impatient = client(key, { timeout: 400 });
    expect(await thrown(confirm(id, token, "a", impatient))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_capture" });
    expect(await confirm(id, token, "a")).toMatchObject({ status: "requires_capture" });
    expect(await thrown(confirm(id, token, "b"))).toMatchObject({ code: "payment_intent_unexpected_state" });
  });

  test("to any call can be lost, and the same key then gets it", async () => {
    await emulator.stop();
    await start({ delays: { hang: 5_000 } });
    const { id } = await taken();
    play.disturb = (_, path) => (path === "/v1/refunds" ? "silent_after" : undefined);
    const refund = (by = stripe) => by.refunds.create({ payment_intent: id, amount: 10_000 }, { idempotencyKey: "r1" });
    expect(await thrown(refund(client(key, { timeout: 400 })))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    play.disturb = undefined;
    expect(await refund()).toMatchObject({ amount: 10_000 });
    expect(emulator.ledger()).toMatchObject([{ refunded: 10_000 }]);
  });
});

describe("search", () => {
  const find = async (query: string) =>
    (await stripe.paymentIntents.search({ query })).data.map(({ id, status }) => ({ id, status }));

  test("lags: new objects are not found yet, changed ones are found as they were", async () => {
    const { id } = await prepare();
    const query = "metadata['reference']:'u.o.a'";
    expect(await find(query)).toEqual([]);
    play.clock += 61_000;
    expect(await find(query)).toEqual([{ id, status: "requires_payment_method" }]);
    await confirm(id, "visa");
    expect(await find(query)).toEqual([{ id, status: "requires_payment_method" }]);
    play.clock += 61_000;
    expect(await find(query)).toEqual([{ id, status: "requires_capture" }]);
    expect(await find("metadata['reference']:'u.o.b'")).toEqual([]);
    expect(await thrown(find("amount>1"))).toMatchObject({ param: "query" });
  });
});

describe("the ledger", () => {
  test("survives a crash with its keys, and undecided payments are decided after it", async () => {
    await emulator.stop();
    await start({ dataDir: dir });
    const made = await stripe.paymentIntents.create({ amount: 900, currency: "eur" }, { idempotencyKey: "k1" });
    const { id } = await paid("processing");
    await emulator.stop();
    await appendFile(join(dir, "stripe.jsonl"), '{"kind":"payment","id":"pi_to');
    play.decided = [];
    await start({ dataDir: dir });
    await prepare();
    await emulator.stop();
    play.decided = [];
    await start({ dataDir: dir });
    const again = await stripe.paymentIntents.create({ amount: 900, currency: "eur" }, { idempotencyKey: "k1" });
    expect(again.id).toBe(made.id);
    expect(emulator.ledger()).toHaveLength(3);
    await decide();
    await vi.waitFor(async () =>
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_capture" }),
    );
    await emulator.stop();
    await appendFile(join(dir, "stripe.jsonl"), "what?\n");
    await expect(startStripe({ ...options(), dataDir: dir })).rejects.toThrow(/damaged at .*stripe.jsonl:\d+/);
    await start();
  });

  test("can be read over HTTP with the shop's key only", async () => {
    await paid();
    const read = (apiKey: string) =>
      fetch(`${emulator.url}/test/ledger`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(await (await read(key)).json()).toEqual({ items: JSON.parse(JSON.stringify(emulator.ledger())) });
    expect((await read(publishableKey)).status).toBe(403);
  });
});

test("as a process it prints its address and ends with its parent", async () => {
  const child = spawn(process.execPath, ["local/gateways/start.ts", "stripe"], {
    env: { ...process.env, ONSALE_GATEWAY: JSON.stringify({ key, publishableKey, dataDir: join(dir, "process") }) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const { port } = new URL(JSON.parse(line).url);
  expect((await client(key, { port }).paymentIntents.search({ query: "metadata['reference']:'a'" })).data).toEqual([]);
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});
