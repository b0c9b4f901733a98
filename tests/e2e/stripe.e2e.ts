/** The checkout with Stripe: its form, declines, the bank's page of 3-D Secure, and its content policy. */
import { readdirSync, readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import type { NewEvent, Order } from "#client/shapes.ts";
import * as Api from "./api.ts";
import { findings } from "./axe.ts";
import { launch, type Visitor, visit, type Wishes } from "./visitor.ts";

let browser: Browser;
/** The origin of Stripe's emulator, as the checkout's policy names it. */
let gateway: string;
beforeAll(async () => {
  browser = await launch();
  const { headers } = await fetch(`${inject("base")}/orders/none/pay`);
  gateway = /script-src 'self' (\S+);/.exec(headers.get("content-security-policy") ?? "")?.[1] ?? "";
});
afterAll(() => browser?.close());

const card = {
  good: "4242 4242 4242 4242",
  poor: "4000 0000 0000 9995",
  lost: "4000 0000 0000 9987",
  expired: "4000 0000 0000 0069",
  wrongCode: "4000 0000 0000 0127",
  error: "4000 0000 0000 0119",
  challenge: "4000 0000 0000 3220",
};

const words = {
  en: {
    points: "Points",
    card: "Card",
    number: "Card number",
    expiry: "Expiry (MM/YY)",
    code: "Security code",
    pay: /^Pay ₩/,
    bank: "Confirm the payment with your bank",
    go: "Continue to your bank",
    cancel: "Cancel this payment",
    done: "You’re going",
  },
  ko: {
    points: "포인트",
    card: "카드",
    number: "카드 번호",
    expiry: "유효기간 (MM/YY)",
    code: "보안 코드",
    pay: /^₩.* 결제$/,
    bank: "카드사 본인 인증을 완료해 주세요",
    go: "본인 인증 계속하기",
    cancel: "이 결제 취소하기",
    done: "예매가 완료되었습니다",
  },
};

/** A buyer with a held order, at its checkout. */
const atCheckout = async (wishes: Wishes = {}, balance = 0, event: Partial<NewEvent> = {}) => {
  const account = await Api.account(balance);
  const api = await Api.signedIn(account);
  const { orderId } = await Buyer.hold(api, { eventId: await Api.event(event), pick: { quantity: 2 } });
  const visitor = await visit(browser, { ...wishes, account });
  await visitor.page.goto(`/orders/${orderId}/pay`);
  const order = () => api.call("GET /v1/orders/{orderId}", { params: { orderId } });
  return { ...visitor, orderId, order };
};

const fill = async (page: Page, number: string, say = words.en) => {
  await page.getByRole("radio", { name: say.card }).check();
  await page.getByLabel(say.number).fill(number);
  await page.getByLabel(say.expiry).fill("12/34");
  await page.getByLabel(say.code).fill("123");
};

const payBy = async (page: Page, number: string, say = words.en) => {
  await fill(page, number, say);
  await page.getByRole("button", { name: say.pay }).click();
};

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();

const bankPage = (page: Page) => page.frameLocator("iframe[title='3-D Secure']");
const answerBank = (page: Page, outcome: "Complete" | "Fail") =>
  bankPage(page)
    .getByRole("button", { name: `${outcome} authentication` })
    .click();

/** Errors on the pages; requests to the gateway are allowed. */
const strange = ({ faults }: Visitor) => faults.filter((fault) => !fault.startsWith(`asked ${gateway}/`));

test("an approved card pays; the gateway's script is in no other page", async () => {
  const visitor = await atCheckout();
  const { page, context, order } = visitor;
  await payBy(page, card.good);
  await heading(page, words.en.done);
  expect(await order()).toMatchObject({ status: "confirmed", payment: { method: "card", status: "approved" } });
  expect(await page.evaluate(() => "Stripe" in globalThis)).toBe(false);
  expect(strange(visitor)).toEqual([]);
  expect(visitor.faults).not.toEqual([]); // the page called the gateway
  await context.close();
});

test("a decline is explained by the gateway's code, with what to do next; another card pays", async () => {
  const { page, context } = await atCheckout();
  const declines: [string, RegExp][] = [
    [card.poor, /Not enough money on the card.*not charged.*Your seats are held for you until \d.*Use another card/],
    [card.expired, /The card has expired.*not charged.*Check the date/],
    [card.wrongCode, /The security code is wrong.*not charged.*Enter the card again/],
    [card.error, /Your bank could not be reached.*not charged.*Try again in a moment/],
    // The page does not say that a card is reported lost, because its holder may have stolen it.
    [card.lost, /The payment was declined.*not charged.*Try another card/],
  ];
  for (const [number, text] of declines) {
    await payBy(page, number);
    await page.getByRole("alert").filter({ hasText: text }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  }
  await payBy(page, card.good);
  await heading(page, words.en.done);
  await context.close();
});

test("the amount goes to Stripe in Stripe's own units, and a currency that points cannot pay is paid by card", async () => {
  const { page, context, order } = await atCheckout({}, 0, { currency: "ISK" });
  await page.addInitScript(() => {
    let stripe: (...given: unknown[]) => { elements: (options: object) => object };
    Object.defineProperty(globalThis, "Stripe", {
      get: () =>
        stripe &&
        Object.assign((...given: unknown[]) => {
          const made = stripe(...given);
          const elements = made.elements;
          made.elements = (options) => {
            Object.assign(globalThis, { given: options });
            return elements(options);
          };
          return made;
        }, stripe),
      set: (value) => {
        stripe = value;
      },
    });
  });
  await page.reload();
  await page.getByLabel("Card number").waitFor();
  expect(await page.getByRole("radio").count()).toBe(1);
  const given = await page.evaluate(() => (globalThis as unknown as { given: object }).given);
  // ISK has no decimals, and Stripe writes it with two
  expect(given).toMatchObject({ mode: "payment", amount: 10_000_000, currency: "isk", captureMethod: "manual" });
  await fill(page, card.good);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await heading(page, words.en.done);
  expect(await order()).toMatchObject({ total: 100_000, currency: "ISK", status: "confirmed" });
  await context.close();
});

test("an incomplete form is not sent, and its first field gets the focus", async () => {
  const { page, context } = await atCheckout();
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(new URL(request.url()).pathname));
  await page.getByRole("radio", { name: "Card" }).check();
  await page.getByLabel("Card number").waitFor();
  await page.getByRole("button", { name: words.en.pay }).click();
  await page.getByText("Your card details are incomplete.").waitFor();
  await page.keyboard.type(card.good.replaceAll(" ", ""));
  expect(await page.getByLabel("Card number").inputValue()).toBe("4242424242424242");
  expect(sent).toEqual([]);
  await context.close();
});

test("a card can be paid by keyboard alone", async () => {
  const { page, context } = await atCheckout();
  await page.getByRole("radio", { name: "Card" }).waitFor(); // the payment methods are requested after the order
  await page.getByRole("radio", { name: "Points" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByLabel("Card number").waitFor();
  for (const text of [card.good, "12/34", "123"]) {
    await page.keyboard.press("Tab");
    await page.keyboard.type(text);
  }
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await heading(page, words.en.done);
  await context.close();
});

test("a lost answer is repeated with the same key and token, also by another press: one attempt, one payment", async () => {
  const { page, context, order } = await atCheckout();
  const keys = new Set<string>();
  const tokens: string[] = [];
  page.on("request", (request) => request.url() === `${gateway}/v1/confirmation_tokens` && tokens.push(request.url()));
  let lose = true;
  await page.route("**/payment", async (route) => {
    keys.add(route.request().headers()["idempotency-key"] ?? "");
    if (lose) return route.abort();
    return route.continue();
  });
  await payBy(page, card.good);
  await page.getByText("No answer from the server.").waitFor({ timeout: 60_000 });
  lose = false;
  await page.getByRole("button", { name: words.en.pay }).click();
  await heading(page, words.en.done);
  expect([keys.size, tokens.length]).toEqual([1, 1]);
  expect((await order()).status).toBe("confirmed");
  await context.close();
});

describe("3-D Secure", () => {
  test("opens by itself, and pays when it has passed", async () => {
    const visitor = await atCheckout();
    await payBy(visitor.page, card.challenge);
    const asked = visitor.page.waitForRequest("**/payment/return"); // the webhook alone may be late, or lost
    await answerBank(visitor.page, "Complete");
    await asked;
    await heading(visitor.page, words.en.done);
    expect(strange(visitor)).toEqual([]);
    await visitor.context.close();
  });

  test("that fails charges nothing, and says what to do; the next card pays", async () => {
    const { page, context } = await atCheckout();
    await payBy(page, card.challenge);
    await answerBank(page, "Fail");
    await page
      .getByRole("alert")
      .filter({ hasText: /did not confirm the payment.*was not charged.*choose another card/ })
      .waitFor();
    await payBy(page, card.good);
    await heading(page, words.en.done);
    await context.close();
  });

  test("is not begun again by a reload, which continues it", async () => {
    const { page, context } = await atCheckout();
    await payBy(page, card.challenge);
    await bankPage(page).getByRole("button", { name: "Complete authentication" }).waitFor();
    await page.reload();
    await heading(page, words.en.bank);
    expect(await page.locator("iframe").count()).toBe(0);
    await page.getByRole("button", { name: words.en.go }).click();
    await answerBank(page, "Complete");
    await heading(page, words.en.done);
    await context.close();
  });

  test("can be cancelled; the seats are still held, and another card pays", async () => {
    const { page, context, order } = await atCheckout();
    await payBy(page, card.challenge);
    await bankPage(page).getByRole("button", { name: "Complete authentication" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: words.en.cancel }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: /was not charged.*held for you until \d/ })
      .waitFor();
    expect(await order()).toMatchObject({ status: "held", payment: { reason: "card.unverified" } });
    await payBy(page, card.good);
    await heading(page, words.en.done);
    await context.close();
  });

  test("can be found in a second tab, from My tickets; when it is passed there, the first tab shows it", async () => {
    const { page, context } = await atCheckout();
    await payBy(page, card.challenge);
    await bankPage(page).getByRole("button", { name: "Complete authentication" }).waitFor();
    const tab = await context.newPage();
    await tab.goto("/orders");
    await tab.getByText("Waiting for your confirmation").click();
    await heading(tab, words.en.bank);
    expect(await tab.locator("iframe").count()).toBe(0);
    await tab.getByRole("button", { name: words.en.go }).click();
    await answerBank(tab, "Complete");
    await heading(tab, words.en.done);
    await heading(page, words.en.done);
    await context.close();
  });

  test("continues after the tab was closed", async () => {
    const { page, context, orderId } = await atCheckout();
    await payBy(page, card.challenge);
    await bankPage(page).getByRole("button", { name: "Complete authentication" }).waitFor();
    await page.close();
    const tab = await context.newPage();
    await tab.goto(`/orders/${orderId}`);
    await tab.getByRole("link", { name: words.en.go }).click();
    await tab.getByRole("button", { name: words.en.go }).click();
    await answerBank(tab, "Complete");
    await heading(tab, words.en.done);
    await context.close();
  });

  test("whose page does not open is reported, and can be tried again", async () => {
    const { page, context } = await atCheckout();
    await fill(page, card.challenge);
    await page.route(`${gateway}/v1/payment_intents/**`, (route) => route.abort());
    await page.getByRole("button", { name: words.en.pay }).click();
    await page.getByText("Your bank’s page could not be opened.").waitFor();
    await page.unroute(`${gateway}/v1/payment_intents/**`);
    await page.getByRole("button", { name: words.en.go }).click();
    await answerBank(page, "Complete");
    await heading(page, words.en.done);
    await context.close();
  });
});

/** The bank's page of an order, outside of ours. */
const bankOf = async (order: () => Promise<Order>) => {
  const action = (await order()).payment?.action;
  if (action?.type !== "stripe") throw new Error(`The bank's page is not asked for: ${JSON.stringify(action)}`);
  const { clientSecret } = action;
  const [id] = clientSecret.split("_secret_");
  return { id, clientSecret, url: `${gateway}/test/3ds/${id}?client_secret=${clientSecret}` };
};

describe("a bank with a redirect", () => {
  test("leads back to the checkout, which removes the gateway's parameters from the address and continues", async () => {
    const { page, context, order } = await atCheckout();
    await payBy(page, card.challenge);
    await bankPage(page).getByRole("button", { name: "Complete authentication" }).waitFor();
    const { url, id, clientSecret } = await bankOf(order);
    const checkout = page.url();
    await page.goto("about:blank");
    await fetch(url, { method: "POST", body: new URLSearchParams({ outcome: "complete" }) });
    const seen: string[] = [];
    page.on("framenavigated", (frame) => seen.push(frame.url()));
    const referers: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/v1/")) referers.push(request.headers().referer ?? "");
    });
    const query = `payment_intent=${id}&payment_intent_client_secret=${clientSecret}&redirect_status=succeeded`;
    await page.goto(`${checkout}?${query}`);
    await heading(page, words.en.done);
    expect(seen.slice(0, 2)).toEqual([`${checkout}?${query}`, checkout]);
    expect(referers.filter((referer) => referer.includes("secret"))).toEqual([]);
    await context.close();
  });

  test("opens at once, and the back button leads to the order as it is by then", async () => {
    const { page, context, order } = await atCheckout();
    let url = "";
    await page.route(/\/v1\/orders\/ord_\w+$/, async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      if (json.payment?.action) {
        url = (await bankOf(order)).url;
        json.payment.action = { type: "redirect", url };
      }
      return route.fulfill({ response: answer, json });
    });
    await payBy(page, card.challenge);
    await page.getByRole("button", { name: "Complete authentication" }).click();
    await page.getByText("You can close this page.").waitFor();
    expect(page.url()).toBe(url);
    await page.goBack();
    await page.goBack();
    await heading(page, words.en.done);
    await context.close();
  });
});

