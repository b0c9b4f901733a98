/** An organiser sends one order's e-mails to another address. */
import { beforeAll, expect, test } from "vitest";
import * as Account from "#core/account/index.ts";
import * as Order from "#core/order/index.ts";
import { mailLimits } from "#core/order/mail-quota.ts";
import * as Mail from "#core/ticket/mail.ts";
import * as Harness from "#tests/support/harness.ts";
import { inbox } from "#tests/support/inbox.ts";
import * as Orders from "#tests/support/orders.ts";
import { organiser } from "#tests/support/organiser.ts";

let stage: Harness.Stage;
let admin: Harness.User;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
});

const buy = async () => {
  const buyer = await stage.user();
  const { eventId } = await stage.event();
  return { buyer, order: await Orders.confirmed({ userId: buyer.userId, eventId }) };
};
const change = ({ orderId }: { orderId: string }, email: unknown, query: Record<string, string> = {}, by = admin) =>
  stage.call("PUT /v1/admin/orders/{orderId}/mail-address", {
    token: by.token,
    params: { orderId },
    query,
    body: { email },
  });
const recipients = async ({ orderId }: { orderId: string }) =>
  (await inbox()).filter(({ body }) => body.text.includes(orderId)).map(({ destination }) => destination.to.join());
const another = () => `${crypto.randomUUID()}@onsale.test`;

test("from then on the order's e-mails go there, its refund's too; the account and its other orders keep theirs", async () => {
  const { buyer, order } = await buy();
  const other = await Orders.confirmed({ userId: buyer.userId, eventId: order.eventId, seats: 1 });
  for (const one of [order, other]) await Mail.send({ ...one, kind: "confirmed", now: Date.now() });
  const email = another();
  const changed = await change(order, email);
  expect(changed).toMatchObject({ status: 200, body: { email: buyer.email, mailTo: { email, by: admin.userId } } });
  await Mail.again({ kind: "order", ...order, askedAt: 1_000 }, Date.now());
  for (const one of [order, other]) {
    await Orders.become(one, "refunded");
    await Mail.send({ ...one, kind: "refunded", now: Date.now() });
  }
  expect(await recipients(order)).toEqual([buyer.email, email, email]);
  expect(await recipients(other)).toEqual([buyer.email, buyer.email]);
  expect(await Account.get(buyer.userId)).toMatchObject({ email: buyer.email });
  expect(await Account.findByEmail(email)).toBeUndefined();
});

test("its owner sees the address and when it was changed, and not by whom; the desk's list has all of it", async () => {
  const { buyer, order } = await buy();
  const email = another();
  const { body } = await change(order, email, { userId: buyer.userId });
  const own = await stage.call("GET /v1/orders/{orderId}", {
    token: buyer.token,
    params: { orderId: order.orderId },
  });
  expect(own.body.mailTo).toEqual({ email, at: body.mailTo.at });
  const desk = await stage.call("GET /v1/admin/orders", {
    token: admin.token,
    query: { eventId: order.eventId, q: buyer.userId },
  });
  expect(desk.body.items).toMatchObject([
    { email: buyer.email, mailTo: { email, at: body.mailTo.at, by: admin.userId } },
  ]);
});

test("the same address again changes nothing, not even who set it and when; another one does, and nothing else of the order", async () => {
  const { buyer, order } = await buy();
  const [email, second] = [another(), another()];
  const colleague = await stage.user({ roles: ["admin"] });
  const query = { userId: buyer.userId };
  const first = await change(order, email, query);
  const repeated = await Promise.all(Array.from({ length: 10 }, () => change(order, email, query, colleague)));
  for (const { status, body } of repeated) expect([status, body.mailTo]).toEqual([200, first.body.mailTo]);
  await change(order, second, query, colleague);
  expect(await Order.find(order)).toEqual({
    ...order,
    mailTo: { email: second, by: colleague.userId, at: expect.any(Number) },
  });
});

test("each change is in the event's log with its organiser and without the address, also of requests at once; a refused one is not", async () => {
  const { buyer, order } = await buy();
  const query = { userId: buyer.userId };
  const colleague = await stage.user({ roles: ["admin"] });
  const email = another();
  const atOnce = await Promise.all(Array.from({ length: 4 }, () => change(order, email, query)));
  for (const { status, body } of atOnce) expect([status, body.mailTo.email]).toEqual([200, email]);
  expect((await change(order, another(), query, colleague)).status).toBe(200);
  expect((await change(order, another(), { userId: admin.userId })).status).toBe(404);
  const log = (await organiser(stage, admin).log(order.eventId)) as { action: string }[];
  const entry = { action: "order.mail_address", subject: order.orderId };
  expect(log.filter(({ action }) => action === entry.action)).toEqual([
    {
      ...entry,
      ...{ logId: expect.any(String), at: expect.any(String) },
      by: colleague.userId,
      email: colleague.email,
    },
    { ...entry, ...{ logId: expect.any(String), at: expect.any(String) }, by: admin.userId, email: admin.email },
  ]);
});

test("an order's address is changed a limited number of times in 15 minutes, also at once", async () => {
  const { buyer, order } = await buy();
  const query = { userId: buyer.userId };
  const replies = await Promise.all(Array.from({ length: 12 }, () => change(order, another(), query)));
  const refused = replies.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(12 - mailLimits.addressesPerOrder);
  expect(refused[0]).toMatchObject({
    body: { code: "mail.too_many" },
    headers: { "retry-after": expect.stringMatching(/^[1-9]\d{0,2}$/) },
  });
  const other = await buy();
  expect((await change(other.order, another(), { userId: other.buyer.userId })).status).toBe(200);
});

test("an invalid address is refused with its field; an order is found by its owner, or after its e-mail", async () => {
  const { buyer, order } = await buy();
  for (const email of [
    "",
    "nobody",
    "a@b.c\r\nBcc: thief@onsale.test",
    "한글@onsale.test",
    `${"x".repeat(250)}@b.de`,
    7,
  ])
    expect(await change(order, email)).toMatchObject({ status: 422, body: { errors: [{ path: "email" }] } });
  expect(await change(order, another())).toMatchObject({ status: 404, body: { code: "order.not_found" } });
  expect((await change(order, another(), { userId: admin.userId })).status).toBe(404);
  expect(await Order.find({ ...order, userId: admin.userId })).toBeUndefined();
  await Mail.send({ ...order, kind: "confirmed", now: Date.now() });
  expect((await change(order, another())).status).toBe(200);
  expect(await recipients(order)).toEqual([buyer.email]); // changing it sends nothing by itself
});
