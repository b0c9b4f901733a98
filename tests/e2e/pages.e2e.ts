/** Checks of every page: accessible, in both languages, on the narrowest phone, in few bytes. */
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import * as Api from "./api.ts";
import { findings } from "./axe.ts";
import { launch, type Visitor, visit } from "./visitor.ts";

type Pages = Record<string, { path: string; as?: "buyer" | "organiser"; ready: string }>;
let browser: Browser;
let pages: Pages;
let buyer: Api.Account;

beforeAll(async () => {
  browser = await launch();
  buyer = await Api.account(500_000);
  const open = await Api.event();
  const lobby = await Api.event({
    salesOpenAt: new Date(Date.now() + 3_600_000).toISOString(),
    queue: { enabled: true },
  });
  const line = await Api.event({ queue: { enabled: true, admitPerSecond: 0.001, maxActive: 1 } });
  const api = await Api.signedIn(buyer);
  await Buyer.join(await Api.signedIn(await Api.account()), line);
  const held = await Buyer.hold(api, { eventId: open, pick: { quantity: 2 } });
  const sold = await Api.event();
  const paid = await Buyer.buy(api, { eventId: sold, pick: { quantity: 2 } }, { method: "points" });
  const draft = await Api.event({ publish: false });
  const cancelled = await Api.event();
  await Api.sold(cancelled);
  const organiser = await Api.signedIn(Api.organiser);
  await organiser.call("POST /v1/admin/events/{eventId}/cancel", { params: { eventId: cancelled }, body: {} });
  const { items } = await organiser.call("GET /v1/admin/organisations");
  const { organisationId = "" } = items[0] ?? {};
  const { invitationId } = await organiser.call("POST /v1/admin/organisations/{organisationId}/invitations", {
    params: { organisationId },
    body: { email: Api.organiser.email, role: "manager" },
  });
  const ofEvent = { params: { eventId: open } };
  await organiser.call("POST /v1/admin/events/{eventId}/devices", { ...ofEvent, body: { name: "Gate A" } });
  const invitationPath = `/invitations/${organisationId}/${invitationId}`;
  pages = {
    home: { path: "/", ready: "main h3" },
    event: { path: `/events/${open}`, ready: "main h1" },
    "event before its sale": { path: `/events/${lobby}`, ready: "main [role=timer]" },
    lobby: { path: `/events/${lobby}/line`, as: "buyer", ready: "main [role=timer]" },
    line: { path: `/events/${line}/line`, as: "buyer", ready: "main [role=progressbar]" },
    seats: { path: `/events/${open}/seats`, as: "buyer", ready: "main canvas" },
    checkout: { path: `/orders/${held.orderId}/pay`, as: "buyer", ready: "main fieldset" },
    tickets: { path: `/orders/${paid.orderId}`, as: "buyer", ready: "main article img" },
    orders: { path: "/orders", as: "buyer", ready: "main li" },
    wallet: { path: "/wallet", as: "buyer", ready: "main li" },
    charge: { path: "/wallet/charge", as: "buyer", ready: "main form" },
    "sign-in": { path: "/sign-in", ready: "main form" },
    "sign-up": { path: "/sign-up", ready: "main form" },
    forgotten: { path: "/forgotten", ready: "main form" },
    disown: { path: "/disown", ready: "main a" },
    account: { path: "/account", as: "buyer", ready: "main li" },
    "nothing there": { path: "/nowhere", ready: "main h1" },
    reference: { path: "/docs", ready: "main details" },
    desk: { path: "/desk", as: "organiser", ready: "main ul" },
    "new event": { path: "/desk/new", as: "organiser", ready: "main form" },
    members: { path: `/desk/organisations/${organisationId}`, as: "organiser", ready: "main li h2" },
    invitation: { path: invitationPath, as: "organiser", ready: "main button" },
    "no invitation": { path: invitationPath, as: "buyer", ready: "main a" },
    "invitation, signed out": { path: invitationPath, ready: "main a" },
    "live desk": { path: `/desk/events/${open}`, as: "organiser", ready: "main canvas" },
    "organiser's orders": { path: `/desk/events/${sold}/orders`, as: "organiser", ready: "main li time" },
    exports: { path: `/desk/events/${open}/exports`, as: "organiser", ready: "main li h2" },
    "edit an event": { path: `/desk/events/${open}/edit`, as: "organiser", ready: "main form" },
    "edit a draft": { path: `/desk/events/${draft}/edit`, as: "organiser", ready: "main form" },
    postpone: { path: `/desk/events/${open}/postpone`, as: "organiser", ready: "main form" },
    log: { path: `/desk/events/${open}/log`, as: "organiser", ready: "main li" },
    "cancel an event": { path: `/desk/events/${open}/cancel`, as: "organiser", ready: "main dl" },
    "cancelled event": { path: `/desk/events/${cancelled}/cancel`, as: "organiser", ready: "main dl" },
    devices: { path: `/desk/events/${open}/entrance`, as: "organiser", ready: "main li" },
    "a device without a pass": { path: "/desk/device", ready: "main h1 + p" },
    draw: { path: `/desk/events/${lobby}/draw`, as: "organiser", ready: "main details" },
    "check-in": { path: "/desk/check-in", as: "organiser", ready: "main form" },
  };
});
afterAll(() => browser?.close());

const each = async (wishes: Parameters<typeof visit>[1], look: (visitor: Visitor, name: string) => Promise<void>) => {
  const visitors = {
    nobody: await visit(browser, wishes),
    buyer: await visit(browser, { ...wishes, account: buyer }),
    organiser: await visit(browser, { ...wishes, account: Api.organiser }),
  };
  for (const [name, { path, as, ready }] of Object.entries(pages)) {
    const visitor = visitors[as ?? "nobody"];
    await visitor.page.goto(path);
    await visitor.page.locator(ready).first().waitFor();
    await look(visitor, name);
  }
  const faults = Object.values(visitors).flatMap((visitor) => visitor.faults);
  await Promise.all(Object.values(visitors).map(({ context }) => context.close()));
  expect(faults).toEqual([]);
};