describe("the form", () => {
  test("that does not load is reported, and points", async () => {
    const { page, context } = await atCheckout({}, 500_000);
    await page.route("**/stripe.js", (route) => route.abort());
    await page.reload();
    await page.getByRole("radio", { name: "Card" }).check();
    await page.getByText("The card form could not be loaded. You can pay with points instead.").waitFor();
    expect(await page.getByRole("button", { name: words.en.pay }).isDisabled()).toBe(true);
    await page.getByRole("radio", { name: "Points" }).check();
    await page.getByRole("button", { name: words.en.pay }).click();
    await heading(page, words.en.done);
    await context.close();
  });

  test("can be loaded again in place", async () => {
    const { page, context } = await atCheckout();
    await page.route("**/stripe.js", (route) => route.abort());
    await page.reload();
    await page.getByRole("radio", { name: "Card" }).check();
    await page.getByText("The card form could not be loaded.").waitFor();
    await page.unroute("**/stripe.js");
    await page.addScriptTag({ url: `${gateway}/stripe.js` }); // as Stripe's loader does
    await page.getByRole("button", { name: "Try again" }).click();
    await payBy(page, card.good);
    await heading(page, words.en.done);
    await context.close();
  });

  test("on a slow network is shown as loading, then as slow", async () => {
    const { page, context } = await atCheckout();
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route("**/assets/stripe-*.js", async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole("radio", { name: "Card" }).check();
    await page.getByRole("status").filter({ hasText: "Loading the card form" }).waitFor();
    await page.getByText("This takes longer than usual.").waitFor();
    go();
    await payBy(page, card.good);
    await heading(page, words.en.done);
    await context.close();
  });

  test("is offered only if the API names it", async () => {
    const { page, context } = await atCheckout();
    await page.route("**/v1/payments/methods", (route) =>
      route.fulfill({ json: { points: { currency: "KRW", free: true }, card: null } }),
    );
    await page.reload();
    await page.getByRole("radio", { name: "Points" }).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.getByRole("radio").count()).toBe(1);
    await context.close();
  });
});

