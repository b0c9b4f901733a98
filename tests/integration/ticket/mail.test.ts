/** The e-mails in buyers' inboxes, read from the local SES, which may refuse an e-mail. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import * as Basket from "#core/basket/index.ts";
import { services } from "#core/contract/services.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { mailsPerAddressAndDay, take } from "#core/lib/mail-limit.ts";
import * as Order from "#core/order/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import * as Letter from "#core/ticket/letter.ts";
import * as Qr from "#core/ticket/qr.ts";
import { handler } from "#functions/stream/mail.ts";
import { matches } from "#local/pollers/filter.ts";
import { createPollers, type Pollers } from "#local/pollers.ts";
import * as Harness from "#tests/support/harness.ts";
import { type Email, inbox, refusingSes } from "#tests/support/inbox.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import * as Orders from "#tests/support/orders.ts";

let stage: Harness.Stage;
let ses: Awaited<ReturnType<typeof refusingSes>>;
let mailer: Pollers;
let delivered: DynamoDBStreamEvent[];
/** SES's refusals, request by request; undefined: it accepts. */
let refusals: { status: number; type: string; to?: string }[] = [];

beforeAll(async () => {
  ses = await refusingSes((to) => {
    const refusal = refusals.find((each) => each.to === undefined || each.to === to);
    refusals = refusals.filter((each) => each !== refusal);
    return refusal && { ...refusal, message: `No mail to ${to}` };
  });
  stage = await Harness.stage({ ses });
  const invoke = (_: string, event: unknown) => {
    delivered.push(event as DynamoDBStreamEvent);
    return handler(event as DynamoDBStreamEvent, context);
  };
  mailer = await createPollers({ only: ["mail"], invoke });
});
afterAll(async () => {
  await mailer?.stop();
  ses?.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(refusals).toEqual([]);
});

const context = { awsRequestId: "test" } as Parameters<typeof handler>[1];

const deliver = async () => {
  delivered = [];
  await mailer.drain();
};

const received = async (user: Harness.User): Promise<Email[]> =>
  (await inbox()).filter(({ destination }) => destination.to.some((to) => to.includes(user.email)));

const buy = async (overrides: Record<string, unknown> = {}) => {
  const buyer = await stage.user();
  const { eventId } = await stage.event(overrides);
  return { buyer, order: await Orders.confirmed({ userId: buyer.userId, eventId }) };
};

test("a confirmed order is mailed once, with its tickets, their QR codes and a calendar file", async () => {
  const { buyer, order } = await buy({ title: "서울의 밤 <i>&", venue: "올림픽홀" });
  await deliver();
  const [mail, ...more] = await received(buyer);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({
    from: '"Onsale" <tickets@onsale.test>',
    destination: { to: [buyer.email], cc: [], bcc: [] },
    subject: "Your tickets: 서울의 밤 <i>&",
  });
  const tickets = await Ticket.codes(order);
  for (const { ticketId, code } of tickets) {
    expect(mail?.body.text).toContain(`${ticketId}\n${code}`);
    const image = mail?.attachments.find(({ cid }) => cid === ticketId);
    expect(image?.contentType).toBe("image/png");
    expect(image?.content).toBe(Qr.png(code).toString("base64"));
    expect(mail?.body.html).toContain(Qr.png(code).toString("base64")); // the inbox page shows it in place
  }
  expect(mail?.body.html).toContain("서울의 밤 &#60;i&#62;&#38;");
  const calendar = mail?.attachments.find(({ filename }) => filename === "event.ics");
  expect(calendar?.contentType).toBe("text/calendar");
  expect(Buffer.from(calendar?.content ?? "", "base64").toString()).toContain(`UID:${order.orderId}@onsale\r\n`);
});

test("a buyer whose account is in Korean gets e-mails in Korean", async () => {
  const buyer = await stage.user({ locale: "ko" });
  const { eventId } = await stage.event({ title: "서울의 밤" });
  const order = await Orders.confirmed({ userId: buyer.userId, eventId });
  await deliver();
  await Orders.become(order, "refunded");
  await deliver();
  const mails = await received(buyer);
  expect(mails.map(({ subject }) => subject)).toEqual(["예매 완료: 서울의 밤", "환불 완료: 서울의 밤"]);
  expect(mails[0]?.body.html).toContain('<html lang="ko">');
  expect(mails[0]?.body.text).toContain("A 1열 1번 · Standard");
  expect(mails[1]?.body.text).toContain("₩20,000 전액을 지갑으로 돌려드렸습니다");
});

