/** A cancellation leaves room for other sales: in the settle queue, at the gateway, and in SES's rate. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Fanout from "#core/fanout/index.ts";
import { pageDelaySeconds, pageSeats, passDelaySeconds, perSecond } from "#core/fanout/pace.ts";
import { bank, intercept, killer } from "#tests/support/bank.ts";
import * as Cancelled from "#tests/support/cancelled.ts";
import * as Harness from "#tests/support/harness.ts";
import * as SentAgain from "#tests/support/sent-again.ts";
import { shop } from "#tests/support/shop.ts";

const mailRate = 20;
let shared: Parameters<typeof Cancelled.hall>[0];

beforeAll(async () => {
  const at = await bank((links) => Harness.stage({ ...links, mailRate }));
  const admin = await at.stage.user({ roles: ["admin"] });
  shared = { at, admin, steps: shop(at.stage), kill: killer() };
});
afterAll(() => shared?.at.sandbox.stop());

test("the pace is half of the e-mails, and at most 20 refunds, a second; each pass waits twice as long", () => {
  expect([1, 10, 39, 40, 500].map(perSecond)).toEqual([0.5, 5, 19.5, 20, 20]);
  expect([1, 10, 40, 500].map((rate) => pageDelaySeconds(pageSeats, rate))).toEqual([40, 4, 1, 1]);
  expect(pageDelaySeconds(0, 10)).toBe(0);
  expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map(passDelaySeconds)).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900]);
});

test("60 refunds by card: never more than a page of them is in the settle queue, and a payment behind them settles in the third batch", {
  timeout: 120_000,
}, async () => {
  const hall = Cancelled.hall(shared);
  const [{ eventId }, other] = [await hall.event(60), await hall.event(10)];
  await hall.sell(eventId, Array(60).fill("card"));
  await hall.cancel(eventId);
  const pages: { at: number; refunds: number }[] = [];
  let at = 0;
  for (let [page] = SentAgain.pages(); page && Cancelled.pageOf(page.body).pass === 0; [page] = SentAgain.pages()) {
    at += page.delaySeconds;
    await Cancelled.deliver(page.body);
    const { orders, refunding, refunded } = await Fanout.progress(eventId, Date.now() + 3_000 * (pages.length + 1));
    const refunds = refunding + refunded - pages.reduce((sum, one) => sum + one.refunds, 0);
    expect(orders).toBe(60);
    pages.push({ at, refunds });
    const next = SentAgain.pages();
    // the stream hands the refunds to the settle queue, and a buyer of another sale pays after them
    await shared.at.stage.leave();
    const buyer = await hall.hold(other.eventId, "points", pages.length - 1);
    await hall.pay(buyer);
    const waiting = await intercept(shared.at.stage);
    const kinds = waiting.map((body) => JSON.parse(body).kind as string);
    expect(kinds.filter((kind) => kind === "refund")).toHaveLength(refunds);
    expect(refunds).toBeLessThanOrEqual(pageSeats);
    expect(Math.ceil((kinds.indexOf("payment") + 1) / 10)).toBeLessThanOrEqual(3);
    SentAgain.putBack(next);
  }
  expect(pages.reduce((sum, { refunds }) => sum + refunds, 0)).toBe(60);
  // over the whole pass and in each part of it: no more than the pace, after the first page
  for (const [n, first] of pages.entries())
    for (const last of pages.slice(n + 1)) {
      const refunds = pages.slice(n, pages.indexOf(last)).reduce((sum, one) => sum + one.refunds, 0);
      expect(refunds / (last.at - first.at)).toBeLessThanOrEqual(mailRate / 2);
    }
});
