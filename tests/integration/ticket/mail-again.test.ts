/** An order's e-mail, sent again because its owner or an organiser asked for it: read back from the local SES. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Limit from "#core/lib/mail-limit.ts";
import * as Order from "#core/order/index.ts";
import { mailLimits } from "#core/order/mail-quota.ts";
import * as Mail from "#core/ticket/mail.ts";
import * as Harness from "#tests/support/harness.ts";
import { type Email, inbox, type Refusal, refusingSes } from "#tests/support/inbox.ts";
import * as Orders from "#tests/support/orders.ts";

let stage: Harness.Stage;
let ses: Awaited<ReturnType<typeof refusingSes>>;
/** SES's refusals, request by request; undefined: it accepts. */
const refusals = new Map<string, Refusal>();

beforeAll(async () => {
  ses = await refusingSes((to) => refusals.get(to));
  stage = await Harness.stage({ ses });
});
afterAll(() => ses?.close());

const received = async (email: string): Promise<Email[]> =>
  (await inbox()).filter(({ destination }) => destination.to.includes(email));
const subjects = async (email: string) => (await received(email)).map(({ subject }) => subject);

const buy = async () => {
  const buyer = await stage.user();
  const { eventId } = await stage.event();
  return { buyer, order: await Orders.confirmed({ userId: buyer.userId, eventId }) };
};
const send = (order: Order.Order) => Mail.send({ ...order, kind: "confirmed", now: Date.now() });
const again = (order: Order.Order, askedAt: number) => Mail.again({ kind: "order", ...order, askedAt }, Date.now());

test("a request is answered with the tickets once, however often its message comes; a later request once more", async () => {
  const { buyer, order } = await buy();
  await send(order);
  const first = (await Order.find(order))?.confirmedMailedAt;
  const outcomes = [];
  for (const askedAt of [1_000, 1_000, 2_000, 1_000, 2_000]) outcomes.push(await again(order, askedAt));
  expect(outcomes).toEqual(["sent", "skipped", "sent", "skipped", "skipped"]);
  const mails = await received(buyer.email);
  expect(mails.map(({ subject }) => subject)).toEqual(Array(3).fill("Your tickets: A concert"));
  expect(new Set(mails.map(({ body }) => body.text)).size).toBe(1);
  expect(await Order.find(order)).toMatchObject({ confirmedMailedAt: first, mailAgainAt: 2_000 });
});

test("asked for before the first e-mail has gone out, it is the first", async () => {
  const { buyer, order } = await buy();
  expect(await again(order, 1_000)).toBe("sent");
  expect(await send(order)).toBe("skipped");
  expect(await received(buyer.email)).toHaveLength(1);
});

test("the e-mail is about the order as it is when it goes out", async () => {
  const { buyer, order } = await buy();
  await Orders.become(order, "refunding");
  expect(await again(order, 1_000)).toBe("skipped");
  await Orders.become(order, "refunded");
  expect(await again(order, 1_000)).toBe("sent");
  expect(await subjects(buyer.email)).toEqual(["Refunded: A concert"]);
});

test("a hold, or an order that does not exist, has no e-mail", async () => {
  const { userId, email } = await stage.user();
  const { eventId } = await stage.event();
  const held = await Orders.held({ userId, eventId });
  expect(await again(held, 1_000)).toBe("skipped");
  await Orders.become(held, "released");
  expect(await again(held, 1_000)).toBe("skipped");
  expect(await again({ ...held, orderId: held.orderId.replace(/.$/, "0") }, 1_000)).toBe("skipped");
  expect(await received(email)).toEqual([]);
});

test("one beyond the address's limit of the day is not sent, and the order says so until one is", async () => {
  const { buyer, order } = await buy();
  await send(order);
  for (let n = 1; n < Limit.mailsPerAddressAndDay; n++)
    await Limit.take({ email: buyer.email, of: "orders", mail: `other ${n}`, now: Date.now() });
  expect(await again(order, 1_000)).toBe("limited");
  const page = () => stage.call("GET /v1/orders/{orderId}", { token: buyer.token, params: { orderId: order.orderId } });
  expect((await page()).body.unsentMails).toEqual([{ about: "confirmed", reason: "limit" }]);
  expect(await Mail.again({ kind: "order", ...order, askedAt: 2_000 }, Date.now() + 86_400_000)).toBe("sent");
  expect((await page()).body).not.toHaveProperty("unsentMails");
  expect(await received(buyer.email)).toHaveLength(2);
});

test("one that SES refuses for good is parked, one that it refuses for now is thrown, to come again", async () => {
  const { buyer, order } = await buy();
  await send(order);
  refusals.set(buyer.email, { status: 400, type: "MessageRejected", message: "No" });
  expect(await again(order, 1_000)).toBe("parked");
  expect(await Order.find(order)).toMatchObject({ confirmedUnsent: "refused" });
  refusals.set(buyer.email, { status: 400, type: "SendingPausedException", message: "No" });
  await expect(again(order, 2_000)).rejects.toThrow();
  refusals.delete(buyer.email);
  expect(await again(order, 2_000)).toBe("sent");
  expect(await Order.find(order)).not.toHaveProperty("confirmedUnsent");
});

