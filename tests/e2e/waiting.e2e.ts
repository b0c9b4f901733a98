/** A page that waits for an hour on the test's clock: its requests, and when it shows the turn. */
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const queue = { enabled: true, admitPerSecond: 1, maxActive: 1, sessionSeconds: 300, claimSeconds: 60 };
const MINE = 4_000;
const HOUR = 3_600_000;

const token = (claims: object) => `none.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.none`;

/** A line that calls one number a second on the test's clock, and reaches MINE after an hour. */
const hourLong = async (page: Page, eventId: string, elapsed: () => number) => {
  const looks: { at: number; url: string; authorization: string | undefined }[] = [];
  let underWay = 0;
  let claimedAt: number | undefined;
  const answer = (route: Route, status: number, json: object) => route.fulfill({ status, json });
  const serving = () => MINE - 3_600 + Math.floor(elapsed() / 1000);
  await page.route(`**/v1/events/${eventId}/queue`, async (route) => {
    looks.push({ at: elapsed(), url: route.request().url(), authorization: route.request().headers().authorization });
    const asOf = new Date().toISOString();
    const line = { phase: "line", serving: serving(), issued: MINE + 500, lobby: 0, active: 1, admitPerSecond: 1 };
    await answer(route, 200, { ...line, opensAt: asOf, draw: { commitment: "0".repeat(64) }, asOf });
  });
  await page.route("**/queue/places", (route) =>
    answer(route, 201, { place: token({ num: MINE }), phase: "line", number: MINE }),
  );
  await page.route("**/queue/admissions", (route) => {
    claimedAt ??= elapsed();
    return answer(route, 201, { admission: "none", expiresAt: new Date(Date.now() + 86_400_000).toISOString() });
  });
  page.on("request", () => underWay++);
  for (const over of ["requestfinished", "requestfailed"] as const)
    page.on(over as "requestfinished", () => underWay--);
  return { looks, idle: () => underWay === 0, claimedAt: () => claimedAt };
};

test("an hour in the line takes at most 120 requests, all of them cacheable, and the turn is shown within 5 seconds", {
  timeout: 180_000,
}, async () => {
  const eventId = await Api.event({ queue });
  const { page, context, faults } = await visit(browser, { account: await Api.account() });
  let elapsed = 0;
  const line = await hourLong(page, eventId, () => elapsed);
  await page.clock.install();
  await page.goto(`/events/${eventId}/line`);
  await page.getByRole("heading", { name: "You are in the line" }).waitFor();
  await page.clock.pauseAt(Date.now() + 1_000);
  /** Moves the clock; requests in between are answered before it moves further. */
  const forward = async (ms: number) => {
    elapsed += ms;
    await page.clock.runFor(ms);
    await expect.poll(line.idle, { interval: 2 }).toBe(true);
    await page.evaluate(() => 0); // the page has read the answer
  };
  while (elapsed < HOUR - 700_000) await forward(5_000);
  while (elapsed < HOUR - 15_000) await forward(1_000);
  // an answer may be read one step late, so steps are small where seconds count
  while (line.claimedAt() === undefined && elapsed < HOUR + 10_000) await forward(250);
  expect(line.claimedAt()).toBeGreaterThanOrEqual(HOUR);
  expect(line.claimedAt()).toBeLessThanOrEqual(HOUR + 5_000);
  console.log(`looks in the hour: ${line.looks.length}`);
  expect(line.looks.length).toBeLessThanOrEqual(120);
  expect(line.looks.length).toBeGreaterThan(20);
  // One address, without query and token, so any cache may answer it to all.
  expect(new Set(line.looks.map(({ url, authorization }) => `${url} ${authorization}`)).size).toBe(1);
  expect(line.looks[0]?.authorization).toBeUndefined();
  const real = await fetch(`${inject("base")}/v1/events/${eventId}/queue`);
  expect(real.headers.get("cache-control")).toMatch(/public, max-age=1\b/);
  expect(faults).toEqual([]);
  await context.close();
});

test("the turn plays a sound, blinks in the title and is announced to screen readers", async () => {
  const eventId = await Api.event({ queue: { ...queue, admitPerSecond: 5 } });
  const { page, context } = await visit(browser, { account: await Api.account() });
  let elapsed = 0;
  await hourLong(page, eventId, () => elapsed);
  await page.addInitScript(() => {
    const shown = { notes: 0, titles: [] as string[] };
    Object.assign(globalThis, { shown });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      shown.notes++;
      start.call(this, when);
    };
    new MutationObserver(() => shown.titles.push(document.title)).observe(document, { subtree: true, childList: true });
  });
  await page.goto(`/events/${eventId}/line`);
  await page.getByRole("button", { name: "Ring when it is my turn" }).click();
  await page.getByRole("button", { name: "The bell is on" }).waitFor();
  expect(await page.title()).toMatch(/^3,599 · You are in the line/);
  const shown = () =>
    page.evaluate(() => (globalThis as unknown as { shown: { notes: number; titles: string[] } }).shown);
  const armed = (await shown()).notes;
  elapsed = HOUR;
  await page.evaluate(() => dispatchEvent(new Event("online"))); // polls at once
  await page.getByRole("alert").getByRole("heading", { name: "It’s your turn" }).waitFor();
  await page.waitForURL("**/seats");
  const { notes, titles } = await shown();
  expect(notes - armed).toBe(4);
  expect(titles.some((title) => /^● Your turn!/.test(title))).toBe(true);
  await context.close();
});

test("a hidden page polls at once when it is shown again", async () => {
  const eventId = await Api.event({ queue });
  const { page, context } = await visit(browser, { account: await Api.account() });
  const line = await hourLong(page, eventId, () => 0);
  await page.goto(`/events/${eventId}/line`);
  await page.getByRole("heading", { name: "You are in the line" }).waitFor();
  const shows = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await shows(true);
  await expect.poll(line.idle).toBe(true);
  const before = line.looks.length; // the next poll is two minutes away
  await shows(false);
  await expect.poll(() => line.looks.length, { timeout: 5_000 }).toBe(before + 1);
  await context.close();
});
