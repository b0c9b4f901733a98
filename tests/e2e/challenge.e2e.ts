/** Where a place needs proof of work, the page computes it, says so, and calls no third party. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** A million hashes: long enough to be seen. */
const queue = { enabled: true, admitPerSecond: 5, challenge: "work" as const, difficulty: 20 };

/** The answers to the page's requests for a place. */
const joins = (page: Page) => {
  const seen: number[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith("/queue/places")) seen.push(response.status());
  });
  return seen;
};

test("the line is joined with a proof of work, computed in the page and by a worker, and the visitor enters", async () => {
  const eventId = await Api.event({ queue });
  const { page, context, faults } = await visit(browser, { account: await Api.account() });
  const seen = joins(page);
  const scripts: string[] = [];
  page.on("request", (request) => scripts.push(request.url()));
  await page.goto(`/events/${eventId}/line`);
  const working = page.getByRole("status").getByRole("heading", { name: "Checking your browser…" });
  await working.waitFor();
  await page.waitForURL("**/seats");
  expect(seen).toEqual([403, 201]);
  expect(scripts.some((url) => /\/assets\/worker-/.test(url))).toBe(true);
  expect(faults).toEqual([]);
  await context.close();
});

test("the lobby is joined with a proof of work in Korean, computed once however often the page is loaded; without a challenge none is computed", async () => {
  const salesOpenAt = new Date(Date.now() + 600_000).toISOString();
  const [guarded, open] = [
    await Api.event({ queue, salesOpenAt }),
    await Api.event({ queue: { enabled: true }, salesOpenAt }),
  ];
  const { page, context, faults } = await visit(browser, { account: await Api.account(), locale: "ko-KR" });
  const scripts: string[] = [];
  page.on("request", (request) => scripts.push(request.url()));
  await page.goto(`/events/${open}/line`);
  await page.getByRole("heading", { name: "대기실에 입장하셨습니다" }).waitFor();
  expect(scripts.some((url) => /\/assets\/(worker|challenge)-/.test(url))).toBe(false);
  const seen = joins(page);
  await page.goto(`/events/${guarded}/line`);
  await page.getByRole("heading", { name: "브라우저를 확인하고 있습니다…" }).waitFor();
  await page.getByRole("heading", { name: "대기실에 입장하셨습니다" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "대기실에 입장하셨습니다" }).waitFor();
  expect(seen).toEqual([403, 201]);
  expect(faults).toEqual([]);
  await context.close();
});

test("a sign-in from an IP address with too many failures does the work automatically, and returns to the page that asked for it", async () => {
  const account = await Api.account();
  const { page, context, faults } = await visit(browser);
  const token = "header.payload.signature";
  const sent: { challenge?: string }[] = [];
  await page.route("**/v1/sessions", async (route) => {
    const asked = route.request().postDataJSON();
    sent.push(asked);
    if (sent.length > 1) return route.continue({ postData: JSON.stringify({ ...asked, challenge: undefined }) });
    const challenge = { kind: "work", token, difficulty: 12, expiresAt: new Date(Date.now() + 600_000).toISOString() };
    const body = JSON.stringify({ code: "session.challenge_required", status: 403, challenge });
    return route.fulfill({ status: 403, contentType: "application/problem+json", body });
  });
  await page.goto("/sign-in?to=/wallet");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL(({ pathname }) => pathname === "/wallet");
  expect(sent.map(({ challenge }) => challenge === undefined)).toEqual([true, false]);
  expect(sent[1]?.challenge?.startsWith(`${token}.`)).toBe(true);
  expect(faults.filter((fault) => !fault.includes("403"))).toEqual([]);
  await context.close();
});

test("an organiser turns the challenge on in the middle of a sale, and off again", async () => {
  const eventId = await Api.event({ queue: { ...queue, challenge: "none" } });
  const { page, context } = await visit(browser, { account: Api.organiser, viewport: { width: 1280, height: 900 } });
  const asked = async () =>
    (await Api.visitor().open("GET /v1/events/{eventId}", { params: { eventId } })).queue.challenge;
  await page.goto(`/desk/events/${eventId}`);
  for (const [tick, expected] of [
    [true, "work"],
    [false, "none"],
  ] as const) {
    await page.getByLabel("Require a small computation for each place").setChecked(tick);
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("Applied.").waitFor();
    await expect.poll(asked, { timeout: 10_000 }).toBe(expected);
  }
  await context.close();
});