const ask = ({ token }: Harness.User, { orderId }: { orderId: string }) =>
  stage.call("POST /v1/orders/{orderId}/mail", { token, params: { orderId } });

test("an owner asks, is answered at once, and gets the tickets from the queue; nobody else gets anything", async () => {
  const { buyer, order } = await buy();
  await send(order);
  const reply = await ask(buyer, order);
  expect([reply.status, reply.body]).toEqual([202, undefined]);
  expect(await received(buyer.email)).toHaveLength(1);
  expect(await ask(await stage.user(), order)).toMatchObject({ status: 404, body: { code: "order.not_found" } });
  await stage.notify();
  const [first, second, ...more] = await received(buyer.email);
  expect([second?.body.text, more]).toEqual([first?.body.text, []]);
  expect(second?.attachments).toHaveLength(order.seats.length + 1);
});

test("an order without an e-mail is refused, and takes nothing of the quota", async () => {
  const buyer = await stage.user();
  const { eventId } = await stage.event();
  const order = await Orders.held({ userId: buyer.userId, eventId });
  for (let n = 0; n <= mailLimits.askedPerOrder; n++)
    expect(await ask(buyer, order)).toMatchObject({ status: 409, body: { code: "order.no_mail" } });
  await Orders.become(order, "confirmed");
  expect((await ask(buyer, order)).status).toBe(202);
});

test("an order's e-mail is asked for a limited number of times in 15 minutes, also at once; and so are all of an account", async () => {
  const { buyer, order } = await buy();
  const replies = await Promise.all(Array.from({ length: 10 }, () => ask(buyer, order)));
  const refused = replies.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(10 - mailLimits.askedPerOrder);
  expect(refused[0]).toMatchObject({
    body: { code: "mail.too_many" },
    headers: { "retry-after": expect.stringMatching(/^[1-9]\d{0,2}$/) },
  });
  const others = await Promise.all(
    Array.from({ length: 5 }, () => Orders.confirmed({ userId: buyer.userId, eventId: order.eventId, seats: 1 })),
  );
  const statuses = (await Promise.all(others.map((other) => ask(buyer, other)))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 202)).toHaveLength(
    mailLimits.askedPerAccount - mailLimits.askedPerOrder,
  );
});

const askAsOrganiser = (
  { token }: Harness.User,
  { orderId }: { orderId: string },
  query: Record<string, string> = {},
) => stage.call("POST /v1/admin/orders/{orderId}/mail", { token, params: { orderId }, query });

test("an organiser asks, and the tickets go where the order's e-mails go: to its owner, or to the address set for it", async () => {
  const { buyer, order } = await buy();
  const boxOffice = await stage.user({ memberships: [{ organisationId: "org_test", role: "box-office" }] });
  const query = { userId: buyer.userId };
  expect(await askAsOrganiser(boxOffice, order)).toMatchObject({ status: 404, body: { code: "order.not_found" } });
  await send(order);
  expect((await askAsOrganiser(boxOffice, order)).status).toBe(202);
  await stage.notify();
  const email = `${crypto.randomUUID()}@onsale.test`;
  const changed = { token: boxOffice.token, params: { orderId: order.orderId }, query, body: { email } };
  expect((await stage.call("PUT /v1/admin/orders/{orderId}/mail-address", changed)).status).toBe(200);
  expect((await askAsOrganiser(boxOffice, order, query)).status).toBe(202);
  await stage.notify();
  expect(await subjects(buyer.email)).toEqual(Array(2).fill("Your tickets: A concert"));
  expect(await subjects(email)).toEqual(["Your tickets: A concert"]);
  expect(await askAsOrganiser(boxOffice, order, { userId: boxOffice.userId })).toMatchObject({ status: 404 });
});

test("an organiser has the limits of the order's owner, and a hold has no e-mail for them either", async () => {
  const { buyer, order } = await buy();
  const admin = await stage.user({ roles: ["admin"] });
  const query = { userId: buyer.userId };
  expect((await ask(buyer, order)).status).toBe(202);
  const statuses = [];
  for (let n = 0; n < mailLimits.askedPerOrder; n++) statuses.push((await askAsOrganiser(admin, order, query)).status);
  expect(statuses).toEqual([...Array(mailLimits.askedPerOrder - 1).fill(202), 429]);
  const held = await Orders.held({ userId: buyer.userId, eventId: order.eventId });
  expect(await askAsOrganiser(admin, held, query)).toMatchObject({ status: 409, body: { code: "order.no_mail" } });
});
