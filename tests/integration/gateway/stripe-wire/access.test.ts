/** Who may ask the emulator, and for what. */
import { glob, readFile } from "node:fs/promises";
import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import { startStripe } from "#local/stripe/server.ts";
import { client, emulate, emulator, key, options, prepare, publishableKey, stripe, thrown } from "./wire.ts";

emulate();

describe("access", () => {
  test.each([
    ["sk_test_other", 401],
    ["sk_live_shop", 401],
    ["rk_live_shop", 401],
    [publishableKey, 403],
  ])("with %s is refused with %i", async (apiKey, statusCode) => {
    const by = client(apiKey);
    expect(await thrown(by.refunds.list({ payment_intent: "pi_1" }))).toMatchObject({ statusCode });
    expect(await thrown(by.paymentIntents.create({ amount: 1, currency: "eur" }))).toMatchObject({ statusCode });
    expect(emulator.ledger()).toEqual([]);
  });

  test("accepts the key by Basic too, and the emulator starts with test keys only", async () => {
    const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
    expect((await fetch(`${emulator.url}/test/ledger`, { headers: { authorization } })).status).toBe(200);
    await expect(startStripe({ ...options(), key: "sk_live_shop" })).rejects.toThrow(/test keys only/);
  });

  test("by a page gives the PaymentIntent with its client secret, without metadata", async () => {
    const { id, client_secret } = await prepare();
    const read = async (query: string) => {
      const headers = { authorization: `Bearer ${publishableKey}` };
      const response = await fetch(`${emulator.url}/v1/payment_intents/${id}?${query}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    const { status, body } = await read(`client_secret=${client_secret}`);
    expect([status, body]).toEqual([200, expect.objectContaining({ id, status: "requires_payment_method" })]);
    expect(body).not.toHaveProperty("metadata");
    expect((await read("client_secret=guess")).status).toBe(404);
    expect((await read("")).status).toBe(404);
  });

  test.each<[string, () => Promise<unknown>, object]>([
    [
      "an unknown parameter",
      () => prepare({ setup_future_usage: "off_session" }),
      { code: "parameter_unknown", param: "setup_future_usage" },
    ],
    [
      "a missing parameter",
      () => stripe.paymentIntents.create({ amount: 1 } as Stripe.PaymentIntentCreateParams),
      { code: "parameter_missing", param: "currency" },
    ],
    [
      "an amount with a fraction",
      () => prepare({ amount: 1.5 }),
      { code: "parameter_invalid_integer", param: "amount" },
    ],
    [
      "an unknown nested parameter",
      () => prepare({ automatic_payment_methods: { enabled: true, more: 1 } as never }),
      { param: "automatic_payment_methods[more]" },
    ],
    [
      "an unknown payment",
      () => stripe.paymentIntents.retrieve("pi_none"),
      { statusCode: 404, code: "resource_missing" },
    ],
    ["an unknown path", () => stripe.customers.create({}), { statusCode: 400 }],
    [
      "another API version",
      () => client(key, { apiVersion: "2020-08-27" as never }).refunds.list(),
      { statusCode: 400 },
    ],
  ])("to %s is refused", async (_, ask, refused) => {
    const error = await thrown(ask());
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(error).toMatchObject({ rawType: "invalid_request_error", ...refused });
  });
});

test("no part of the product imports the emulator or its script", async () => {
  const importing: string[] = [];
  for (const folder of ["core", "functions", "stacks", "web/src"]) {
    for await (const file of glob(`${folder}/**/*.{ts,tsx}`)) {
      if (/local\/stripe/.test(await readFile(file, "utf8"))) importing.push(file);
    }
  }
  expect(importing).toEqual([]);
});
