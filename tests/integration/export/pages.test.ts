/** An export in several pages: nothing is lost or twice, whatever happens between them; and each export is in the event's log. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import * as Cursor from "#core/lib/cursor.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Log from "#core/log/index.ts";
import * as Harness from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";
import { ask, BOM, pages, rowsOf } from "./read.ts";
import { end, sell, venue } from "./sold.ts";

let stage: Harness.Stage;
let admin: Harness.User;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
});

const sort = (ids: (string | undefined)[]) => [...ids].sort();

test("an order that ends between two pages is on one of them, and only the first page has the header", {
  timeout: 120_000,
}, async () => {
  const steps = shop(stage);
  const { eventId } = await venue(stage, 5_000);
  const early: [Harness.User, string][] = [];
  for (let n = 0; n < 3; n++) {
    const user = await stage.user({ balance: 100_000 });
    const { orderId } = await steps.held(user, { eventId, pick: { quantity: 1, sectionId: "S5" } });
    await steps.pay(user, orderId);
    early.push([user, orderId]);
  }
  await stage.settle();
  const made = await sell(eventId, { orders: 2_050, at: now() + 60_000 });
  const all = sort([...made, ...early.map(([, orderId]) => ({ orderId }))].map(({ orderId }) => orderId));
  const asked = { eventId, kind: "orders", token: admin.token };
  const first = await ask(stage, asked);
  const one = rowsOf(first.raw.toString());
  expect(one).toHaveLength(2_000);
  const [user, orderId] = early[0] ?? [admin, ""];
  expect((await steps.cancel(user, orderId)).status).toBe(202);
  const shown = new Set(one.map((row) => row.orderId));
  for (const on of [true, false]) {
    const order = made.find((one) => one.status === "confirmed" && shown.has(one.orderId) === on);
    if (order) await end(order);
  }
  for (const wait of [0, 2_100]) {
    await sleep(wait); // the pass over the seats is kept for two seconds
    const second = await ask(stage, asked, first.headers["onsale-next"]);
    expect(second.headers["onsale-next"]).toBeUndefined();
    const text = second.raw.toString();
    expect(text).not.toMatch(/orderId|\uFEFF/);
    const both = rowsOf(first.raw.toString() + text);
    expect(sort(both.map((row) => row.orderId))).toEqual(all);
    expect(both.find((row) => row.orderId === orderId)?.status).toBe("refunded");
  }
});

test("the longest rows make smaller pages: each is less than 5 MB as Lambda sends it", {
  timeout: 120_000,
}, async () => {
  const text = '"'.repeat(100);
  const { eventId } = await venue(stage, 6_000, text);
  const made = await sell(eventId, { orders: 300, seats: 20, name: text, text });
  const found = await pages(stage, { eventId, kind: "tickets", token: admin.token });
  expect(found.length).toBeGreaterThan(1);
  for (const page of found) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(5_000_000);
  expect(found.filter((page) => page.startsWith(BOM))).toHaveLength(1);
  expect(rowsOf(found.join(""))).toHaveLength(made.length * 0.9 * 20);
});

test("the first page of each export is in the event's log, and a cursor without such an entry is refused", async () => {
  const { eventId } = await venue(stage, 10);
  const asked = { eventId, kind: "tickets", token: admin.token };
  expect((await ask(stage, asked)).status).toBe(200);
  const { items } = await Log.list({ of: eventId });
  const entries = items.filter(({ action }) => action === "export.read");
  expect(entries).toMatchObject([{ by: admin.userId, subject: "tickets" }]);
  const before = Ids.make("ord", now());
  const cursor = Cursor.encode({ before, logId: entries[0]?.logId });
  expect((await ask(stage, asked, cursor)).status).toBe(200);
  const other = await stage.user({ roles: ["admin"] });
  for (const [changed, at] of [
    [asked, Cursor.encode({ before, logId: Ids.make("log", now()) })],
    [{ ...asked, token: other.token }, cursor],
    [{ ...asked, kind: "orders" }, cursor],
    [asked, Cursor.encode(before)],
  ] as const) {
    const { status, body } = await ask(stage, changed, at);
    expect([status, body?.code]).toEqual([422, "request.invalid"]);
  }
  expect((await Log.list({ of: eventId })).items.filter(({ action }) => action === "export.read")).toHaveLength(1);
});

test("an unknown kind or event is refused with what there is", async () => {
  const { eventId } = await venue(stage, 10);
  const kind = await ask(stage, { eventId, kind: "seats", token: admin.token });
  expect([kind.status, kind.body]).toEqual([
    404,
    expect.objectContaining({
      code: "export.not_found",
      detail: expect.stringContaining("orders, tickets, payments, check-ins"),
    }),
  ]);
  const nowhere = await ask(stage, { eventId: Ids.make("evt", now()), kind: "orders", token: admin.token });
  expect([nowhere.status, nowhere.body.code]).toEqual([404, "event.not_found"]);
  const { token } = await stage.user();
  expect((await ask(stage, { eventId, kind: "orders", token })).status).toBe(403);
});
