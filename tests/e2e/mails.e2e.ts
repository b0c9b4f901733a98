/**
 * Each e-mail in each language on a phone: its HTML, and its text as a mail program shows it. `PICTURES=1 npm run test:e2e -- mails`
 * writes each as a picture to `.onsale/mails/`.
 */
import { mkdirSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as AccountLetter from "#core/account/letter.ts";
import type { Locale } from "#core/account/schema.ts";
import type { Event } from "#core/catalog/schema.ts";
import type { Mail } from "#core/lib/mime.ts";
import * as OrderLetter from "#core/ticket/letter.ts";
import { launch } from "./visitor.ts";

const folder = new URL("../../.onsale/mails/", import.meta.url).pathname;
if (process.env.PICTURES) mkdirSync(folder, { recursive: true });

let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 360, height: 720 }, deviceScaleFactor: 1 });
});
beforeEach(async () => {
  page = await context.newPage();
});
afterAll(() => browser?.close());

const now = Date.UTC(2026, 10, 21, 9);
const shared = {
  to: "buyer@onsale.test",
  from: "Onsale <tickets@onsale.test>",
  publicUrl: "https://tickets.example.com",
  now,
};

const event = {
  title: "서울의 밤: The Long Light Tour",
  venue: "올림픽홀",
  startsAt: Date.UTC(2026, 11, 24, 10),
  sections: [{ sectionId: "A", name: "1층 A구역", kind: "seated", capacity: 10 }],
} as unknown as Event;
const seat = { sectionId: "A", row: "3", category: "R석", price: 154_000 };
const order = {
  orderId: "ord_01KB8X5V3M6W8J4ZQH2T9R7CDE",
  seats: ["12", "13"].map((number) => ({ ...seat, seatId: `A-3-${number}`, number })),
  total: 308_000,
  currency: "KRW",
};
const tickets = order.seats.map(({ seatId }, n) => ({
  ticketId: `tkt_01KB8X5V3M6W8J4ZQH2T9R7CDE_${n + 1}`,
  seatId,
  code: `${"eyJhbGciOiJFZERTQSJ9".repeat(13)}.${n}`,
}));

type OfOrder = Partial<OrderLetter.Letter>;
const confirmed: OfOrder = { kind: "confirmed", tickets };
const ofOrders: Record<string, OfOrder> = {
  confirmed,
  "refunded-points": { kind: "refunded" },
  "refunded-card": { kind: "refunded", byCard: true },
  "refunded-otherwise": { kind: "refunded", byCard: true, otherwise: true },
  released: { kind: "released", byCard: true },
  long: { ...confirmed, event: { ...event, title: "긴 제목과 LongWord".repeat(8), venue: "x".repeat(120) } },
  arabic: { ...confirmed, event: { ...event, title: "ليلة سيول 2026: الجولة (الأخيرة)!", venue: "قاعة" } },
};
const ofAccounts = {
  ...Object.fromEntries(
    ["signin", "reset", "verify", "email"].map((kind) => [kind, { code: "01234567", minutes: 10 }]),
  ),
  ...{ password: {}, passkey: {}, "email-changed": {} },
};
const disown = `${shared.publicUrl}/disown?token=${"eyJhbGciOiJIUzI1NiJ9".repeat(9)}`;

const mails = (["en", "ko"] satisfies Locale[]).flatMap((locale): [string, Mail][] => [
  ...Object.entries(ofOrders).map(([name, more]): [string, Mail] => [
    `${locale}-order-${name}`,
    OrderLetter.compose({ kind: "confirmed", byCard: false, order, tickets: [], event, ...shared, locale, ...more }),
  ]),
  ...Object.entries(ofAccounts).map(([kind, more]): [string, Mail] => [
    `${locale}-account-${kind}`,
    AccountLetter.compose({ ...shared, locale, disown, kind, ...more } as AccountLetter.Letter),
  ]),
]);

/** The HTML with its images in it, as a mail program shows it. */
const shown = ({ html, images }: Mail): string =>
  images.reduce(
    (text, { cid, type, content }) =>
      text.replace(`cid:${cid}`, `data:${type};base64,${Buffer.from(content).toString("base64")}`),
    html,
  );

/** Mail programs show a text in lines that fit. */
const asText = ({ text }: Mail): string =>
  `<meta name="viewport" content="width=device-width"><pre style="font:14px/1.4 monospace;white-space:pre-wrap;overflow-wrap:anywhere"></pre><script>document.querySelector("pre").textContent=${JSON.stringify(text)}</script>`;

test.each(mails)("%s fits a phone, with every image, and its code on one line", async (name, mail) => {
  for (const [version, content] of [
    ["html", shown(mail)],
    ["text", asText(mail)],
  ] as const) {
    await page.setContent(content, { waitUntil: "load" });
    if (process.env.PICTURES) await page.screenshot({ path: `${folder}${name}.${version}.png`, fullPage: true });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, version).toBeLessThanOrEqual(360);
  }
  await page.setContent(shown(mail));
  const images = await page.evaluate(() => [...document.images].map((image) => image.naturalWidth > 0));
  expect(images).toEqual(mail.images.map(() => true));
  const code = page.getByText("01234567", { exact: true });
  for (const box of await code.all()) expect((await box.boundingBox())?.height).toBeLessThan(60);
  await page.close();
});
