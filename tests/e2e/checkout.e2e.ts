/** The checkout, when things do not go as hoped. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const holdBest = async (page: Page, eventId: string) => {
  await page.goto(`/events/${eventId}/seats`);
  await page.getByRole("button", { name: "Find the best 2 seats together" }).click();
  await page.waitForURL("**/pay");
};

const payByCard = async (page: Page, token: string) => {
  await page.getByRole("radio", { name: "Card" }).check();
  await page.getByLabel("Test card").selectOption(token);
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
};

test("a card that is declined leaves the seats held, and another one pays them", async () => {
  const eventId = await Api.event();
  const { page, faults, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  await payByCard(page, "tok_decline");
  await page.getByText("The payment was declined").waitFor();
  await payByCard(page, "tok_approve");
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("the same card declined again is told at once, not after a guess", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  const declined = page.getByText("The payment was declined");
  await payByCard(page, "tok_decline");
  await declined.waitFor();
  await payByCard(page, "tok_decline");
  await page.getByRole("heading", { name: "Payment received" }).waitFor();
  const sent = Date.now();
  await declined.waitFor();
  expect(Date.now() - sent).toBeLessThan(8_000);
  await context.close();
});

test("a buyer who released three holds reads how long to wait, in both languages", async () => {
  const eventId = await Api.event();
  const account = await Api.account();
  const { accessToken } = await Api.session(account);
  for (let n = 0; n < 3; n++) {
    const order = await Api.call("POST", "/v1/orders", { eventId, pick: { quantity: 2 } }, accessToken);
    await Api.call("DELETE", `/v1/orders/${order.orderId}`, undefined, accessToken);
  }
  for (const [locale, find, text, left] of [
    ["en-GB", "Find the best 2 seats together", "so you have to wait a little", "You can hold seats again in"],
    ["ko-KR", "나란히 2석 찾기", "잠시 기다리셔야 합니다", "남은 시간"],
  ] as const) {
    const { page, faults, context } = await visit(browser, { account, locale });
    await page.goto(`/events/${eventId}/seats`);
    await page.getByRole("button", { name: find }).click();
    const notice = page.getByRole("status").filter({ hasText: text });
    await notice.filter({ hasText: left }).waitFor();
    expect(await notice.getByRole("timer").textContent()).toMatch(/^9:\d\d$/);
    expect(faults).toEqual([]);
    await context.close();
  }
});

test("a hold that lapses while the card form is open says so, charges nothing and leads back to the seats", async () => {
  const eventId = await Api.event({ holdSeconds: 8 });
  const { page, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  await page.getByRole("radio", { name: "Card" }).check();
  await page.getByRole("heading", { name: "The time to pay has passed" }).waitFor();
  await page.getByText("Nothing was charged").waitFor();
  await page.getByRole("link", { name: "Choose again" }).click();
  await page.waitForURL("**/seats");
  await context.close();
});

test("a reload, the way back and a second tab find the same hold; another hold leads to it", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  const checkout = page.url();
  await page.reload();
  await page.getByText("Held for you for another").waitFor();
  await page.goBack();
  await page.waitForURL("**/seats");
  await page.getByRole("button", { name: "Find the best 2 seats together" }).click();
  await page.getByText("You have an open order for this event.").waitFor();
  await page.getByRole("link", { name: "Go to it" }).click();
  await page.waitForURL(checkout);
  const tab = await context.newPage();
  await tab.goto("/orders");
  await tab.getByText("Held, not paid").click();
  await tab.waitForURL(checkout);
  await context.close();
});

test("without a network a payment is sent again when it is back, and paid once", async () => {
  const eventId = await Api.event();
  const account = await Api.account(500_000);
  const { page, context } = await visit(browser, { account });
  await holdBest(page, eventId);
  await page.getByRole("button", { name: /^Pay ₩/ }).waitFor();
  await context.setOffline(true);
  await page.getByText(/You seem to be offline/).waitFor();
  const failed = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/payment"));
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
  await failed;
  await context.setOffline(false);
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  const { accessToken } = await Api.session(account);
  const { items } = await Api.call("GET", "/v1/wallet/entries", undefined, accessToken);
  expect(items.filter(({ kind }: { kind: string }) => kind === "payment")).toHaveLength(1);
  await context.close();
});

test("points that are missing are charged in place", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser, { account: await Api.account(10_000) });
  await holdBest(page, eventId);
  await page.getByText(/are missing/).waitFor();
  expect(await page.getByRole("button", { name: /^Pay ₩/ }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: /^Charge ₩90,000/ }).click();
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  await context.close();
});
