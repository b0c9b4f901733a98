/** Cancelling with many orders: 500 of every kind; with `npm run test:long` 10,000 by points, and 500 by card while the gateway fails. */
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as Fanout from "#core/fanout/index.ts";
import { pageSeats } from "#core/fanout/pace.ts";
import { provider } from "#core/gateway/index.ts";
import { audit, violations } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import { counter } from "#tests/support/bank.ts";
import * as Cancelled from "#tests/support/cancelled.ts";
import { isLong } from "#tests/support/long.ts";
import * as SentAgain from "#tests/support/sent-again.ts";

const shared = counter();
let hall: ReturnType<typeof Cancelled.hall>;
beforeAll(() => {
  hall = Cancelled.hall(shared);
});
beforeEach(() => {
  SentAgain.pages();
});

/** What is in flight is what this test has not delivered: the pages, and the disputes, which stay. */
const found = async () =>
  violations(audit(await read({ now: Date.now() }))).filter((one) => !/^no message left in flight/.test(one));

/** Delivers all pages, and other services' work after each, until nothing changes any more; at last the gateway's silence is over. */
const runAll = async (): Promise<number> => {
  let pages = 0;
  for (let rounds = 0; rounds < 4; rounds++) {
    const done = await Cancelled.runPages(Cancelled.deliver, ({ pass = 0 }) => pass > 2 * rounds + 1);
    pages += done.length;
    const next = SentAgain.pages();
    await shared.at.stage.drain();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 700_000 });
    await shared.at.stage.reconcile();
    await shared.at.stage.drain();
    SentAgain.putBack(next);
  }
  await Cancelled.runPages();
  await shared.at.stage.drain();
  return pages;
};

test("500 orders of every kind end once each, and money, seats and e-mails add up", { timeout: 600_000 }, async () => {
  const { eventId } = await hall.event(500);
  const wanted = Array.from({ length: 500 }, (_, n) => Cancelled.kinds[n % Cancelled.kinds.length] ?? "points");
  const buyers = await hall.sell(eventId, wanted);
  const before = await hall.cancel(eventId);
  const refundedBefore = buyers.filter(({ kind }) => kind === "before").length;
  expect(before.body).toMatchObject({ orders: 500 - refundedBefore, left: 500 - refundedBefore });
  const pages = await runAll();
  expect(pages).toBeGreaterThan((2 * (500 - refundedBefore)) / pageSeats);
  await Cancelled.expectEnded(shared, eventId, buyers);
  const disputed = buyers.filter(({ kind }) => kind === "disputed").length;
  const progress = await Fanout.progress(eventId, Date.now() + 3_000);
  expect(progress).toMatchObject({ orders: 500 - refundedBefore, left: disputed, refunding: 0, done: true });
  expect(progress.failed).toHaveLength(disputed);
  expect(await found()).toEqual([]);
});

test.runIf(isLong)("10,000 orders by points are refunded once each", { timeout: 3_600_000 }, async () => {
  const { eventId } = await hall.event(10_000);
  const buyers = await hall.sell(eventId, Array(10_000).fill("points"));
  await hall.cancel(eventId);
  const started = performance.now();
  await Cancelled.runPages();
  const seconds = (performance.now() - started) / 1_000;
  await shared.at.stage.drain();
  const progress = await Fanout.progress(eventId, Date.now() + 3_000);
  expect(progress).toMatchObject({ orders: 10_000, refunded: 10_000, left: 0, done: true });
  await Cancelled.expectEnded(shared, eventId, buyers);
  console.log(`10,000 orders: ${Math.round(10_000 / seconds)} refunds a second without the pace`);
});

/** With the gateway failing for one call in ten. */
const orders = isLong ? 500 : 20;
test(`${orders} orders by card are refunded once each, although the gateway fails and messages come twice`, {
  timeout: 1_800_000,
}, async () => {
  const { eventId } = await hall.event(orders);
  const buyers = await hall.sell(eventId, Array(orders).fill("card"));
  const { refund } = provider("sandbox");
  let calls = 0;
  vi.spyOn(provider("sandbox"), "refund").mockImplementation(async (request) => {
    const n = calls++ % 10;
    if (n === 3) throw new Error("The connection was lost before the gateway read it.");
    const answer = await refund(request);
    if (n === 7) throw new Error("The gateway's answer was lost.");
    return answer;
  });
  await hall.cancel(eventId);
  await Cancelled.runPages(async (body) => [await Cancelled.deliver(body), await Cancelled.deliver(body)]);
  await shared.at.stage.drain();
  await shared.at.stage.reconcile();
  await shared.at.stage.drain();
  await Cancelled.expectEnded(shared, eventId, buyers);
  const progress = await Fanout.progress(eventId, Date.now() + 3_000);
  expect(progress).toMatchObject({ orders, refunded: orders, refunding: 0, done: true });
});
