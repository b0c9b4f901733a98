/** The desk's pages of one event's life: draft, edit, postpone, log, cancel; and the overview of all events. */
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

const phone = { account: Api.organiser };

/** The value of a date field, days from now, in the visitor's time zone. */
const daysAhead = (days: number) => new Date(Date.now() + days * 86_400_000 + 9 * 3_600_000).toISOString().slice(0, 16);

test("a draft is seen by its organisers only, until it is published", async () => {
  const title = `Unpublished ${Date.now().toString(36)}`;
  const eventId = await Api.event({ title, publish: false });
  const { page, context, faults } = await visit(browser, phone);
  await page.goto("/desk");
  await page.getByLabel("Title or venue").fill(title);
  await page.keyboard.press("Enter");
  await page.getByRole("listitem").filter({ hasText: "Draft" }).getByRole("link", { name: title }).click();
  await page.getByText("This is a draft. Only its organisers see it.").waitFor();
  await page.getByText("Venue: Small hall, Seoul").waitFor();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Venue").fill("Cellar");
  await page.getByText("Nobody is told: this is a draft.").waitFor();
  await page.getByRole("button", { name: "Save the changes" }).click();
  await page.getByText("Saved.").waitFor();
  await expect(Api.visitor().open("GET /v1/events/{eventId}", { params: { eventId } })).rejects.toThrow();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText(`Publish “${title}”?`).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await page.getByText("On sale").waitFor();
  // the edge keeps the answer to the request above for some seconds
  const venue = async () => (await Api.visitor().open("GET /v1/events/{eventId}", { params: { eventId } })).venue;
  await expect.poll(venue, { timeout: 15_000 }).toBe("Cellar");
  expect(faults).toEqual([]);
  await context.close();
});

test("a draft can be deleted", async () => {
  const eventId = await Api.event({ publish: false });
  const { page, context } = await visit(browser, phone);
  await page.goto(`/desk/events/${eventId}/edit`);
  await page.getByRole("button", { name: "Delete the draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the draft" }).click();
  await page.waitForURL("**/desk");
  await page.goto(`/desk/events/${eventId}/edit`);
  await page.getByText("There is no such event.").waitFor();
  await context.close();
});

