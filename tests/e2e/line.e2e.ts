/** The lobby and the line in a browser: no place is lost, and the turn is shown in time. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const slow = { enabled: true, admitPerSecond: 0.01, maxActive: 1, sessionSeconds: 300, claimSeconds: 300 };

/** A visitor who enters first and stays, so that the next one waits. */
const occupy = async (eventId: string) => {
  const api = await Api.signedIn(await Api.account());
  const { place } = await Buyer.join(api, eventId);
  if (!(await Buyer.enter(api, eventId, place, 20_000))) throw new Error("The first visitor was never let in.");
  return () => Buyer.leave(api, eventId);
};

test("a place in the line survives a reload, a second tab, a second device and a lost network, and the turn is shown", async () => {
  const eventId = await Api.event({ queue: { ...slow, admitPerSecond: 5 } });
  const leave = await occupy(eventId);
  const account = await Api.account();
  const { page, context, faults } = await visit(browser, { account });
  const number = (of: typeof page) => of.locator("p", { hasText: /^\d+$/ }).first().textContent();
  await page.goto(`/events/${eventId}/line`);
  await page.getByRole("heading", { name: "You are in the line" }).waitFor();
  const mine = await number(page);
  await page.reload();
  await page.getByRole("heading", { name: "You are in the line" }).waitFor();
  expect(await number(page)).toBe(mine);
  const tab = await context.newPage();
  await tab.goto(`/events/${eventId}/line`);
  await tab.getByRole("heading", { name: "You are in the line" }).waitFor();
  expect(await number(tab)).toBe(mine);
  await tab.close();
  const other = await visit(browser, { account });
  await other.page.goto(`/events/${eventId}/line`);
  await other.page.getByRole("heading", { name: "You are in the line" }).waitFor();
  expect(await number(other.page)).toBe(mine);
  await other.context.close();

  await context.setOffline(true);
  await page.getByText(/No connection. Your place is kept/).waitFor({ timeout: 30_000 });
  await context.setOffline(false);
  await page.getByText(/No connection. Your place is kept/).waitFor({ state: "detached" });
  expect(await number(page)).toBe(mine);

  const left = Date.now();
  await leave();
  await page.waitForURL("**/seats");
  expect(Date.now() - left).toBeLessThan(10_000);
  expect(faults).toEqual([]);
  await context.close();
});

test("the lobby counts down by the server's clock, draws by the published seed, and the visitor enters", async () => {
  const account = await Api.account();
  const opensAt = Date.now() + 12_000;
  const eventId = await Api.event({
    salesOpenAt: new Date(opensAt).toISOString(),
    queue: { enabled: true, admitPerSecond: 20, maxActive: 50, sessionSeconds: 300, claimSeconds: 60 },
  });
  const { page, context, faults } = await visit(browser, { account });
  // A visitor whose own clock is three minutes fast.
  await page.addInitScript(() => {
    const real = Date.now;
    Date.now = () => real() + 180_000;
  });
  await page.goto(`/events/${eventId}/line`);
  await page.getByRole("heading", { name: "You are in the lobby" }).waitFor();
  const said = await page.getByRole("timer").getAttribute("aria-label");
  const seconds = Number(/(\d+) sec/.exec(said ?? "")?.[1]);
  expect(Math.abs(seconds - (opensAt - Date.now()) / 1000)).toBeLessThan(2.5);
  await page.waitForURL("**/seats", { timeout: 30_000 });
  expect(Date.now() - opensAt).toBeLessThan(10_000);
  await page.goto(`/events/${eventId}`);
  await page.getByText("The draw", { exact: true }).click();
  await page.getByText("the seed fits what was published").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("leaving gives the slot to the next visitor, and returning gives a new place at the end", async () => {
  const eventId = await Api.event({ queue: { ...slow, admitPerSecond: 5, maxActive: 2 } });
  const { page, context } = await visit(browser, { account: await Api.account() });
  await page.goto(`/events/${eventId}/line`);
  await page.waitForURL("**/seats");
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await page.waitForURL(`**/events/${eventId}`);
  await page.getByRole("link", { name: "Join the line" }).click();
  await page.waitForURL("**/seats");
  await context.close();
});
