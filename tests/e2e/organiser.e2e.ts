/** The organiser's evening: make an event, run its sale, refund an order, mind the door. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("a plan's faults are shown before the event is made; the mended one goes on sale", async () => {
  const { page, faults, context } = await visit(browser, desk);
  await page.goto("/desk");
  await page.getByRole("link", { name: "Create an event" }).click();
  const broken = Api.plan();
  const seats = broken.zones[0]?.rows[1]?.seats;
  if (!seats?.[0] || !seats[1]) throw new Error("the plan has no seats");
  seats[1].seat_guid = seats[0].seat_guid;
  await page.setInputFiles("input[type=file]", file(broken));
  await page.getByText("1 fault in this plan").waitFor();
  await page.getByRole("button", { name: /plan\.zones\.0\.rows\.1\.seats\.1\.seat_guid/ }).click();
  await page.getByRole("button", { name: "Remove the plan" }).click();
  await page.setInputFiles("input[type=file]", file(Api.plan()));
  await page.getByText("No faults found.").waitFor();

  const title = `Made by hand ${Date.now().toString(36)}`;
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Venue").fill("Town hall");
  await page.getByLabel("Price of Front").fill("50000");
  await page.getByLabel("Price of Side").fill("30000");
  await page.getByRole("button", { name: "Create the event" }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await page.getByText("Opens soon").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("what the API refuses is told field by field", async () => {
  const { page, context } = await visit(browser, desk);
  await page.goto("/desk/new");
  await page.getByLabel("Title").fill("Nothing to sell");
  await page.getByLabel("Venue").fill("Nowhere");
  await page.getByRole("button", { name: "Create the event" }).click();
  await page.getByText("Not created yet").waitFor();
  await context.close();
});

test("a pause reaches the buyers within seconds, and so does the resumption", async () => {
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
          .getByText("The organiser has paused it for a moment")
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

const sold = async (eventId: string) => {
  const { accessToken } = await Api.session(await Api.account(500_000));
  const order = await Api.call("POST", "/v1/orders", { eventId, pick: { quantity: 1 } }, accessToken);
  await Api.call("POST", `/v1/orders/${order.orderId}/payment`, { method: "points" }, accessToken);
  const read = () => Api.call("GET", `/v1/orders/${order.orderId}`, undefined, accessToken);
  await expect.poll(async () => (await read()).status, { timeout: 15_000 }).toBe("confirmed");
  return read();
};

test("a ticket is let in once: green, then red with the time", async () => {
  const order = await sold(await Api.event());
  const { page, faults, context } = await visit(browser, { account: Api.organiser });
  await page.goto("/desk/check-in");
  const enter = async (code: string) => {
    await page.getByLabel("Ticket code").fill(code);
    await page.getByRole("button", { name: "Check in", exact: true }).click();
  };
  await enter(order.tickets[0].code);
  await page.getByText("Welcome").waitFor();
  await enter(order.tickets[0].code);
  await page.getByText("Already used").waitFor();
  await page.getByText(/Checked in at/).waitFor();
  await enter("not a ticket");
  await page.getByText("Not a valid ticket", { exact: true }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("an order is found and refunded, and the figures follow", async () => {
  const eventId = await Api.event();
  const order = await sold(eventId);
  const { page, context } = await visit(browser, desk);
  await page.goto(`/desk/events/${eventId}/orders`);
  await page.getByLabel("E-mail, user or order").fill(order.orderId);
  await page.keyboard.press("Enter");
  await page.getByRole("cell", { name: order.orderId }).waitFor();
  await page.getByRole("button", { name: "Refund" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Refund" }).click();
  await page.getByText("The refund is under way.").waitFor();
  await page
    .getByRole("cell", { name: /^Refunded/ })
    .first()
    .waitFor();
  await context.close();
});

test("a buyer is not let onto the desk", async () => {
  const { page, context } = await visit(browser, { account: await Api.account() });
  await page.goto("/desk");
  await page.getByText("This is for organisers.").waitFor();
  await context.close();
});
