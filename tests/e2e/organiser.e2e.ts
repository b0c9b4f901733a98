/** An organiser's work: make an event, run its sale, check tickets in. Orders: desk-orders.e2e.ts. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import type { Client } from "#client/client.ts";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const desk = { account: Api.organiser, viewport: { width: 1280, height: 900 } };

const file = (plan: unknown) => ({
  name: "hall.json",
  mimeType: "application/json",
  buffer: Buffer.from(JSON.stringify(plan)),
});

test("a plan's faults are shown before the event is made; a corrected plan goes on sale", async () => {
  const { page, faults, context } = await visit(browser, desk);
  await page.goto("/desk");
  await page.getByRole("link", { name: "Create an event" }).click();
  const broken = Api.plan();
  const seats = broken.zones[0]?.rows[1]?.seats;
  if (!seats?.[0] || !seats[1]) throw new Error("the plan has no seats");
  seats[1].seat_guid = seats[0].seat_guid;
  await page.setInputFiles("input[type=file]", file(broken));
  await page.getByText("1 fault in this plan").waitFor();
  const picture = page.getByRole("application");
  const ringed = () =>
    picture.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      const probe = document.createElement("i");
      probe.style.color = "var(--signal)";
      canvas.parentElement?.append(probe);
      const [r, g, b] = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number);
      probe.remove();
      let found = 0;
      for (let at = 0; at < data.length; at += 4)
        if (data[at] === r && data[at + 1] === g && data[at + 2] === b) found++;
      return found;
    });
  await expect.poll(ringed).toBeGreaterThan(10); // the faulty seat, on the picture
  await page.getByRole("button", { name: /plan\.zones\.0\.rows\.1\.seats\.1\.seat_guid/ }).click();
  await page.getByRole("button", { name: "Remove the plan" }).click();
  await page.setInputFiles("input[type=file]", file(Api.plan()));
  await page.getByText("No faults found.").waitFor();
  await expect.poll(ringed).toBe(0);

  const title = `Made by hand ${Date.now().toString(36)}`;
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Venue").fill("Town hall");
  await page.getByLabel("Price of Front").fill("50000");
  await page.getByLabel("Price of Side").fill("30000");
  await page.getByLabel("Require a small computation for each place").check();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  expect(await page.getByLabel("Require a small computation for each place").isChecked()).toBe(true);
  await page.getByText("Opens soon").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("a refusal of the API is shown field by field", async () => {
  const { page, context } = await visit(browser, desk);
  await page.goto("/desk/new");
  await page.getByLabel("Title").fill("Nothing to sell");
  await page.getByLabel("Venue").fill("Nowhere");
  await page.getByRole("button", { name: "Save as draft" }).click();
  await page.getByText("Not created yet").waitFor();
  await context.close();
});

test("a pause reaches the buyers within seconds, and the resumption too", async () => {
  const eventId = await Api.event({ queue: { enabled: true } });
  const { page, context } = await visit(browser, desk);
  await page.goto(`/desk/events/${eventId}`);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  const buyer = await visit(browser);
  await expect
    .poll(
      async () => {
        await buyer.page.goto(`/events/${eventId}`);
        return buyer.page
          .getByText("The organiser has paused the sale for a moment")
          .isVisible({ timeout: 800 })
          .catch(() => false);
      },
      { timeout: 12_000 },
    )
    .toBe(true);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.getByLabel("Admitted a second").fill("7");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("Applied.").waitFor();
  await Promise.all([context.close(), buyer.context.close()]);
});

test("a ticket is checked in once: green, then red with the time; its event is chosen first and kept", async () => {
  const title = `Entrance ${Date.now().toString(36)}`;
  const order = await Api.sold(await Api.event({ title }));
  const other = await Api.sold(await Api.event({ title: "Another night" }));
  const { page, faults, context } = await visit(browser, { account: Api.organiser });
  await page.goto("/desk/check-in");
  await page.getByLabel("Find an event").fill(title);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: title }).click();
  await page.reload();
  await page.getByText(title, { exact: true }).waitFor();
  const enter = async (code: string) => {
    await page.getByLabel("Ticket code").fill(code);
    await page.getByRole("button", { name: "Check in", exact: true }).click();
  };
  await enter(order.ticket.code);
  await page.getByText("Welcome").waitFor();
  await enter(order.ticket.code);
  await page.getByText("Already used").waitFor();
  await page.getByText(/Checked in at/).waitFor();
  await enter("not a ticket");
  await page.getByText("Not a valid ticket", { exact: true }).waitFor();
  await enter(other.ticket.code);
  await page.getByText("For another event").waitFor();
  await page.getByText("Another night").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("a scan whose answer is lost is sent again and accepted, and can be undone", async () => {
  const eventId = await Api.event();
  const order = await Api.sold(eventId);
  const { page, context } = await visit(browser, { account: Api.organiser });
  const keys: (string | undefined)[] = [];
  await page.route("**/v1/admin/check-ins", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    await route.fetch(); // it took effect
    await route.abort();
  });
  await page.goto(`/desk/check-in?event=${eventId}`);
  const enter = async () => {
    await page.getByLabel("Ticket code").fill(order.ticket.code);
    await page.getByRole("button", { name: "Check in", exact: true }).click();
  };
  await enter();
  await page.getByText("Welcome").waitFor();
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("The ticket can be used again.").waitFor();
  await page.getByText("0 checked in on this device").waitFor();
  await enter();
  await page.getByText("Welcome").waitFor();
  await context.close();
});

