/** The desk's pages of one event's life: it is cancelled. */
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

test("a cancellation shows what will happen, asks, and then shows how far its orders are", async () => {
  const title = `Ill-fated ${Date.now().toString(36)}`;
  const eventId = await Api.event({ title });
  await Api.sold(eventId);
  await Buyer.hold(await Api.signedIn(await Api.account()), { eventId, pick: { quantity: 2 } });
  const { page, context, faults } = await visit(browser, phone);
  await page.goto(`/desk/events/${eventId}`);
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
