/** The box office's work with orders: find one, send its e-mail again or elsewhere, refund it; and the exports as files. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { mailsTo } from "./mail.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
let eventId: string;
let orders: Awaited<ReturnType<typeof Api.sold>>[];
beforeAll(async () => {
  browser = await launch();
  eventId = await Api.event({ title: "Evening of the box office" });
  orders = [await Api.sold(eventId), await Api.sold(eventId), await Api.sold(eventId)];
});
afterAll(() => browser?.close());

const phone = { account: Api.organiser };
const rows = (page: Page) =>
  page
    .getByRole("main")
    .getByRole("listitem")
    .filter({ has: page.locator("time") });
const orderOf = (n: number) => orders[n] as (typeof orders)[number];
const say = (page: Page, text: string) => page.getByRole("status").getByText(text).waitFor();

test("a link names an order or a state; a search can be linked; a used ticket's order is refunded after a second question", async () => {
  const { orderId, ticket } = orderOf(0);
  const organiser = await Api.signedIn(Api.organiser);
  await organiser.call("POST /v1/admin/check-ins", { body: { eventId, code: ticket.code } });
  const { page, faults, context } = await visit(browser, phone);
  await page.goto(`/desk/events/${eventId}/orders?q=${orderId}`);
  await rows(page).filter({ hasText: orderId }).waitFor();
  expect(await rows(page).count()).toBe(1);
  expect(await page.getByLabel("E-mail, user or order").inputValue()).toBe(orderId);
  await page.getByRole("button", { name: "Refund" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Refund" }).click();
  await page.getByText("has been used").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Refund anyway" }).click();
  await say(page, "The order is cancelled.");
  await rows(page).getByText("Refunded", { exact: true }).waitFor();

  await page.goto(`/desk/events/${eventId}/orders?status=refunded&q=`);
  await rows(page).filter({ hasText: orderId }).waitFor();
  expect(await page.getByLabel("State").inputValue()).toBe("refunded");
  expect(await rows(page).count()).toBe(1);
  await page.getByLabel("State").selectOption("confirmed");
  await rows(page).nth(1).waitFor();
  expect(await rows(page).allTextContents()).toEqual(expect.not.arrayContaining([expect.stringContaining(orderId)]));
  await page.getByLabel("E-mail, user or order").fill(orderOf(1).orderId);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/orders?q=${orderOf(1).orderId}&status=confirmed`);
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.reload();
  await rows(page)
    .filter({ hasText: orderOf(1).orderId })
    .waitFor();
  expect(faults).toEqual([]);
  await context.close();
  const guest = await visit(browser);
  const linked = `/desk/events/${eventId}/orders?q=${orderId}`;
  await guest.page.goto(linked);
  await guest.page.waitForURL(`**/sign-in?to=${encodeURIComponent(linked)}`); // a sign-in leads to the search
  await guest.context.close();
});

test("an order's e-mail goes out again, and to another address, by which the order is found then", async () => {
  const { orderId } = orderOf(2);
  const organiser = await Api.signedIn(Api.organiser);
  const listed = await organiser.call("GET /v1/admin/orders", { query: { eventId, q: orderId } });
  const buyer = listed.items[0]?.email ?? "";
  const subjects = async (email: string) => (await mailsTo(email)).map(({ subject }) => subject);
  await expect.poll(() => subjects(buyer), { timeout: 30_000 }).toHaveLength(1);
  const { page, faults, context } = await visit(browser, { ...phone, viewport: { width: 1280, height: 900 } });
  await page.goto(`/desk/events/${eventId}/orders`);
  const row = rows(page).filter({ hasText: orderId });
  await row.getByRole("button", { name: "Send the e-mail again" }).click();
  await say(page, `The e-mail is on its way to ${buyer}.`);
  await expect.poll(() => subjects(buyer), { timeout: 30_000 }).toHaveLength(2);

  await row.getByRole("button", { name: "Send to another address" }).click();
  const dialog = page.getByRole("dialog");
  const other = `other-${Date.now().toString(36)}@onsale.test`;
  await dialog.getByLabel("E-mail address").fill("nobody@nowhere"); // a browser takes this for an address
  await page.keyboard.press("Enter");
  await dialog.getByText("Something in the form is wrong.").waitFor();
  await dialog.getByLabel("E-mail address").fill(other);
  await dialog.getByRole("button", { name: "Send there" }).click();
  await say(page, `From now on the e-mails about this order go to ${other}.`);
  await row.getByText(`E-mails go to ${other}`).waitFor();
  await expect.poll(() => subjects(other), { timeout: 30_000 }).toEqual(["Your tickets: Evening of the box office"]);
  expect(await subjects(buyer)).toHaveLength(2);
  await page.getByLabel("E-mail, user or order").fill(other.toUpperCase());
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=OTHER/);
  await row.waitFor();
  await expect.poll(() => rows(page).count()).toBe(1);
  expect(faults).toEqual([]);
  await context.close();
});

const MARK = "\uFEFF";

/** What a click saves: its name and its text. */
const download = async (page: Page, click: () => Promise<void>) => {
  const [file] = await Promise.all([page.waitForEvent("download"), click()]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
};
const today = () => new Date().toISOString().slice(0, 10);

test("an export is one file of all its pages, with the mark and the header once; a page that fails is read again, and no other", async () => {
  const { page, faults, context } = await visit(browser, phone);
  await page.goto(`/desk/events/${eventId}/orders`);
  await page.getByRole("link", { name: "Exports" }).click();
  const tickets = await download(page, () => page.getByRole("button", { name: "Download: Tickets" }).click());
  expect(tickets.name).toBe(`tickets-${eventId}-${today()}.csv`);
  const [head, ...lines] = tickets.text.trimEnd().split("\r\n");
  expect(head).toMatch(new RegExp(`^${MARK}ticketId,orderId,`));
  expect(lines).toHaveLength(2); // one order is refunded
  await page.getByText("Downloaded: 2 lines.").waitFor();

  const whole = ["orderId,name\r\nord_1,Kim\r\n", 'ord_2,"two\r\nlines"\r\n', "ord_3,박\r\n"];
  const asked: (string | null)[] = [];
  const answers = [0, 1, undefined, 2]; // the third request fails
  await page.route("**/exports/orders*", async (route) => {
    const cursor = new URL(route.request().url()).searchParams.get("cursor");
    const part = answers[asked.length];
    asked.push(cursor);
    if (part === undefined) return route.abort();
    const next = part < 2 ? { "onsale-next": `page-${part + 1}` } : undefined;
    await route.fulfill({
      headers: { "content-type": "text/csv; charset=utf-8", ...next },
      body: (part === 0 ? MARK : "") + whole[part],
    });
  });
  await page.getByRole("button", { name: "Download: Orders" }).click();
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor();
  const file = await download(page, () => again.click());
  expect(file).toEqual({ name: `orders-${eventId}-${today()}.csv`, text: MARK + whole.join("") });
  await page.getByText("Downloaded: 3 lines.").waitFor();
  expect(asked).toEqual([null, "page-1", "page-2", "page-2"]);
  expect(faults).toEqual([]);
  await context.close();
});

test("an export shows how far it is, and can be stopped: nothing is saved then", async () => {
  const { page, context } = await visit(browser, phone);
  let saved = 0;
  page.on("download", () => saved++);
  let pages = 0;
  let go = () => {};
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route("**/exports/payments*", async (route) => {
    if (pages++ > 0) await going;
    const headers = { "content-type": "text/csv", ...(pages < 2 && { "onsale-next": "more" }) };
    await route.fulfill({ headers, body: `${MARK}a\r\n${"x\r\n".repeat(12_000)}` }).catch(() => {});
  });
  await page.goto(`/desk/events/${eventId}/exports`);
  await page.getByRole("button", { name: "Download: Payments" }).click();
  await page.getByText("12,000 lines …").waitFor();
  await page.getByRole("button", { name: "Stop: Payments" }).click();
  go();
  await page.getByText("12,000 lines …").waitFor({ state: "detached" });
  await page.waitForTimeout(300);
  expect([saved, pages]).toEqual([0, 2]);
  expect(await page.getByText("Downloaded:").count()).toBe(0);
  await context.close();
});
