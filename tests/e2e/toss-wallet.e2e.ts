/** Charging a wallet in Toss Payments' window: paid, closed, declined, and continued after a reload. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { findings } from "./axe.ts";
import { launch, visit, type Wishes } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const atCharge = async (wishes: Wishes = {}) => {
  const account = await Api.account();
  const api = await Api.signedIn(account);
  const visitor = await visit(browser, { ...wishes, account });
  await visitor.page.goto("/wallet/charge");
  const balance = async () => (await api.call("GET /v1/wallet")).balance;
  return { ...visitor, balance };
};

const toWindow = async (page: Page, charge = "Charge ₩100,000") => {
  await page.getByRole("button", { name: charge, exact: true }).last().click();
  await page.getByRole("heading", { name: "결제창" }).waitFor();
};
const choose = async (page: Page, card: string) => {
  await page.getByRole("combobox").selectOption(card);
  await page.getByRole("button", { name: "결제하기" }).click();
};
const says = (page: Page, text: RegExp) => page.getByRole("alert").filter({ hasText: text }).waitFor();
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();

test("the window charges, and its parameters are removed from the address", async () => {
  const { page, context, balance } = await atCharge();
  await toWindow(page);
  await choose(page, "approve");
  await heading(page, "₩100,000 charged.");
  expect(new URL(page.url()).search).toBe("");
  expect(await balance()).toBe(100_000);
  await page.reload();
  await heading(page, "Charge points");
  expect(await balance()).toBe(100_000);
  await context.close();
});

test("a closed window and a declined card charge nothing, and are explained", async () => {
  const { page, context, balance } = await atCharge();
  await toWindow(page);
  await page.getByRole("button", { name: "닫기" }).click();
  await says(page, /You closed the payment window\. Nothing was charged\./);
  await toWindow(page);
  await choose(page, "insufficient");
  await says(page, /Not enough money on the card.*not charged/);
  expect(await balance()).toBe(0);
  await context.close();
});

test("the Korean page is readable at 320 px", async () => {
  const { page, context } = await atCharge({ locale: "ko-KR", viewport: { width: 320, height: 640 } });
  await heading(page, "포인트 충전");
  expect(await findings(page)).toEqual([]);
  await toWindow(page, "₩100,000 충전");
  await choose(page, "insufficient");
  await says(page, /카드 잔액이 부족합니다/);
  expect(await findings(page)).toEqual([]);
  const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide).toBeLessThanOrEqual(inner ?? 0);
  await context.close();
});
