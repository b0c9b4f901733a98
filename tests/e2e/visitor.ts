/** A visitor: a browser, an account if wanted, and all errors of their pages. */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import * as Api from "./api.ts";

export const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** `more`: additional flags. */
export const launch = (...more: string[]): Promise<Browser> =>
  chromium.launch({ executablePath: inject("chromium"), args: [...flags, ...more] });

export type Visitor = {
  context: BrowserContext;
  page: Page;
  /** Errors thrown on a page, refusals of the content policy, requests to another origin. */
  faults: string[];
};

const listen = (page: Page, faults: string[], base: string) => {
  page.on("pageerror", (error) => faults.push(`threw: ${error.message}`));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(base)) faults.push(`asked ${request.url()}`);
  });
};

export type Wishes = BrowserContextOptions & { account?: Api.Account };

/** English, a phone, Seoul, unless `wishes` say otherwise. With an account the visitor is signed in. */
export const visit = async (browser: Browser, { account, ...wishes }: Wishes = {}): Promise<Visitor> => {
  const base = inject("base");
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width: 390, height: 844 },
    locale: "en-GB",
    timezoneId: "Asia/Seoul",
    reducedMotion: "reduce",
    ...wishes,
  });
  context.setDefaultTimeout(30_000);
  const faults: string[] = [];
  context.on("page", (page) => listen(page, faults, base));
  const page = await context.newPage();
  if (account) await signIn(page, account);
  return { context, page, faults };
};

/** Writes the session where the pages store it. The sign-in form has tests of its own. */
export const signIn = async (page: Page, account: Api.Account) => {
  const session = await Api.session(account);
  await page.goto("/favicon.svg");
  await page.evaluate(([key, value]) => localStorage.setItem(key, value), [
    "onsale:session",
    JSON.stringify({ ...session, expiresAt: Date.now() + session.expiresIn * 1000 }),
  ] as const);
};