describe("every page", () => {
  test("has nothing that axe objects to, in light and dark", { timeout: 180_000 }, async () => {
    const found: Record<string, string[]> = {};
    for (const colorScheme of ["light", "dark"] as const)
      await each({ colorScheme }, async ({ page }, name) => {
        const here = await findings(page);
        if (here.length > 0) found[`${name}, ${colorScheme}`] = here;
      });
    expect(found).toEqual({});
  });

  test("fits a screen 320 pixels wide in both languages, with one heading of the first rank", {
    timeout: 240_000,
  }, async () => {
    const wide: Record<string, number> = {};
    const headings: Record<string, number> = {};
    for (const locale of ["en-GB", "ko-KR"])
      await each({ viewport: { width: 320, height: 640 }, locale }, async ({ page }, name) => {
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > 320) wide[`${name}, ${locale}`] = width;
        const count = await page.locator("h1").count();
        if (count !== 1) headings[`${name}, ${locale}`] = count;
      });
    expect(wide).toEqual({});
    expect(headings).toEqual({});
  });

  test("is in Korean in a Korean browser", { timeout: 120_000 }, async () => {
    await each({ locale: "ko-KR" }, async ({ page }, name) => {
      expect(await page.getAttribute("html", "lang"), name).toBe("ko");
      expect(await page.locator("h1").first().textContent(), name).toMatch(
        name.startsWith("event") || name === "live desk" ? /./ : /[가-힣]/,
      );
    });
  });
});

/** The scripts of a first visit, gzipped, in KB. */
const scriptsOf = async (path: string, ready: string, account?: Api.Account) => {
  const { page, context } = await visit(browser, account && { account });
  let bytes = 0;
  const read: Promise<void>[] = [];
  page.on("response", (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname))
      read.push(
        response.body().then((body) => {
          bytes += gzipSync(body).length;
        }),
      );
  });
  await page.goto(path);
  await page.locator(ready).first().waitFor();
  await Promise.all(read);
  await context.close();
  return bytes / 1024;
};

test("event and line need at most 50 KB of script, the seat map 90 KB", async () => {
  const cost = async (name: string) => {
    const { path, ready, as } = pages[name] ?? { path: "/", ready: "main" };
    return scriptsOf(path, ready, as && buyer);
  };
  const costs = {
    home: await cost("home"),
    event: await cost("event"),
    line: await cost("line"),
    seats: await cost("seats"),
    checkout: await cost("checkout"),
  };
  console.log(
    "scripts, gzipped KB:",
    JSON.stringify(costs, (_, value) => (typeof value === "number" ? Number(value.toFixed(1)) : value)),
  );
  expect(costs.event).toBeLessThan(50);
  expect(costs.line).toBeLessThan(50);
  expect(costs.seats).toBeLessThan(90);
});

test("the visitor can choose the language and the appearance, and the choice is kept", async () => {
  const { page, context } = await visit(browser);
  await page.goto("/");
  await page.locator("header summary").click();
  await page.getByRole("button", { name: "한국어" }).click();
  await page.getByRole("heading", { level: 1, name: "지금 열리는 일정" }).waitFor();
  await page.locator("header summary").click();
  await page.getByLabel("어둡게").check();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "지금 열리는 일정" }).waitFor();
  expect(await page.getAttribute("html", "data-theme")).toBe("dark");
  await context.close();
});

test("the content policy allows nothing inline and nothing of another origin", async () => {
  // the sandbox has no form, so the checkout needs no more than any page
  for (const path of ["/", "/orders/any/pay"]) {
    const policy = (await fetch(inject("base") + path)).headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:|frame-src/);
  }
  const { page, context, faults } = await visit(browser);
  await page.goto("/");
  await page.locator("main h3").first().waitFor();
  const ran = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.inline = true";
    document.head.append(script);
    const foreign = await fetch("https://example.com/").then(
      () => true,
      () => false,
    );
    return { inline: "inline" in globalThis, foreign };
  });
  expect(ran).toEqual({ inline: false, foreign: false });
  expect(faults.length).toBeGreaterThan(0); // here the content policy's refusals, which other tests expect to be absent, are recorded
  await context.close();
});

test("times are shown in the visitor's own zone, with its name", async () => {
  const startsAt = "2031-07-04T23:30:00.000Z";
  const eventId = await Api.event({ startsAt });
  for (const [timezoneId, text] of [
    ["Asia/Seoul", /Saturday,? 5 July 2031.*08:30.*GMT\+9/],
    ["America/New_York", /Friday,? 4 July 2031.*19:30.*GMT-4/],
  ] as const) {
    const { page, context } = await visit(browser, { timezoneId });
    await page.goto(`/events/${eventId}`);
    await page.getByText(text).first().waitFor();
    await context.close();
  }
});

test("a page on a slow network shows that it is loading, and a failed request can be repeated", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser);
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route(`**/v1/events/${eventId}`, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/events/${eventId}`);
  await page.getByRole("status", { name: "Loading" }).first().waitFor();
  letThrough();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.unroute(`**/v1/events/${eventId}`);
  await page.route("**/v1/events?*", (route) => route.abort());
  await page.goto("/");
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor({ timeout: 30_000 });
  await page.unroute("**/v1/events?*");
  await again.click();
  await page.locator("main h3").first().waitFor();
  await context.close();
});