test("the mark of a sent mail is one write, finds the order by its id, and does not invoke the mailer again", async () => {
  const { buyer, order } = await buy();
  await deliver();
  const marked = await Order.find(order);
  expect(marked?.confirmedMailedAt).toEqual(expect.any(Number));
  expect(delivered.flatMap(({ Records }) => Records)).toHaveLength(1);
  await deliver();
  expect(delivered).toEqual([]);
  expect(await received(buyer)).toHaveLength(1);
});

test("other writes on an order, baskets and check-ins invoke no consumer", async () => {
  const { order } = await buy();
  await deliver();
  const [code = ""] = (await Ticket.codes(order)).map((ticket) => ticket.code);
  await Ticket.checkIn({ eventId: order.eventId, code, by: "usr_1", key: "1", now: Date.now() });
  await Basket.revokeAdmissions({ userId: order.userId, eventId: order.eventId, now: Date.now() });
  await db().send(
    new UpdateCommand({
      TableName: table("Orders"),
      Key: Order.orderKey(order.userId, order.orderId),
      UpdateExpression: "SET note = :note",
      ExpressionAttributeValues: { ":note": "seen" },
    }),
  );
  await deliver();
  expect(delivered).toEqual([]);
});

test("a redelivered record sends nothing again", async () => {
  const { buyer } = await buy();
  await deliver();
  for (const event of delivered) expect(await handler(event, context)).toEqual({ batchItemFailures: [] });
  expect(await received(buyer)).toHaveLength(1);
});

test("a refusal by SES that ends leads to exactly one e-mail, and the order stays as it was", async () => {
  const { buyer, order } = await buy();
  const outage = { status: 503, type: "ServiceUnavailable" };
  refusals = Array.from({ length: 7 }, () => ({ ...outage }));
  await deliver();
  expect(delivered.length).toBeGreaterThan(1);
  expect(await received(buyer)).toHaveLength(1);
  expect(await Order.find(order)).toMatchObject({ ...order, confirmedMailedAt: expect.any(Number) });
});

test("one e-mail that fails for a while neither stops nor repeats others of its batch", async () => {
  const { eventId } = await stage.event();
  const buyers = await Promise.all(Array.from({ length: 5 }, () => stage.user()));
  for (const { userId } of buyers) await Orders.confirmed({ userId, eventId });
  const to = buyers[1]?.email ?? "";
  refusals = [1, 2].map(() => ({ status: 503, type: "ServiceUnavailable", to }));
  await deliver();
  for (const buyer of buyers) expect(await received(buyer)).toHaveLength(1);
});

test.each(["MessageRejected", "BadRequestException"])(
  "one address that SES refuses (%s) is parked at once, and delays no other: the order and its page say so",
  async (type) => {
    const { eventId } = await stage.event();
    const buyers = await Promise.all(Array.from({ length: 3 }, () => stage.user()));
    const [first] = buyers as [Harness.User];
    const order = await Orders.confirmed({ userId: first.userId, eventId });
    for (const { userId } of buyers.slice(1)) await Orders.confirmed({ userId, eventId });
    refusals = [{ status: 400, type, to: first.email }];
    const counted = captureMetrics();
    await deliver();
    expect(counted("MailParked")).toBeGreaterThan(0);
    // nothing was sent twice: the records after it did not wait
    expect(delivered.flatMap(({ Records }) => Records)).toHaveLength(3);
    for (const buyer of buyers.slice(1)) expect(await received(buyer)).toHaveLength(1);
    expect(await received(first)).toEqual([]);
    expect(await Order.find(order)).toMatchObject({ confirmedUnsent: "refused", status: "confirmed" });
    const page = await stage.call("GET /v1/orders/{orderId}", {
      token: first.token,
      params: { orderId: order.orderId },
    });
    expect(page.body).toMatchObject({ unsentMails: [{ about: "confirmed", reason: "refused" }] });
    expect(page.body.tickets).toHaveLength(2);
    // and an operator finds it by its id
    expect(await Order.ownerOf(order.orderId)).toBe(first.userId);
    // handled again, it is sent, and nothing is left to report
    for (const event of delivered) await handler(event, context);
    expect(await received(first)).toHaveLength(1);
    expect(await Order.find(order)).not.toHaveProperty("confirmedUnsent");
  },
);

