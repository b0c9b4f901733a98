/** The stand-in for stripe.js, in a browser. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { StripeElements, Stripe as StripeJs } from "@stripe/stripe-js";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium } from "#tests/e2e/chromium.ts";
import { confirm, emulate, emulator, prepare, publishableKey, stripe, thrown } from "./wire.ts";

/** The page's own, inside `evaluate`. */
declare const window: { load: (key: string) => Promise<StripeJs>; stripe: StripeJs; elements: StripeElements };

emulate();

describe("the stand-in for stripe.js, in a browser", () => {
  let browser: Browser;
  let page: Page;
  let shop: Server;
  let bundle: string;
  let faults: string[];

  /** A shop's page: `loadStripe` of the published package, and a content policy as strict as a checkout's. */
  const serve = async () => {
    shop = createServer((request, response) => {
      if (request.url === "/page.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(bundle);
      const policy = `default-src 'none'; script-src 'self' ${emulator.url}; connect-src ${emulator.url}; frame-src ${emulator.url}`;
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy });
      response.end(
        `<!doctype html><script src="${emulator.url}/stripe.js"></script><script src="/page.js"></script><div id="card"></div>`,
      );
    });
    shop.listen(0, "127.0.0.1");
    await once(shop, "listening");
    return `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`;
  };

  beforeAll(async () => {
    const contents = `import { loadStripe } from "@stripe/stripe-js/pure"; window.load = loadStripe;`;
    const built = await build({ stdin: { contents, resolveDir: "." }, bundle: true, write: false });
    bundle = built.outputFiles[0]?.text ?? "";
    browser = await chromium.launch({
      executablePath: findChromium(console.log),
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    faults = [];
    page = await browser.newPage();
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.goto(await serve());
    await page.evaluate(async (pk) => {
      const stripe = await window.load(pk);
      const elements = stripe.elements({ mode: "payment", amount: 30_000, currency: "krw", captureMethod: "manual" });
      elements.create("payment").mount("#card");
      Object.assign(window, { stripe, elements });
    }, publishableKey);
  });
  afterEach(async () => {
    await page.close();
    shop.close();
  });

  const fill = async (number: string) => {
    await page.getByLabel("Card number").fill(number);
    await page.getByLabel("Expiry").fill("12/34");
    await page.getByLabel("Security code").fill("123");
  };
  const token = () =>
    page.evaluate(async () => {
      const { error } = await window.elements.submit();
      if (error) return { error };
      return window.stripe.createConfirmationToken({ elements: window.elements });
    });
  const tokenIdOf = async (number: string) => {
    await fill(number);
    return (await token()).confirmationToken?.id ?? "";
  };

  test("makes a token with which the server confirms, and refuses an incomplete card", async () => {
    expect(await token()).toMatchObject({ error: { type: "validation_error" } });
    expect(await page.getByRole("alert").textContent()).toBe("Your card details are incomplete.");
    expect(await confirm((await prepare()).id, await tokenIdOf("4242 4242 4242 4242"))).toMatchObject({
      status: "requires_capture",
    });
    expect(await thrown(confirm((await prepare()).id, await tokenIdOf("4000000000009995")))).toMatchObject({
      decline_code: "insufficient_funds",
    });
    expect(faults).toEqual([]);
  });

  test("makes a token that is refused for another currency or capture method than the form showed", async () => {
    for (const more of [{ currency: "jpy" }, { capture_method: "automatic" as const }]) {
      const { id } = await prepare(more);
      expect(await thrown(confirm(id, await tokenIdOf("4242424242424242")))).toMatchObject({
        statusCode: 400,
        param: "confirmation_token",
      });
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_payment_method" });
    }
  });

  test.each([
    ["Complete", { paymentIntent: { status: "requires_capture" } }],
    [
      "Fail",
      {
        error: { code: "payment_intent_authentication_failure", payment_intent: { status: "requires_payment_method" } },
      },
    ],
  ])("handleNextAction shows the bank's page: %s authentication", async (button, expected) => {
    const { id, client_secret } = await confirm((await prepare()).id, await tokenIdOf("4000000000003220"));
    const handled = page.evaluate(
      (clientSecret) => window.stripe.handleNextAction({ clientSecret }),
      client_secret ?? "",
    );
    await page.frameLocator("iframe").getByRole("button", { name: button }).click();
    expect(await handled).toMatchObject(expected);
    const seen = await page.evaluate((secret) => window.stripe.retrievePaymentIntent(secret), client_secret ?? "");
    expect(seen.paymentIntent?.status).toBe((await stripe.paymentIntents.retrieve(id)).status);
    expect(faults).toEqual([]);
  });

  test.each<[string, string]>([
    ["another call", "stripe.confirmPayment({})"],
    ["another element", "elements.create('expressCheckout')"],
    [
      "another option",
      "stripe.elements({ mode: 'payment', amount: 1, currency: 'krw', setupFutureUsage: 'off_session' })",
    ],
    ["another mode", "stripe.elements({ mode: 'setup', amount: 1, currency: 'krw' })"],
    ["another event", "elements.getElement('payment').on('done', () => {})"],
    ["another method of an element", "elements.getElement('payment').collapse()"],
    ["a live key", "window.Stripe('pk_live_x')"],
    ["an amount with a fraction", "stripe.elements({ mode: 'payment', amount: 1.5, currency: 'krw' })"],
  ])("throws on %s", async (_, call) => {
    const message = await page.evaluate(`(() => { try { ${call}; } catch (error) { return error.message; } })()`);
    expect(message).toMatch(/^The stand-in for stripe.js does not know/);
  });
});
