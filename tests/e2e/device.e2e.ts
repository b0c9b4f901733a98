/** A device at the entrance, from its pass to its revocation: two browsers, and no password in the second one. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const phone = { width: 390, height: 844 };

test("a manager's pass sets up a phone, which checks a ticket in and undoes that until it is revoked; the log names it", async () => {
  const { eventId, ticket } = await Api.sold(await Api.event());
  const desk = await visit(browser, { account: Api.organiser });
  await desk.page.goto(`/desk/events/${eventId}/entrance`);
  await desk.page.getByLabel("Name of the device").fill("Gate A");
  await desk.page.getByRole("button", { name: "New pass" }).click();
  await desk.page.getByRole("img", { name: "QR code of the pass for Gate A" }).waitFor();
  await desk.page.getByText("Not set up yet").waitFor();
  const link = (await desk.page.getByText("/desk/device#").textContent()) ?? "";

  // the phone's clock is ten minutes slow
  const { page, context, faults } = await visit(browser, { viewport: phone });
  await page.clock.install({ time: Date.now() - 600_000 });
  await page.goto(link);
  await page.getByText("This device: Gate A").waitFor();
  expect(new URL(page.url()).hash).toBe("");
  await desk.page.getByText("Gate A is set up and can check tickets in.").waitFor();

  const scan = async () => {
    await page.getByLabel("Ticket code").fill(ticket.code);
    await page.getByRole("button", { name: "Check in", exact: true }).click();
  };
  await page.reload(); // the pass stays on the device
  await scan();
  await page.getByText("Welcome").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("The ticket can be used again.").waitFor();

  const thief = await visit(browser, { viewport: phone });
  await thief.page.goto(link);
  await thief.page.getByText("Another device has used this pass.").waitFor();
  await thief.context.close();

  await desk.page.getByRole("button", { name: "Revoke Gate A" }).click();
  await desk.page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await desk.page.getByText("No device yet.").waitFor();
  await scan();
  await page.getByText("The organiser has revoked the pass of this device.").waitFor();
  await desk.page.getByRole("link", { name: "Log" }).click();
  const byDevice = (action: string) =>
    desk.page
      .getByRole("listitem")
      .filter({ hasText: action })
      .getByText(/: dev_/);
  for (const action of ["A device was set up", "Undid a check-in"]) await byDevice(action).waitFor();
  expect([...desk.faults, ...faults]).toEqual([]);
  await Promise.all([desk, { context }].map((one) => one.context.close()));
});

test("a phone without a pass, or with an incomplete link, is told to ask for one", async () => {
  const { page, context } = await visit(browser, { viewport: phone });
  for (const path of ["/desk/device", "/desk/device#evt_1.dev_1.x"]) {
    await page.goto("/");
    await page.goto(path);
    await page.getByRole("heading", { name: "This device has no pass" }).waitFor();
    await page.getByText("Ask the organiser for a new pass").waitFor();
  }
  await context.close();
});