test("a failure of all e-mails at SES parks none: they are retried", async () => {
  const { buyer, order } = await buy();
  const types = ["AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException"];
  refusals = types.map((type) => ({ status: 400, type }));
  await deliver();
  expect(await received(buyer)).toHaveLength(1);
  expect(await Order.find(order)).not.toHaveProperty("confirmedUnsent");
});

test("an e-mail that cannot be made is parked, too", async () => {
  const { buyer, order } = await buy();
  const other = await buy();
  const made = vi.spyOn(Letter, "compose").mockImplementationOnce(() => {
    throw new RangeError("odd");
  });
  await deliver();
  expect(made).toHaveBeenCalledTimes(2);
  const ends = await Promise.all([order, other.order].map(async (one) => (await Order.find(one))?.confirmedUnsent));
  expect(ends.filter(Boolean)).toEqual(["refused"]);
  expect([...(await received(buyer)), ...(await received(other.buyer))]).toHaveLength(1);
});

/** Confirmed orders of one buyer, one after another, as stream records of one shard. */
const buyMany = async (buyer: Harness.User, count: number) => {
  const { eventId } = await stage.event();
  const orders: Order.Order[] = [];
  for (let n = 0; n < count; n++) orders.push(await Orders.confirmed({ userId: buyer.userId, eventId, seats: 1 }));
  return orders;
};

test("one address gets a limited number of e-mails a day; orders beyond it keep their tickets and say so", async () => {
  const buyer = await stage.user();
  const orders = await buyMany(buyer, mailsPerAddressAndDay + 2);
  const counted = captureMetrics();
  await deliver();
  expect(await received(buyer)).toHaveLength(mailsPerAddressAndDay);
  expect(counted("MailLimited")).toBe(2);
  for (const event of delivered) await handler(event, context);
  expect(await received(buyer)).toHaveLength(mailsPerAddressAndDay);
  const pages = await Promise.all(
    orders.map(({ orderId }) => stage.call("GET /v1/orders/{orderId}", { token: buyer.token, params: { orderId } })),
  );
  const unsent = pages.filter(({ body }) => body.unsentMails);
  expect(unsent.map(({ body }) => body.unsentMails)).toEqual(Array(2).fill([{ about: "confirmed", reason: "limit" }]));
  for (const { body } of pages) expect(body.tickets).toHaveLength(1);
});

test("of an address's simultaneous e-mails the limit's number pass, and each may be retried", async () => {
  const email = `${crypto.randomUUID()}@onsale.test`;
  const now = Date.now();
  const taken = await Promise.all(
    Array.from({ length: 60 }, (_, n) => take({ email, of: "orders", mail: `ord_${n % 30} confirmed`, now })),
  );
  const ok = new Set(taken.flatMap((yes, n) => (yes ? [n % 30] : [])));
  expect(ok.size).toBe(mailsPerAddressAndDay);
  for (const n of ok) expect(await take({ email, of: "orders", mail: `ord_${n} confirmed`, now })).toBe(true);
  const more = { of: "orders", mail: "ord_x confirmed", now } as const;
  for (const same of [email, email.toUpperCase(), email.replace("@", "+more@"), email.replace("@", "+a+b@")])
    expect(await take({ ...more, email: same })).toBe(false);
  expect(await take({ ...more, email: `x${email}` })).toBe(true);
  expect(await take({ ...more, email, now: now + 86_400_000 })).toBe(true);
  expect(await take({ ...more, email, of: "codes" })).toBe(true); // codes are counted apart
});

test("an e-mail that is retried for a while counts once for the day", async () => {
  const buyer = await stage.user();
  await buyMany(buyer, mailsPerAddressAndDay);
  // more than the SDK's own three tries for each e-mail of a batch
  refusals = Array.from({ length: 40 }, () => ({ status: 503, type: "ServiceUnavailable" }));
  await deliver();
  expect(await received(buyer)).toHaveLength(mailsPerAddressAndDay);
});

test("no e-mail contains text of the buyer, because the address may be a stranger's", async () => {
  const email = `${crypto.randomUUID()}@onsale.test`;
  const name = "Win now at https://evil.test";
  await stage.call("POST /v1/accounts", { body: { email, password: "correct horse battery", name } });
  const session = await stage.call("POST /v1/sessions", { body: { email, password: "correct horse battery" } });
  const me = await stage.call("GET /v1/me", { token: session.body.accessToken });
  const { eventId } = await stage.event();
  const order = await Orders.confirmed({ userId: me.body.userId, eventId });
  await deliver();
  await Orders.become(order, "refunded");
  await deliver();
  const mails = (await inbox()).filter(({ destination }) => destination.to.includes(email));
  expect(mails).toHaveLength(2);
  expect(JSON.stringify(mails)).not.toMatch(/evil|Win now/);
});

