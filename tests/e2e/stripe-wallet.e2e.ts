/** Charging a wallet with Stripe: its form, a decline, and the bank's page of 3-D Secure, also after a reload and in a second tab. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import * as Api from "./api.ts";
import { findings } from "./axe.ts";
import { launch, visit, type Wishes } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const card = { good: "4242 4242 4242 4242", poor: "4000 0000 0000 9995", challenge: "4000 0000 0000 3220" };
const words = {
  en: {
    ...{ number: "Card number", expiry: "Expiry (MM/YY)", code: "Security code", charge: "Charge ₩100,000" },
    ...{ bank: "Confirm the payment with your bank", cancel: "Cancel this payment", done: "₩100,000 charged." },
    ...{ declined: "The charge did not go through", again: "Charge again" },
  },
  ko: {
    ...{ number: "카드 번호", expiry: "유효기간 (MM/YY)", code: "보안 코드", charge: "₩100,000 충전" },
    ...{ bank: "카드사 본인 인증을 완료해 주세요", cancel: "이 결제 취소하기", done: "₩100,000을 충전했습니다." },
    ...{ declined: "충전이 완료되지 않았습니다", again: "다시 충전하기" },
  },
};

const atCharge = async (wishes: Wishes = {}) => {
  const account = await Api.account();
  const api = await Api.signedIn(account);
  const visitor = await visit(browser, { ...wishes, account });
  await visitor.page.goto("/wallet/charge");
  const balance = async () => (await api.call("GET /v1/wallet")).balance;
  return { ...visitor, api, balance };
};

const chargeBy = async (page: Page, number: string, say = words.en, name: string | RegExp = say.charge) => {
  await page.getByLabel(say.number).fill(number);
  await page.getByLabel(say.expiry).fill("12/34");
  await page.getByLabel(say.code).fill("123");
  await page.getByRole("button", { name, exact: true }).last().click();
};
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
const answerBank = (page: Page, outcome: "Complete" | "Fail") =>
  page
    .frameLocator("iframe[title='3-D Secure']")
    .getByRole("button", { name: `${outcome} authentication` })
    .click();

test("a card with 3-D Secure is charged once its buyer has confirmed, and the points are credited", async () => {
  const { page, context, balance } = await atCharge();
  await chargeBy(page, card.challenge);
  await answerBank(page, "Complete");
  await heading(page, words.en.done);
  expect(await balance()).toBe(100_000);
  await context.close();
});

test("a decline is explained with what to do, and another card is charged", async () => {
  const { page, context, balance } = await atCharge();
  await chargeBy(page, card.poor);
  await page
    .getByRole("alert")
    .filter({ hasText: /Not enough money on the card.*not charged.*Use another card/ })
    .waitFor();
  expect(await balance()).toBe(0);
  await chargeBy(page, card.good);
  await heading(page, words.en.done);
  expect(await balance()).toBe(100_000);
  await context.close();
});

test("the bank's question is shown after a reload and in a second tab, and can be answered or cancelled there", async () => {
  const { page, context, balance } = await atCharge();
  await chargeBy(page, card.challenge);
  await page.frameLocator("iframe[title='3-D Secure']").getByRole("button").first().waitFor();
  await page.reload();
  await heading(page, words.en.bank);
  const second = await context.newPage();
  await second.goto(page.url());
  await heading(second, words.en.bank);
  await second.getByRole("button", { name: "Continue to your bank" }).click();
  await answerBank(second, "Complete");
  await heading(second, words.en.done);
  await heading(page, words.en.done);
  expect(await balance()).toBe(100_000);
  await context.close();
});

test("missing points can be charged on the way from the checkout, and then pay the order", async () => {
  const { page, context, api } = await atCharge();
  const { orderId } = await Buyer.hold(api, { eventId: await Api.event(), pick: { quantity: 2 } });
  await page.goto(`/orders/${orderId}/pay`);
  await page.getByRole("radio", { name: "Points" }).check();
  await page.getByRole("button", { name: /^Charge ₩/ }).click();
  await page.waitForURL("**/wallet/charge");
  await chargeBy(page, card.challenge, words.en, /^Charge ₩/);
  await answerBank(page, "Complete");
  await page.waitForURL(`**/orders/${orderId}/pay`);
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
  await heading(page, "You’re going");
  await context.close();
});

test.each(["en", "ko"] as const)("in %s: readable and usable at 320 px, also by keyboard", async (language) => {
  const say = words[language];
  const locale = language === "en" ? "en-GB" : "ko-KR";
  const { page, context } = await atCharge({ locale, viewport: { width: 320, height: 640 } });
  const found: Record<string, unknown> = {};
  const look = async (name: string) => {
    const faults = await findings(page);
    if (faults.length > 0) found[name] = faults;
    const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if ((wide ?? 0) > (inner ?? 0)) found[`${name}, width`] = wide;
  };
  await page.getByLabel(say.number).waitFor();
  await look("form");
  await chargeBy(page, card.poor, say);
  await page.getByRole("alert").first().waitFor();
  await look("declined");
  await page.getByLabel(say.number).fill(card.challenge);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: say.charge, exact: true }).last().focus();
  await page.keyboard.press("Enter");
  await page.frameLocator("iframe[title='3-D Secure']").getByRole("button").first().waitFor();
  await page.reload();
  await heading(page, say.bank);
  await look("bank");
  await page.getByRole("button", { name: say.cancel }).press("Enter");
  await heading(page, say.declined);
  await look("closed");
  expect(found).toEqual({});
  await context.close();
});

test("the gateway's script is in the charge's page, and not in the wallet's", async () => {
  const policyOf = async (path: string) =>
    (await fetch(inject("base") + path)).headers.get("content-security-policy") ?? "";
  for (const path of ["/wallet/charge", "/wallet/charge/any"])
    expect(await policyOf(path)).toBe(await policyOf("/orders/any/pay"));
  expect(await policyOf("/wallet")).toBe(await policyOf("/"));
});
