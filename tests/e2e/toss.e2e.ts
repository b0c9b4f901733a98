/** The checkout with Toss Payments: its payment window, the way back from it, and its content policy. */
import { readdirSync, readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import * as Api from "./api.ts";
import { findings } from "./axe.ts";
import { launch, type Visitor, visit, type Wishes } from "./visitor.ts";

let browser: Browser;
/** The origin of Toss's emulator, as the checkout's policy names it. */
let gateway: string;
beforeAll(async () => {
  browser = await launch();
  const { headers } = await fetch(`${inject("base")}/orders/none/pay`);
  gateway = /script-src 'self' (\S+);/.exec(headers.get("content-security-policy") ?? "")?.[1] ?? "";
});
afterAll(() => browser?.close());

const words = {
  en: { card: "Card or easy pay", pay: /^Pay ₩/, done: "You’re going" },
  ko: { card: "카드·간편결제", pay: /^₩.* 결제$/, done: "예매가 완료되었습니다" },
};

/** A buyer with a held order, at its checkout. */
const atCheckout = async (wishes: Wishes = {}, balance = 0) => {
  const account = await Api.account(balance);
  const api = await Api.signedIn(account);
  const { orderId } = await Buyer.hold(api, { eventId: await Api.event(), pick: { quantity: 2 } });
  const visitor = await visit(browser, { ...wishes, account });
  const checkout = `${inject("base")}/orders/${orderId}/pay`;
  await visitor.page.goto(checkout);
  const order = () => api.call("GET /v1/orders/{orderId}", { params: { orderId } });
  return { ...visitor, orderId, order, checkout, account };
};

const toWindow = async (page: Page, say = words.en) => {
  await page.getByRole("radio", { name: say.card }).check();
  await page.getByRole("button", { name: say.pay }).click();
  await page.getByRole("heading", { name: "결제창" }).waitFor();
};

const choose = async (page: Page, card = "approve") => {
  await page.getByRole("combobox").selectOption(card);
  await page.getByRole("button", { name: "결제하기" }).click();
};

const close = (page: Page) => page.getByRole("button", { name: "닫기" }).click();

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
const says = (page: Page, text: RegExp) => page.getByRole("alert").filter({ hasText: text }).waitFor();

/** The keys of the payments that a page sends. */
const sentBy = (page: Page) => {
  const sent: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/payment"))
      sent.push(request.headers()["idempotency-key"]);
  });
  return sent;
};

/** Errors on the pages; requests to the gateway are allowed. */
const strange = ({ faults }: Visitor) => faults.filter((fault) => !fault.startsWith(`asked ${gateway}/`));

test("the window pays under the key that it was opened with; its parameters are removed from the address first", async () => {
  const visitor = await atCheckout();
  const { page, context, order, checkout } = visitor;
  const forms: (string | undefined)[] = [];
  const referers: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/payment/form")) forms.push(request.headers()["idempotency-key"]);
    if (new URL(request.url()).pathname.startsWith("/v1/")) referers.push(request.headers().referer ?? "");
  });
  const sent = sentBy(page);
  await toWindow(page);
  const seen: string[] = [];
  page.on("framenavigated", (frame) => seen.push(frame.url()));
  await choose(page);
  await heading(page, words.en.done);
  expect(await order()).toMatchObject({ status: "confirmed", payment: { method: "card", status: "approved" } });
  expect(seen[0]).toMatch(/\?.*paymentKey=/);
  expect(seen[1]).toBe(checkout);
  expect(referers.filter((referer) => referer.includes("paymentKey"))).toEqual([]);
  expect(sent).toEqual(forms);
  expect(sent).toEqual([expect.any(String)]);
  expect(await page.evaluate(() => "TossPayments" in globalThis)).toBe(false);
  expect(strange(visitor)).toEqual([]);
  await context.close();
});

test("a closed window charges nothing and is reported; the next one pays", async () => {
  const { page, context, order } = await atCheckout();
  const sent = sentBy(page);
  await toWindow(page);
  await close(page);
  await says(page, /You closed the payment window\. Nothing was charged\..*held for you until \d.*You can pay again/);
  expect(new URL(page.url()).search).toBe("");
  expect(await order()).toMatchObject({ status: "held" });
  expect(sent).toEqual([]);
  await toWindow(page);
  await choose(page);
  await heading(page, words.en.done);
  expect(sent.length).toBe(1);
  await context.close();
});

test("a declined card, in the window or after it, is explained; another card pays", async () => {
  const { page, context, order } = await atCheckout();
  await toWindow(page);
  await page.getByRole("button", { name: "카드사 거절" }).click();
  await says(page, /The payment was declined.*not charged/);
  expect((await order()).payment).toBeUndefined();
  await toWindow(page);
  await choose(page, "insufficient");
  await says(page, /Not enough money on the card.*not charged.*held for you until \d.*Use another card/);
  await toWindow(page);
  await choose(page, "stopped");
  await says(page, /The payment was declined.*The card was declined and not charged/);
  await toWindow(page);
  await choose(page);
  await heading(page, words.en.done);
  await context.close();
});

