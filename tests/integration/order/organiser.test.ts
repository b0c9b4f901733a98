import { afterEach, beforeAll, expect, test, vi } from "vitest";
import * as Harness from "#tests/support/harness.ts";
import { shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
let admin: Harness.User;
beforeAll(async () => {
  stage = await Harness.stage();
  steps = shop(stage);
  admin = await stage.user({ roles: ["admin"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const list = async (query: Record<string, string>) =>
  (await stage.call("GET /v1/admin/orders", { token: admin.token, query })).body;
const ids = async (query: Record<string, string>) =>
  (await list(query)).items.map(({ orderId }: { orderId: string }) => orderId) as string[];
const stats = async (eventId: string) =>
  (await stage.call("GET /v1/admin/events/{eventId}/stats", { token: admin.token, params: { eventId } })).body;

const paid = async (eventId: string, seats: string[]) => {
  const user = await stage.user({ balance: 100_000 });
  const { orderId } = await steps.held(user, { eventId, seats });
  await steps.pay(user, orderId);
  await stage.settle();
  return { user, orderId };
};

/** One order in each state except paying and refunding, which only cards have. */
const sale = async () => {
  const { eventId } = await stage.event({ holdSeconds: 1, maxSeatsPerOrder: 2 });
  const lapsed = await stage.user();
  const expired = (await steps.held(lapsed, { eventId, seats: ["A-1-1"] })).orderId;
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 302_000 });
  const confirmed = await paid(eventId, ["A-2-1", "A-2-2"]);
  const refunded = await paid(eventId, ["A-3-1"]);
  await steps.cancel(refunded.user, refunded.orderId);
  const [leaver, holder] = await Promise.all([stage.user(), stage.user()]);
  const released = (await steps.held(leaver, { eventId, seats: ["A-4-1"] })).orderId;
  await steps.cancel(leaver, released);
  const held = (await steps.held(holder, { eventId, seats: ["A-5-1", "A-5-2"] })).orderId;
  await steps.hold(leaver, { eventId, seats: ["A-5-1"] });
  return { eventId, expired, confirmed, refunded, released, held, holder };
};

test("an organiser finds an event's orders in every state, newest first, page by page", async () => {
  const { eventId, expired, confirmed, refunded, released, held } = await sale();
  const all = [held, released, refunded.orderId, confirmed.orderId, expired];
  expect(new Set(await ids({ eventId }))).toEqual(new Set(all));
  const sorted = [...all].sort().reverse();
  expect(await ids({ eventId })).toEqual(sorted);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ eventId, limit: "2", ...(cursor && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map(({ orderId }: { orderId: string }) => orderId));
    cursor = page.next ?? undefined;
  } while (cursor);
  expect(seen).toEqual(sorted);
  expect(await ids({ eventId, status: "confirmed" })).toEqual([confirmed.orderId]);
  expect(await ids({ eventId, status: "expired" })).toEqual([expired]);
  expect(await ids({ eventId, status: "released" })).toEqual([released]);
  expect(await ids({ eventId, status: "refunded" })).toEqual([refunded.orderId]);
  expect(await ids({ eventId, status: "held" })).toEqual([held]);
});

test("an order is found by its buyer's e-mail in any case, by their user id, and by its own id, in this event only", async () => {
  const { eventId, confirmed, released } = await sale();
  const { user, orderId } = confirmed;
  // the harness makes accounts without the item of the e-mail address, so this one signs up
  const email = `Buyer-${user.userId}@onsale.test`;
  const body = { email, password: "correct horse", name: "A Buyer" };
  const signedUp = (await stage.call("POST /v1/accounts", { body })).body;
  const { accessToken } = (await stage.call("POST /v1/sessions", { body: { email, password: body.password } })).body;
  const { orderId: theirs } = await steps.held({ ...signedUp, token: accessToken }, { eventId, seats: ["A-7-1"] });
  expect(await ids({ eventId, q: email.toUpperCase() })).toEqual([theirs]);
  expect((await list({ eventId, q: user.userId })).items).toMatchObject([
    { orderId, userId: user.userId, email: user.email },
  ]);
  expect(await ids({ eventId, q: orderId })).toEqual([orderId]);
  expect(await ids({ eventId, q: released })).toEqual([released]);
  expect(await ids({ eventId, q: "nobody@onsale.test" })).toEqual([]);
  const { eventId: other } = await stage.event();
  expect(await ids({ eventId: other, q: orderId })).toEqual([]);
  expect(await ids({ eventId: other, q: user.userId })).toEqual([]);
});

test("an order is found by the address that its e-mails go to, also once it is refunded, beside the orders of who has that address", async () => {
  const { eventId, confirmed, refunded, holder, held, released } = await sale();
  const sendTo = async (orderId: string, { userId }: Harness.User, email: string) => {
    const changed = { params: { orderId }, query: { userId }, body: { email } };
    const { status } = await stage.call("PUT /v1/admin/orders/{orderId}/mail-address", {
      token: admin.token,
      ...changed,
    });
    expect(status).toBe(200);
  };
  await sendTo(confirmed.orderId, confirmed.user, `First.${holder.email}`);
  await sendTo(confirmed.orderId, confirmed.user, holder.email);
  await sendTo(refunded.orderId, refunded.user, holder.email);
  await sendTo(held, holder, holder.email);
  const all = [held, refunded.orderId, confirmed.orderId].sort().reverse();
  expect(await ids({ eventId, q: holder.email.toUpperCase() })).toEqual(all);
  expect(await ids({ eventId, q: holder.email, status: "refunded" })).toEqual([refunded.orderId]);
  const first = await list({ eventId, q: holder.email, limit: "1" });
  expect(await ids({ eventId, q: holder.email, cursor: first.next })).toEqual(all.slice(1));
  expect(await ids({ eventId, q: `first.${holder.email}` })).toEqual([]);
  expect(await ids({ eventId, q: confirmed.user.email })).toEqual([confirmed.orderId]);
  expect(await ids({ eventId, q: released })).toEqual([released]);
  const { eventId: other } = await stage.event();
  expect(await ids({ eventId: other, q: holder.email })).toEqual([]);
});

test("organisers do not see ticket codes", async () => {
  const { eventId } = await sale();
  for (const order of (await list({ eventId })).items) expect(order.tickets).toBeUndefined();
});

test("the sale's figures have seats, orders by status, conflicts and revenue", async () => {
  const { eventId } = await sale();
  expect(await stats(eventId)).toMatchObject({
    queue: null,
    seats: { free: 196, held: 2, sold: 2 },
    orders: { held: 1, paying: 0, confirmed: 1, expired: 1, refunding: 0, refunded: 1, released: 1 },
    conflicts: 1,
    revenue: 20_000,
  });
});

test("only organisers get orders, figures and refunds", async () => {
  const { eventId } = await stage.event();
  const { token } = await stage.user();
  for (const reply of [
    await stage.call("GET /v1/admin/orders", { token, query: { eventId } }),
    await stage.call("GET /v1/admin/events/{eventId}/stats", { token, params: { eventId } }),
    await stage.call("POST /v1/admin/orders/{orderId}/refund", {
      token,
      params: { orderId: "ord_01ARZ3NDEKTSV4RRFFQ69G5FAV" },
    }),
  ])
    expect(reply.status).toBe(403);
  const nowhere = await stage.call("GET /v1/admin/orders", { token: admin.token, query: { eventId: "evt_nowhere" } });
  expect([nowhere.status, nowhere.body.code]).toEqual([404, "event.not_found"]);
});
