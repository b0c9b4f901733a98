/** The checkout in cases of failure. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as Buyer from "#client/buyer.ts";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const holdBest = async (page: Page, eventId: string) => {
  await page.goto(`/events/${eventId}/seats`);
  await page.getByRole("button", { name: "Find the best 2 seats together" }).click();
  await page.waitForURL("**/pay");
};

const payByCard = async (page: Page, token: string) => {
  await page.getByRole("radio", { name: "Card" }).check();
  await page.getByLabel("Test card").selectOption(token);
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
};

test("a declined card leaves the seats held, and another one pays them", async () => {
  const eventId = await Api.event();
  const { page, faults, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  await payByCard(page, "tok_decline");
  await page.getByText("The payment was declined").waitFor();
  await page.getByText(/The card was declined and not charged\. Your seats are held for you until \d/).waitFor();
  await payByCard(page, "tok_approve");
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("an order that costs nothing needs no payment method: one press gets the tickets", async () => {
  const eventId = await Api.event({ currency: "EUR", prices: { Front: 0, Side: 0 } });
  const { page, faults, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  const get = page.getByRole("button", { name: "Get the tickets, free of charge" });
  await get.waitFor();
  expect(await page.getByRole("radio").count()).toBe(0);
  await get.click();
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("the same card declined again is shown as soon as the answer comes", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  const declined = page.getByText("The payment was declined");
  await payByCard(page, "tok_decline");
  await declined.waitFor();
  await payByCard(page, "tok_decline");
  await page.getByRole("heading", { name: "Your payment is being processed" }).waitFor();
  const sent = Date.now();
  await declined.waitFor();
  expect(Date.now() - sent).toBeLessThan(8_000);
  await context.close();
});

test("a buyer who released three holds is told how long to wait, in both languages", async () => {
  const eventId = await Api.event();
  const account = await Api.account();
  const api = await Api.signedIn(account);
  for (let n = 0; n < 3; n++) {
    const { orderId } = await Buyer.hold(api, { eventId, pick: { quantity: 2 } });
    await Buyer.cancel(api, orderId);
  }
  for (const [locale, find, text, left] of [
    ["en-GB", "Find the best 2 seats together", "so you have to wait a little", "You can hold seats again in"],
    ["ko-KR", "나란히 2석 찾기", "잠시 후에 다시 선택하실 수 있습니다", "남은 시간"],
  ] as const) {
    const { page, faults, context } = await visit(browser, { account, locale });
    await page.goto(`/events/${eventId}/seats`);
    await page.getByRole("button", { name: find }).click();
    const notice = page.getByRole("status").filter({ hasText: text });
    await notice.filter({ hasText: left }).waitFor();
    expect(await notice.getByRole("timer").textContent()).toMatch(/^(9:\d\d|10:00)$/);
    expect(faults).toEqual([]);
    await context.close();
  }
});

test("a hold that lapses while the card form is open is reported, with a way back to the seats", async () => {
  const eventId = await Api.event({ holdSeconds: 8 });
  const { page, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  await page.getByRole("radio", { name: "Card" }).check();
  await page.getByRole("heading", { name: "The time to pay has passed" }).waitFor();
  // for a moment the seats are still kept, and a payment from another tab may still succeed
  await page.getByText("The seats go back on sale in a moment").waitFor();
  expect(await page.getByText("The seats are back on sale").count()).toBe(0);
  await page.getByRole("link", { name: "Choose again" }).click();
  await page.waitForURL("**/seats");
  await context.close();
});

test("a reload, the back button and a second tab find the same hold, and another hold links to it", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, eventId);
  const checkout = page.url();
  await page.reload();
  await page.getByText("Held for you for another").waitFor();
  await page.goBack();
  await page.waitForURL("**/seats");
  await page.getByRole("button", { name: "Find the best 2 seats together" }).click();
  await page.getByText("You have an open order for this event.").waitFor();
  await page.getByRole("link", { name: "Go to it" }).click();
  await page.waitForURL(checkout);
  const tab = await context.newPage();
  await tab.goto("/orders");
  await tab.getByText("Held, not paid").click();
  await tab.waitForURL(checkout);
  await context.close();
});

test("a payment made offline is sent again when the network is back, and charged once", async () => {
  const eventId = await Api.event();
  const account = await Api.account(500_000);
  const { page, context } = await visit(browser, { account });
  await holdBest(page, eventId);
  await page.getByRole("button", { name: /^Pay ₩/ }).waitFor();
  await context.setOffline(true);
  await page.getByText(/You seem to be offline/).waitFor();
  const failed = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/payment"));
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
  await failed;
  await context.setOffline(false);
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  const { items } = await (await Api.signedIn(account)).call("GET /v1/wallet/entries");
  expect(items.filter(({ kind }) => kind === "payment")).toHaveLength(1);
  await context.close();
});

test("missing points can be charged in place", async () => {
  const eventId = await Api.event();
  const { page, context } = await visit(browser, { account: await Api.account(10_000) });
  await holdBest(page, eventId);
  await page.getByText(/You need .* more/).waitFor();
  expect(await page.getByRole("button", { name: /^Pay ₩/ }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: /^Charge ₩90,000/ }).click();
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
  await page.getByRole("heading", { name: "You’re going" }).waitFor();
  await context.close();
});

/** Replaces the API's answer about an order, for states that take minutes or a refusing gateway. */
const pretend = async (page: Page, change: Record<string, unknown>) => {
  await page.route(/\/v1\/orders(\/ord_\w+)?(\?.*)?$/, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const changed = (order: Record<string, unknown>) => ({ ...order, tickets: undefined, ...change });
    await route.fulfill({
      response: answer,
      json: body.items ? { ...body, items: body.items.map(changed) } : changed(body),
    });
  });
};

/** An order of this buyer's, held. */
const heldBy = async (account: Api.Account) => {
  const wanted = { eventId: await Api.event(), pick: { quantity: 2 } };
  return (await Buyer.hold(await Api.signedIn(account), wanted)).orderId;
};

const lapsed = { payBy: new Date(Date.now() - 60_000).toISOString() };
const declined = (reason: string) => ({ payment: { attemptId: "a", method: "card", status: "declined", reason } });

describe.each([
  {
    locale: "en-GB",
    nothing: /You pay only if the order is confirmed/,
    unknown: /You do not pay with it: if your card was charged, the money is returned automatically/,
    taken: /What it took from your card for this order is returned automatically/,
    declinedCard: /declined and not charged/,
    back: /The seats are back on sale/,
    soon: /The seats go back on sale in a moment/,
    held: /Your seats are held for you until/,
    voided: /Your tickets are void, the seats are no longer yours, and you do not pay/,
    pill: "Cancelled: not paid",
    points: /credited to your wallet/,
    card: /was returned, or was never taken/,
    trying: /keep trying until the payment provider confirms it/,
  },
  {
    locale: "ko-KR",
    nothing: /주문이 확정된 경우에만 결제됩니다/,
    unknown: /이 결제는 청구되지 않으며, 카드가 승인되었다면 자동으로 환불됩니다/,
    taken: /이 주문으로 카드에서 결제된 금액은 자동으로 환불됩니다/,
    declinedCard: /카드가 거절되어 결제되지 않았습니다/,
    back: /좌석은 다시 판매됩니다/,
    soon: /좌석은 곧 다시 판매됩니다/,
    held: /까지 확보해 두었습니다/,
    voided: /티켓은 무효가 되었고 좌석도 더 이상 확보되어 있지 않으며, 결제 금액은 청구되지 않습니다/,
    pill: "취소됨: 청구 없음",
    points: /지갑으로 환불되었습니다/,
    card: /환불 또는 승인 취소가 결제 대행사에서 확인되었습니다/,
    trying: /결제 대행사가 확인할 때까지 계속 시도합니다/,
  },
])("texts about money and seats, in $locale", ({ locale, ...words }) => {
  /** The page's text about an order in this state. */
  const read = async (path: string, change: Record<string, unknown>): Promise<string> => {
    const account = await Api.account();
    const orderId = await heldBy(account);
    const { page, faults, context } = await visit(browser, { account, locale });
    await pretend(page, change);
    await page.goto(path.replace("$", orderId));
    await page.locator("main [role=status]:not([aria-label]), main [role=alert], main li a").first().waitFor();
    const text = (await page.locator("main").textContent()) ?? "";
    expect(faults).toEqual([]);
    await context.close();
    return text;
  };
  const checkout = (change: Record<string, unknown>) => read("/orders/$/pay", change);

  test.each([
    ["card.declined", words.declinedCard],
    ["payment.unconfirmed", words.unknown],
    ["payment.mismatch", words.taken],
  ])(
    "after %s the checkout says what happened to the money, and until when the seats are held",
    async (reason, fact) => {
      const text = await checkout(declined(reason));
      expect(text).toMatch(fact);
      expect(text).toMatch(words.held);
      expect(text).not.toMatch(words.nothing);
    },
  );

  test.each([
    ["card.declined", words.declinedCard],
    ["payment.unconfirmed", words.unknown],
    ["payment.mismatch", words.taken],
  ])("after the time to pay, %s still explains what happened to the money", async (reason, fact) => {
    const soon = await checkout({ ...declined(reason), ...lapsed });
    expect(soon).toMatch(fact);
    expect(soon).toMatch(words.soon);
    for (const path of ["/orders/$/pay", "/orders/$"]) {
      const over = await read(path, { ...declined(reason), ...lapsed, status: "expired" });
      expect(over).toMatch(fact);
      expect(over).toMatch(words.back);
      for (const text of [soon, over]) expect(text).not.toMatch(words.nothing);
    }
  });

  test("seats are shown as released only if the API says so; a lost payment is repeated only for a confirmed order", async () => {
    const soon = await checkout(lapsed);
    expect(soon).toMatch(words.soon);
    expect(soon).not.toMatch(words.back);
    const over = await checkout({ ...lapsed, status: "expired" });
    expect(over).toMatch(words.back);
    expect(over).toMatch(words.nothing);
  });

  test("a failed capture is shown on the order's page, at the checkout and in the list", async () => {
    const change = { ...declined("payment.capture_failed"), status: "released" };
    for (const path of ["/orders/$", "/orders/$/pay"]) expect(await read(path, change)).toMatch(words.voided);
    expect(await read("/orders", change)).toContain(words.pill);
  });

  test("a refund is shown as done for points, and for a card once the gateway has confirmed it, and as pending until then", async () => {
    const paid = (method: string, status: string) => ({ payment: { attemptId: "a", method, status } });
    expect(await read("/orders/$", { ...paid("points", "refunded"), status: "refunded" })).toMatch(words.points);
    expect(await read("/orders/$", { ...paid("card", "refunded"), status: "refunded" })).toMatch(words.card);
    const trying = await read("/orders/$", { ...paid("card", "approved"), status: "refunding" });
    expect(trying).toMatch(words.trying);
    for (const done of [words.points, words.card]) expect(trying).not.toMatch(done);
  });
});

test("a cancel that failed leaves the seats on the page, with what went wrong", async () => {
  const { page, context } = await visit(browser, { account: await Api.account() });
  await holdBest(page, await Api.event());
  await page.route(/\/v1\/orders\/ord_\w+$/, (route) =>
    route.request().method() === "DELETE" ? route.abort() : route.continue(),
  );
  await page.getByRole("button", { name: "Give the seats back" }).click();
  await page.getByText("No answer from the server.").waitFor();
  expect(page.url()).toMatch(/\/pay$/);
  await context.close();
});

test("a charge whose answer is lost is repeated under its key, also by another press, and charged once", async () => {
  const account = await Api.account();
  const { page, context } = await visit(browser, { account });
  const keys = new Set<string>();
  let lose = true;
  await page.route("**/v1/wallet/charges", async (route) => {
    keys.add(route.request().headers()["idempotency-key"] ?? "");
    const answer = await route.fetch();
    return lose ? route.abort() : route.fulfill({ response: answer });
  });
  await page.goto("/wallet/charge");
  const press = () => page.getByRole("button", { name: "Charge ₩100,000" }).click();
  await press();
  await page.getByText("No answer from the server.").waitFor();
  lose = false;
  await press();
  await page.getByText("₩100,000 charged.").waitFor();
  expect(keys.size).toBe(1);
  await context.close();
});