test("a refund is mailed once too, without tickets, and removes the event from the calendar", async () => {
  const { buyer, order } = await buy();
  await deliver();
  await Orders.become(order, "refunding");
  await Orders.become(order, "refunded");
  await deliver();
  await deliver();
  const mails = await received(buyer);
  expect(mails.map(({ subject }) => subject)).toEqual(["Your tickets: A concert", "Refunded: A concert"]);
  expect(mails[1]?.attachments.map(({ contentType }) => contentType)).toEqual(["text/calendar"]);
  expect(mails[1]?.body.text).toContain("₩20,000 was returned to your wallet");
});

test("an order whose capture failed is mailed once: tickets void, card not charged, event removed from the calendar", async () => {
  const { buyer, order } = await buy();
  await deliver();
  await Orders.captureFailed(order);
  await deliver();
  for (const event of delivered) expect(await handler(event, context)).toEqual({ batchItemFailures: [] });
  const mails = await received(buyer);
  expect(mails.map(({ subject }) => subject)).toEqual([
    "Your tickets: A concert",
    "Tickets void, nothing to pay: A concert",
  ]);
  expect(mails[1]?.body.text).toContain("you do not pay");
  expect(mails[1]?.attachments.map(({ contentType }) => contentType)).toEqual(["text/calendar"]);
  expect(Buffer.from(mails[1]?.attachments[0]?.content ?? "", "base64").toString()).toContain("METHOD:CANCEL");
  expect(await Order.find(order)).toMatchObject({ status: "released", releasedMailedAt: expect.any(Number) });
});

test("an order whose capture failed before its confirmation was mailed gets no void tickets", async () => {
  const { buyer, order } = await buy();
  await Orders.captureFailed(order);
  await deliver();
  expect((await received(buyer)).map(({ subject }) => subject)).toEqual(["Tickets void, nothing to pay: A concert"]);
});

test("a hold that its buyer gives back gets no mail, nor does another released order", async () => {
  const buyer = await stage.user();
  const { eventId } = await stage.event();
  const order = await Orders.held({ userId: buyer.userId, eventId });
  await Orders.become(order, "released");
  await deliver();
  expect(delivered).toEqual([]);
  const { buyer: other, order: second } = await buy();
  await Orders.become(second, "released");
  await deliver();
  expect(delivered).not.toEqual([]);
  expect([...(await received(buyer)), ...(await received(other))]).toEqual([]);
});

test("an order refunded before its confirmation was mailed gets only the refund's mail: no void tickets", async () => {
  const { buyer, order } = await buy();
  await Orders.become(order, "refunded");
  await deliver();
  expect((await received(buyer)).map(({ subject }) => subject)).toEqual(["Refunded: A concert"]);
});

test("a title with line breaks and markup adds no header and no recipient", async () => {
  const title = "x =?UTF-8?B?QmNj?= <b>";
  const { buyer } = await buy({ title });
  await deliver();
  const [mail] = await received(buyer);
  expect(mail).toMatchObject({
    subject: `Your tickets: ${title}`,
    destination: { to: [buyer.email], cc: [], bcc: [] },
  });
});

test("the stream's filter passes transitions, and no other change", () => {
  const image = (status: string, type = "order") => ({ type: { S: type }, status: { S: status } });
  const record = (from: object | undefined, to: object) => ({ dynamodb: { OldImage: from, NewImage: to } });
  const wakes = (from: object | undefined, to: object) => matches(services.mail.source.filters, record(from, to));
  for (const from of ["held", "paying"]) expect(wakes(image(from), image("confirmed"))).toBe(true);
  for (const from of ["confirmed", "refunding"]) expect(wakes(image(from), image("refunded"))).toBe(true);
  expect(wakes(image("confirmed"), image("released"))).toBe(true);
  for (const from of ["held", "paying"]) expect(wakes(image(from), image("released"))).toBe(false);
  for (const same of ["confirmed", "refunded", "released", "held"]) expect(wakes(image(same), image(same))).toBe(false);
  expect(wakes(undefined, image("held"))).toBe(false);
  expect(wakes(image("held", "basket"), image("confirmed", "basket"))).toBe(false);
});
