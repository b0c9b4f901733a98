/** The seed at the first start, and at every later one. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { seed } from "#ops/seed/index.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
const MINUTE = 60_000;
const first = Date.parse("2026-11-21T10:00:00.000Z");
const start = async (now: number) => {
  vi.setSystemTime(now);
  await seed({ say: () => {} });
  await stage.settle();
};
const events = async () =>
  (await stage.call("GET /v1/events", { query: { limit: "100", from: "2020-01-01" } })).body.items as {
    eventId: string;
    kind: string;
    status: string;
    title: string;
    salesOpenAt: string;
  }[];
const signIn = (email: string, password: string) => stage.call("POST /v1/sessions", { body: { email, password } });

beforeAll(async () => {
  stage = await Harness.stage();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: first });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a new installation has an organiser, a buyer with points, an event of each kind and a sale in each state", async () => {
  const before = performance.now();
  await start(first);
  expect(performance.now() - before).toBeLessThan(6_000);
  const all = await events();
  expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(["concert", "match", "theatre", "flight", "club"]));
  expect(new Set(all.map(({ status }) => status))).toEqual(
    new Set(["scheduled", "onsale", "paused", "soldout", "closed"]),
  );
  const admin = await signIn("admin@onsale.test", "onsale-admin");
  const me = await stage.call("GET /v1/me", { token: admin.body.accessToken });
  expect(me.body.roles).toEqual(["admin"]);
  const buyer = await signIn("buyer@onsale.test", "onsale-buyer");
  const wallet = await stage.call("GET /v1/wallet", { token: buyer.body.accessToken });
  expect(wallet.body.balance).toBe(1_000_000);
  const opening = all.find(({ status }) => status === "scheduled");
  expect(opening?.salesOpenAt).toBe(new Date(first + 2 * MINUTE).toISOString());
});

test("the sold-out sale consists of real orders", async () => {
  await start(first);
  const attic = (await events()).find(({ title }) => title.includes("Attic"));
  const params = { eventId: attic?.eventId ?? "", sectionId: "chairs" };
  vi.setSystemTime(first + 2_000); // later than the counts that this environment caches
  const { body } = await stage.call("GET /v1/events/{eventId}/sections/{sectionId}/seats", { params });
  expect(Object.values(body.taken)).toEqual(Array.from({ length: 16 }, () => "sold"));
});

test("a restart within two minutes changes nothing; a later one opens one more sale and keeps what users did", async () => {
  await start(first);
  const before = await events();
  await start(first + MINUTE);
  expect(await events()).toEqual(before);

  const buyer = await signIn("buyer@onsale.test", "onsale-buyer");
  const token = buyer.body.accessToken;
  const theatre = before.find(({ title }) => title.includes("달빛"));
  const held = await stage.call("POST /v1/orders", {
    token,
    body: { eventId: theatre?.eventId, pick: { quantity: 2 } },
  });
  expect(held.status, JSON.stringify(held.body)).toBe(201);
  const admin = await signIn("admin@onsale.test", "onsale-admin");
  const match = before.find(({ kind }) => kind === "match");
  await stage.call("PATCH /v1/admin/events/{eventId}", {
    token: admin.body.accessToken,
    params: { eventId: match?.eventId ?? "" },
    body: { status: "onsale" },
  });

  await start(first + 3 * MINUTE);
  const after = await events();
  expect(after).toHaveLength(before.length + 1);
  expect(after.filter(({ status }) => status === "scheduled")).toHaveLength(1);
  expect(after.find(({ eventId }) => eventId === match?.eventId)?.status).toBe("onsale");
  const order = await stage.call("GET /v1/orders/{orderId}", { token, params: { orderId: held.body.orderId } });
  expect(order.body.status).toBe("held");
  expect((await stage.call("GET /v1/wallet", { token })).body.balance).toBe(1_000_000);
});
