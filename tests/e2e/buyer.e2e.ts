/** A buyer's whole visit, as a new user on a phone. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("a new visitor signs up on the way, waits for their turn, chooses, charges points, pays, gets tickets, then cancels", async () => {
  const title = `The whole way ${Date.now().toString(36)}`;
  const eventId = await Api.event({
    title,
    queue: { enabled: true, admitPerSecond: 20, maxActive: 50, sessionSeconds: 300, claimSeconds: 60 },
  });
  const { page, faults, context } = await visit(browser);
  await page.goto("/");
  await page.getByRole("searchbox").fill(title);
  await page.getByRole("link", { name: title }).first().click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await page.getByRole("link", { name: "Join the line" }).click();

  await page.getByRole("link", { name: /Create an account/ }).click();
  await page.getByLabel("Name").fill("Nari");
  await page.getByLabel("E-mail").fill(`nari-${Date.now()}@onsale.test`);
  await page.getByLabel("Password", { exact: true }).fill("a quiet evening in may");
  await page.getByRole("button", { name: "Create account", exact: true }).click();

  await page.waitForURL(`**/events/${eventId}/seats`);
  await page.getByRole("button", { name: "Find the best 2 seats together" }).click();
  await page.waitForURL("**/pay");
  await page.getByText("Held for you for another").waitFor();
  await page.getByRole("button", { name: /^Charge/ }).click();
  await page.getByRole("button", { name: /^Pay ₩/ }).click();

  await page.waitForURL(/\/orders\/ord_\w+$/);
  await page.getByRole("heading", { level: 1, name: "You’re going" }).waitFor();
  expect(await page.getByRole("article").count()).toBe(2);
  const codes = page.getByRole("img", { name: /QR code/ });
  await codes.nth(1).waitFor();
  expect(await codes.first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Add to calendar" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.ics$/);

  await page.getByRole("button", { name: "Cancel and refund" }).click();
  await page.getByRole("button", { name: "Cancel the order" }).click();
  await page.getByText("have been credited to your wallet").waitFor();
  await page.goto("/wallet");
  await page.getByText("Refunded").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("a sign-in returns to the page that asked for it, and to no other", async () => {
  const account = await Api.account();
  const { page, context } = await visit(browser);
  await page.goto("/sign-in?to=//evil.test/");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("E-mail or password is wrong.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "What’s on" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/");
  await context.close();
});

test("two buyers want one seat: the slower one is told at once, and takes the nearest alternative", async () => {
  const eventId = await Api.event();
  const [first, second] = await Promise.all(
    [0, 1].map(async () =>
      visit(browser, { account: await Api.account(500_000), viewport: { width: 1280, height: 900 } }),
    ),
  );
  if (!first || !second) throw new Error("two visitors are needed");
  const choose = async ({ page }: typeof first) => {
    await page.goto(`/events/${eventId}/seats`);
    await page.getByText("Choose from a list").click();
    for (const number of ["5", "6"])
      await page.getByRole("button", { name: `Left block, row 1, seat ${number},` }).click();
  };
  await Promise.all([choose(first), choose(second)]);
  await first.page.getByRole("button", { name: "Hold these seats" }).click();
  await first.page.waitForURL("**/pay");
  // Shown by the map's refresh, or by the refusal of the hold, whichever comes first.
  const notice = second.page.getByText(/just been taken/);
  const hold = second.page.getByRole("button", { name: "Hold these seats" });
  if (await hold.isVisible()) await hold.click({ timeout: 2_000 }).catch(() => {});
  await notice.waitFor();
  await second.page.getByText("Nearest alternatives").waitFor();
  const nearest = second.page.getByRole("button", { name: /Left block, row \d+, seat \d+; Left block/ }).first();
  await nearest.click();
  await hold.click();
  await second.page.waitForURL("**/pay");
  expect(second.page.url()).not.toBe(first.page.url());
  expect([...first.faults, ...second.faults]).toEqual([]);
  await Promise.all([first.context.close(), second.context.close()]);
});

test("a purchase works by keyboard alone", async () => {
  const eventId = await Api.event();
  const { page, faults, context } = await visit(browser, {
    account: await Api.account(500_000),
    viewport: { width: 1280, height: 900 },
  });
  await page.goto(`/events/${eventId}`);
  const focused = (name: RegExp) =>
    page.evaluate(
      (source) =>
        new RegExp(source).test(
          document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
        ),
      name.source,
    );
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      if (await focused(name)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab never reached ${name}`);
  };
  await page.getByRole("link", { name: "Choose seats" }).waitFor();
  await tabTo(/^Choose seats$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/seats");
  await page.locator("canvas").waitFor();
  await tabTo(/^Seat map/);
  await page.keyboard.press("ArrowRight"); // a block
  await page.keyboard.press("Enter"); // closer
  await page.keyboard.press("ArrowUp"); // a seat
  await page.keyboard.press("Enter"); // chosen
  await tabTo(/^Hold these seats$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/pay");
  await page.getByRole("button", { name: /^Pay ₩/ }).waitFor();
  await tabTo(/^Pay ₩/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
