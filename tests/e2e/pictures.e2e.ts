/** Takes the README's pictures again: `PICTURES=1 npm run test:e2e -- pictures`. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import type { NewEvent } from "#client/shapes.ts";
import * as Api from "./api.ts";
import { launch, type Visitor, visit, type Wishes } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const folder = new URL("../../docs/pictures/", import.meta.url).pathname;
const desktop = { viewport: { width: 1180, height: 800 } };

const take = (page: Page, name: string) => page.screenshot({ path: `${folder}${name}.jpg`, type: "jpeg", quality: 78 });

/** One visitor's pictures. */
const as = async (wishes: Wishes, work: (visitor: Visitor) => Promise<void>) => {
  const visitor = await visit(browser, { deviceScaleFactor: 1, ...wishes });
  await work(visitor);
  await visitor.context.close();
};

const arenaPlan = async () => {
  const { eventId, prices } = await Api.arena();
  const plan = await Api.visitor().open("GET /v1/events/{eventId}/plan", { params: { eventId } });
  return { plan: plan as NewEvent["plan"], prices };
};

test.runIf(process.env.PICTURES)("the buyer's pages", { timeout: 180_000 }, async () => {
  const hall = await arenaPlan();
  const title = "Tidal: The Long Light Tour";
  const queue = { enabled: true, admitPerSecond: 5, maxActive: 100, sessionSeconds: 600, claimSeconds: 60 };
  const open = await Api.event({ ...hall, title, venue: "Hangang Arena, Seoul", queue });
  const lobby = await Api.event({
    ...hall,
    title,
    venue: "Hangang Arena, Seoul",
    queue,
    salesOpenAt: new Date(Date.now() + 225_000).toISOString(),
  });
  const crowd = await Api.event({
    ...hall,
    title,
    venue: "Hangang Arena, Seoul",
    queue: { ...queue, admitPerSecond: 0.05, maxActive: 2 },
  });
  const waiting = await Promise.all(Array.from({ length: 12 }, () => Api.account()));
  for (const one of waiting) {
    const api = await Api.signedIn(one);
    await Buyer.join(api, crowd);
    await Buyer.join(api, lobby);
  }
  await as(desktop, async ({ page }) => {
    await page.goto("/");
    await page.locator("main h3").first().waitFor();
    await take(page, "home");
  });
  const account = await Api.account(900_000);
  await as({ account }, async ({ page }) => {
    await page.goto(`/events/${open}`);
    await page.getByText("Prices").first().waitFor();
    await page.waitForTimeout(400);
    await take(page, "event");
    await page.goto(`/events/${lobby}/line`);
    await page.getByText(/people are here/).waitFor();
    await take(page, "lobby");
    await page.goto(`/events/${crowd}/line`);
    await page.getByRole("progressbar").waitFor();
    await page.waitForTimeout(400);
    await take(page, "line");
    await page.goto(`/events/${open}/line`);
    await page.waitForURL("**/seats");
    await page.waitForTimeout(1_200);
    await take(page, "seats");
    await page.locator("canvas").focus();
    for (const key of ["ArrowDown", "Enter", "Enter", "ArrowRight", "Enter"]) await page.keyboard.press(key);
    await page.waitForTimeout(1_200);
    await take(page, "seats-near");
    await page.getByRole("button", { name: "Hold these seats" }).click();
    await page.waitForURL("**/pay");
    await page.getByText(/You have/).waitFor();
    await take(page, "checkout");
    await page.getByRole("button", { name: /^Pay ₩/ }).click();
    await page.getByRole("img", { name: /QR/ }).first().waitFor();
    await page.waitForTimeout(400);
    await take(page, "tickets");
  });
  await as({ account, locale: "ko-KR", colorScheme: "dark" }, async ({ page }) => {
    await page.goto(`/events/${lobby}/line`);
    await page.getByRole("timer").waitFor();
    await page.waitForTimeout(400);
    await take(page, "lobby-ko-dark");
  });
});

test.runIf(process.env.PICTURES)("the organiser's pages", { timeout: 120_000 }, async () => {
  const event = await Api.event({
    ...(await arenaPlan()),
    title: "Tidal: The Long Light Tour",
    venue: "Hangang Arena, Seoul",
    queue: { enabled: true },
  });
  const buyers = await Promise.all(Array.from({ length: 6 }, () => Api.account(2_000_000)));
  await as({ account: Api.organiser, ...desktop, viewport: { width: 1180, height: 1300 } }, async ({ page }) => {
    await page.goto(`/desk/events/${event}`);
    await page.locator("main canvas").first().waitFor();
    for (const buyer of buyers) {
      const how = { method: "points" } as const;
      await Buyer.buy(await Api.signedIn(buyer), { eventId: event, pick: { quantity: 4 } }, how);
      await page.waitForTimeout(900);
    }
    await page.waitForTimeout(5_000);
    await take(page, "desk");
    await page.goto("/docs");
    await page.locator("main details").first().waitFor();
    await take(page, "reference");
  });
});