test("a buyer cannot open the desk", async () => {
  const { page, context } = await visit(browser, { account: await Api.account() });
  await page.goto("/desk");
  await page.getByText("This is for organisers.").waitFor();
  await context.close();
});

test("the effect of a rate and a capacity is shown before they are applied", async () => {
  const eventId = await Api.event({
    queue: { enabled: true, admitPerSecond: 0.001, maxActive: 10, sessionSeconds: 600, claimSeconds: 60 },
  });
  for (let waiting = 0; waiting < 6; waiting++) await Buyer.join(await Api.signedIn(await Api.account()), eventId);
  const { page, context } = await visit(browser, desk);
  await page.goto(`/desk/events/${eventId}`);
  await page
    .getByText(/About 0.001 visitors enter each second. The last visitor who waits now enters after about \d+ h/)
    .waitFor();
  await page.getByLabel("Admitted a second").fill("5");
  await page.getByText("The limit is how many can choose").waitFor(); // 10 visitors who stay five minutes
  await page.getByLabel("Choosing at the same time, at most").fill("5000");
  await page
    .getByText("About 5 visitors enter each second. The last visitor who waits now enters after less than a minute.")
    .waitFor();
  await page.getByText("The limit is the rate").waitFor();
  await context.close();
});

test("the draw can be verified on this device, one number or all of them", async () => {
  const early: Client[] = [];
  for (let made = 0; made < 5; made++) early.push(await Api.signedIn(await Api.account()));
  const eventId = await Api.event({
    salesOpenAt: new Date(Date.now() + 12_000).toISOString(),
    queue: { enabled: true },
  });
  for (const api of early) await Buyer.join(api, eventId);
  const { page, context, faults } = await visit(browser, desk);
  await page.goto(`/desk/events/${eventId}/draw`);
  await page.getByText("The lobby has not been drawn yet.").waitFor();
  await page.getByText("the seed fits what was published").waitFor({ timeout: 30_000 });
  await page.getByLabel("Lobby index").fill("3");
  await page.getByText(/^drew number [1-5]$/).waitFor();
  await page.getByRole("button", { name: "Check the whole draw on this device" }).click();
  await page.getByText("Every number from 1 to 5 was given exactly once.").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("the figures of a large sale fit on their lines, even on the narrowest phone", async () => {
  const title = "The longest farewell tour that there ever was, with friends, a choir and two orchestras";
  const eventId = await Api.event({ title });
  for (const viewport of [
    { width: 320, height: 640 },
    { width: 1180, height: 800 },
  ]) {
    const { page, context } = await visit(browser, { ...desk, viewport });
    await page.route("**/stats", (route) =>
      route.fulfill({
        json: {
          queue: null,
          seats: { free: 11_111, held: 1_234, sold: 87_655 },
          orders: { confirmed: 43_827, expired: 10_000, refunded: 1_234 },
          conflicts: 1_234_567,
          revenue: 4_224_000_000,
        },
      }),
    );
    await page.goto(`/desk/events/${eventId}`);
    const revenue = page.getByText("₩4,224,000,000");
    await revenue.waitFor();
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll("dd")]
        .filter((figure) => {
          const range = document.createRange();
          range.selectNodeContents(figure.firstChild ?? figure);
          const [box, cell] = [range.getBoundingClientRect(), figure.getBoundingClientRect()];
          return range.getClientRects().length > 1 || box.right > cell.right + 0.5;
        })
        .map((figure) => figure.textContent),
    );
    expect(outside).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    await context.close();
  }
});