test("an edit says who is told before it is saved, survives a conflict, and is in the log", async () => {
  const eventId = await Api.event();
  await Api.sold(eventId);
  const { page, context, faults } = await visit(browser, phone);
  await page.goto(`/desk/events/${eventId}/edit`);
  await page.getByLabel("Price of Front").fill("60000");
  await page.getByText("Before: ₩50,000. No e-mail.").waitFor();
  await page.getByText("Nobody gets an e-mail.").waitFor();
  await page.getByLabel("Venue").fill("Large hall, Seoul");
  await page.getByText("Before: Small hall, Seoul. Buyers get an e-mail about this.").waitFor();
  await page.getByText("The buyers of 1 order get one e-mail").waitFor();
  const path = `**/v1/admin/events/${eventId}`;
  await page.route(path, (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({ status: 409, json: { code: "event.changed", status: 409 } })
      : route.continue(),
  );
  await page.getByRole("button", { name: "Save the changes" }).click();
  await page.getByText("Somebody else changed this event at the same moment.").waitFor();
  await page.unroute(path);
  await page.getByRole("button", { name: "Save the changes" }).click();
  await page.getByText("Saved.").waitFor();
  await page.getByRole("link", { name: "Log" }).click();
  const entry = page.getByRole("listitem").filter({ hasText: "Changed the event" });
  await entry.getByText("Venue: Small hall, Seoul → Large hall, Seoul").waitFor();
  await entry.getByText("Price of Front: ₩50,000 → ₩60,000").waitFor();
  await entry.getByText(Api.organiser.email).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("a postponement shows what will happen, asks, and then shows until when tickets can be returned", async () => {
  const eventId = await Api.event();
  await Api.sold(eventId);
  const { page, context, faults } = await visit(browser, phone);
  await page.goto(`/desk/events/${eventId}/edit`);
  await page.getByRole("link", { name: "Postpone the event" }).click();
  await page.getByLabel("New start").fill(daysAhead(90));
  await page.getByLabel("Buyers may return tickets until").fill(daysAhead(10));
  await page.getByText(/^The start moves from .* to /).waitFor();
  await page.getByText("The buyers of 1 order get one e-mail with the old and the new start").waitFor();
  await page.getByRole("button", { name: "Postpone …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Postpone" }).click();
  await page.getByText("Postponed. It takes effect").waitFor();
  await page.getByText(/^Postponed\. It was to start .* Buyers may return tickets until/).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("the overview names what needs attention, and filters by state", async () => {
  const named = (what: string) => `${what} ${Date.now().toString(36)}`;
  const [soon, paused] = [named("Soon"), named("Stopped")];
  await Api.event({ title: soon, publish: false });
  const eventId = await Api.event({ title: paused });
  const organiser = await Api.signedIn(Api.organiser);
  await organiser.call("PATCH /v1/admin/events/{eventId}", { params: { eventId }, body: { status: "paused" } });
  const { page, context, faults } = await visit(browser, phone);
  await page.goto("/desk");
  const attention = page.locator("section", { has: page.getByRole("heading", { name: "Needs attention" }) });
  await attention.getByRole("listitem").filter({ hasText: soon }).getByText("Not published").waitFor();
  await attention.getByRole("listitem").filter({ hasText: paused }).getByText("The sale is paused").waitFor();
  await page.getByLabel("State").selectOption({ label: "Paused" });
  const list = page.locator("main > div > ul");
  await list.getByRole("link", { name: paused }).waitFor();
  expect(await list.getByRole("link", { name: soon }).count()).toBe(0);
  await page.reload();
  await list.getByRole("link", { name: paused }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("a cancellation shows what will happen, asks, and then shows how far its orders are", async () => {
  const title = `Ill-fated ${Date.now().toString(36)}`;
  const eventId = await Api.event({ title });
  await Api.sold(eventId);
  await Buyer.hold(await Api.signedIn(await Api.account()), { eventId, pick: { quantity: 2 } });
  const { page, context, faults } = await visit(browser, phone);
  await page.goto(`/desk/events/${eventId}/edit`);
  await page.getByRole("link", { name: "Cancel the event" }).click();
  const figure = (name: string) => page.locator("dl > div", { hasText: name }).locator("dd");
  await figure("Paid orders").getByText("1 ticket").waitFor();
  expect(await figure("Goes back to buyers").textContent()).toMatch(/^₩[35]0,000$/);
  expect(await figure("Held, not paid").textContent()).toBe("1");
  await page.getByLabel("Reason").fill("The singer is ill.");
  const begin = () => page.getByRole("button", { name: "Cancel the event …" }).click();
  await begin();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByText(new RegExp(`Cancel “${title}” for good\\? ₩[35]0,000 goes back to the buyers of 1 order\\.`))
    .waitFor();
  await dialog.getByRole("button", { name: "Keep the event" }).click();
  await begin();
  await dialog.getByRole("button", { name: "Cancel for good" }).click();
  await page.getByRole("heading", { level: 1, name: "Cancelled" }).waitFor();
  await page.getByText("The singer is ill.").waitFor();
  await page.getByText("2 of 2 orders have ended").waitFor();
  expect(await figure("Refunded").textContent()).toBe("1");
  await page.goto(`/desk/events/${eventId}`);
  await page.getByRole("link", { name: "Orders that have ended" }).waitFor();
  expect(await page.getByRole("button", { name: "Resume" }).count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});

test("orders of a cancelled event that need a person are listed with the reason, and all can be gone through again", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser, phone);
  const repeated: unknown[] = [];
  await page.route("**/cancellation", (route) =>
    route.fulfill({
      json: {
        ...{
          cancelledAt: new Date().toISOString(),
          orders: 9,
          released: 1,
          refunded: 6,
          refunding: 1,
          left: 1,
          done: false,
        },
        failed: [
          { orderId: "ord_disputed", reason: "disputed" },
          { orderId: "ord_delayed", reason: "refund_delayed" },
        ],
      },
    }),
  );
  await page.route("**/v1/admin/events/*/cancel", (route) => {
    repeated.push(route.request().postDataJSON());
    return route.fulfill({ status: 202, json: {} });
  });
  await page.goto(`/desk/events/${eventId}/cancel`);
  await page.getByText("7 of 9 orders have ended").waitFor();
  await page.getByRole("heading", { name: "2 orders need you" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: "ord_disputed" }).getByText("bank disputes the payment").waitFor();
  await page.getByRole("listitem").filter({ hasText: "ord_delayed" }).getByText("asked again every minute").waitFor();
  await page.getByRole("button", { name: "Go through the orders again" }).click();
  await expect.poll(() => repeated).toEqual([{}]);
  await context.close();
});