test("is offered without the sandbox's cards", async () => {
  const { page, context } = await atCheckout();
  await page.getByRole("radio", { name: "Card" }).check();
  await page.getByLabel("Card number").waitFor();
  expect(await page.getByLabel("Test card").count()).toBe(0);
  await context.close();
});

describe.each(["en", "ko"] as const)("in %s, 320 pixels wide", (language) => {
  const say = words[language];
  test("every state of the checkout fits and has nothing that axe objects to", async () => {
    const found: Record<string, unknown> = {};
    for (const colorScheme of ["light", "dark"] as const) {
      const locale = language === "ko" ? "ko-KR" : "en-GB";
      const { page, context } = await atCheckout({ locale, colorScheme, viewport: { width: 320, height: 640 } });
      const look = async (face: string) => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        const here = await findings(page);
        if (width > 320 || here.length > 0) found[`${face}, ${colorScheme}`] = { width, here };
      };
      await fill(page, card.poor, say);
      await look("form");
      await page.getByRole("button", { name: say.pay }).click();
      await page.getByRole("alert").first().waitFor();
      await look("declined");
      await payBy(page, card.challenge, say);
      await bankPage(page).getByRole("button", { name: "Complete authentication" }).waitFor();
      await page.reload();
      await heading(page, say.bank);
      await look("bank");
      await page.getByRole("button", { name: say.cancel }).click();
      await page.getByRole("alert").first().waitFor();
      await payBy(page, card.good, say);
      await heading(page, say.done);
      await context.close();
    }
    expect(found).toEqual({});
  });
});