describe("a window that returns to the shop pays at most once:", () => {
  test("a reload before the payment is accepted sends it again unchanged", async () => {
    const { page, context, order } = await atCheckout();
    const sent = sentBy(page);
    let lose = true;
    await page.route("**/payment", (route) => (lose ? route.abort() : route.continue()));
    await toWindow(page);
    await choose(page);
    await page.getByText("We are completing it: keep this page open.").waitFor();
    await expect.poll(() => sent.length).toBeGreaterThan(0);
    lose = false;
    await page.reload();
    await heading(page, words.en.done);
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent).size).toBe(1);
    expect((await order()).status).toBe("confirmed");
    await context.close();
  });

  test("a reload after it was accepted sends nothing", async () => {
    const { page, context, order } = await atCheckout();
    const sent = sentBy(page);
    await toWindow(page);
    await choose(page);
    await heading(page, "Your payment is being processed");
    await page.reload();
    await heading(page, words.en.done);
    expect(sent.length).toBe(1);
    expect((await order()).status).toBe("confirmed");
    await context.close();
  });

  test("a second payment by the same window, with the back button, is not sent", async () => {
    const { page, context, order } = await atCheckout();
    const sent = sentBy(page);
    await toWindow(page);
    const window = page.url();
    await choose(page);
    await heading(page, words.en.done);
    await page.goto(window);
    await choose(page);
    await heading(page, words.en.done);
    expect(sent.length).toBe(1);
    expect((await order()).status).toBe("confirmed");
    await context.close();
  });

  test("of two tabs one pays; the other shows it, and its window's payment is not charged", async () => {
    const { page, context, order, checkout } = await atCheckout();
    const tab = await context.newPage();
    await tab.goto(checkout);
    await toWindow(page);
    await toWindow(tab);
    await choose(page);
    await heading(page, words.en.done);
    const sent = sentBy(tab);
    await choose(tab);
    await heading(tab, words.en.done);
    expect(sent).toEqual([]);
    expect((await order()).status).toBe("confirmed");
    await context.close();
  });

  test("a return in another tab, even after the first was closed, is sent once", async () => {
    const { page, context, order } = await atCheckout();
    await toWindow(page);
    const tab = await context.newPage();
    const sent = sentBy(tab);
    await tab.goto(page.url());
    await page.close();
    await choose(tab);
    await heading(tab, words.en.done);
    expect(sent.length).toBe(1);
    expect((await order()).status).toBe("confirmed");
    const kept = await tab.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(":window:")));
    expect(kept).toEqual([]);
    await context.close();
  });

  test("a return in a browser that did not begin the payment is not sent, and the page says so", async () => {
    const { page, context, order, account } = await atCheckout();
    await toWindow(page);
    const other = await visit(browser, { account });
    const sent = sentBy(other.page);
    await other.page.goto(page.url());
    await choose(other.page);
    await says(other.page, /The payment was not completed.*not charged.*stay in this browser/);
    expect(sent).toEqual([]);
    expect((await order()).status).toBe("held");
    await Promise.all([context.close(), other.context.close()]);
  });
});

test("a window that does not open is reported, and points still pay", async () => {
  const { page, context } = await atCheckout({}, 500_000);
  await page.route("**/toss.js", (route) => route.abort());
  await page.reload();
  await page.getByRole("radio", { name: words.en.card }).check();
  await page.getByRole("button", { name: words.en.pay }).click();
  await page.getByText("The payment window could not be opened. Nothing was charged.").waitFor();
  await page.getByRole("radio", { name: "Points" }).check();
  await page.getByRole("button", { name: words.en.pay }).click();
  await heading(page, words.en.done);
  await context.close();
});

test.each(["en", "ko"] as const)(
  "in %s, 320 pixels wide, every state fits and has nothing that axe objects to",
  async (language) => {
    const say = words[language];
    const locale = language === "ko" ? "ko-KR" : "en-GB";
    const found: Record<string, unknown> = {};
    const { page, context } = await atCheckout({ locale, viewport: { width: 320, height: 640 } });
    const look = async (face: string) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      const here = await findings(page);
      if (width > 320 || here.length > 0) found[face] = { width, here };
    };
    await page.getByRole("radio", { name: say.card }).check();
    await look("chosen");
    await toWindow(page, say);
    await close(page);
    await says(page, language === "ko" ? /결제창을 닫으셨습니다.*결제된 금액은 없습니다/ : /Nothing was charged/);
    await look("closed");
    await toWindow(page, say);
    await choose(page);
    await heading(page, say.done);
    expect(found).toEqual({});
    await context.close();
  },
);

describe("the content policy", () => {
  const policyOf = async (path: string) =>
    (await fetch(inject("base") + path)).headers.get("content-security-policy") ?? "";

  test("allows the gateway in the checkout, and in no other page", async () => {
    const checkout = await policyOf("/orders/any/pay");
    expect(gateway).toMatch(/^http:/);
    for (const source of [`script-src 'self' ${gateway};`, `connect-src 'self' ${gateway};`, `frame-src ${gateway};`])
      expect(checkout).toContain(source);
    for (const path of ["/", "/orders/any", "/orders", "/wallet", "/desk"])
      expect(await policyOf(path), path).not.toMatch(/https?:|frame-src/);
  });

  test("is the built pages' only reference to it: Toss's loader is in a chunk of its own", () => {
    const assets = new URL("../../web/dist/assets/", import.meta.url);
    const naming = (text: string) =>
      readdirSync(assets).filter((name) => readFileSync(new URL(name, assets), "utf8").includes(text));
    expect(naming("https://js.tosspayments.com")).toEqual([expect.stringMatching(/^toss-.*\.js$/)]);
    expect(naming(gateway)).toEqual([]);
  });
});