describe("the content policy", () => {
  const policyOf = async (path: string) =>
    (await fetch(inject("base") + path)).headers.get("content-security-policy") ?? "";

  test("allows the gateway's script, frames and calls in the checkout, and in no other page", async () => {
    const checkout = await policyOf("/orders/any/pay");
    expect(checkout).toContain(`script-src 'self' ${gateway};`);
    expect(checkout).toContain(`connect-src 'self' ${gateway};`);
    expect(checkout).toContain(`frame-src ${gateway};`);
    expect(checkout.replaceAll(` ${gateway}`, "").replace(" frame-src;", "")).toBe(await policyOf("/"));
    for (const path of ["/", "/orders/any", "/orders", "/orders/any/pay/more", "/sign-in", "/wallet", "/desk"])
      expect(await policyOf(path), path).not.toMatch(/https?:|frame-src/);
  });

  test("is the built pages' only reference to it: Stripe's loader is in a chunk of its own, the stand-in in none", () => {
    const assets = new URL("../../web/dist/assets/", import.meta.url);
    const naming = (text: string) =>
      readdirSync(assets).filter((name) => readFileSync(new URL(name, assets), "utf8").includes(text));
    expect(naming("https://js.stripe.com")).toEqual([expect.stringMatching(/^stripe-.*\.js$/)]);
    expect(naming("stand-in for stripe.js")).toEqual([]);
    expect(naming(gateway)).toEqual([]);
  });

  test("applies to visitors who come or leave by a link: both load a document", async () => {
    const visitor = await atCheckout();
    const { page, context, orderId } = visitor;
    const document = () =>
      page.evaluate(() => new URL(performance.getEntriesByType("navigation")[0]?.name ?? "").pathname);
    await page.goto("/orders");
    await page.locator("main li a").click();
    await page.getByRole("radio", { name: "Card" }).check();
    await page.getByLabel("Card number").waitFor();
    expect(await document()).toBe(`/orders/${orderId}/pay`);
    await page.getByRole("link", { name: "Onsale" }).click();
    await page.waitForURL("**/");
    expect(await document()).toBe("/");
    expect(strange(visitor)).toEqual([]);
    await context.close();
  });
});
