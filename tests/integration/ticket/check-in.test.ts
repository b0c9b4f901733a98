import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { decodeJwt, importJWK, jwtVerify } from "jose";
import { beforeAll, expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { signTicket } from "#core/lib/ticket-tokens.ts";
import { sign } from "#core/lib/tokens.ts";
import type { Order } from "#core/order/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import * as Harness from "#tests/support/harness.ts";
import * as Orders from "#tests/support/orders.ts";
import { organiser } from "#tests/support/organiser.ts";

let stage: Harness.Stage;
let admin: Harness.User;
let buyer: Harness.User;
let eventId: string;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
  buyer = await stage.user();
  eventId = (await stage.event()).eventId;
});

const bought = (seats?: number) => Orders.confirmed({ userId: buyer.userId, eventId, ...(seats && { seats }) });
const codes = async (order: Order) => (await Ticket.codes(order)).map(({ code }) => code);
const checkIn = (code: unknown, key?: string, more: { eventId?: unknown; token?: string } = {}) =>
  stage.call("POST /v1/admin/check-ins", {
    token: more.token ?? admin.token,
    body: { eventId, code, ...("eventId" in more && { eventId: more.eventId }) },
    ...(key && { headers: { "idempotency-key": key } }),
  });
const undo = (ticketId: string, query: Record<string, string> = { userId: buyer.userId }, token = admin.token) =>
  stage.call("DELETE /v1/admin/check-ins/{ticketId}", { token, params: { ticketId }, query });
const first = (order: Order) => `tkt_${order.orderId.slice(4)}_1`;
const records = async (order: Order) => {
  const { Items = [] } = await db().send(new ScanCommand({ TableName: table("Orders"), ConsistentRead: true }));
  return Items.filter((item) => item.sk.startsWith(`UNDONE#${first(order)}`));
};
const qr = (ticketId: string, user = buyer) =>
  stage.call("GET /v1/tickets/{ticketId}/qr", { params: { ticketId }, token: user.token });
const checkIns = async () => {
  const { Items = [] } = await db().send(new ScanCommand({ TableName: table("Orders") }));
  return Items.filter((item) => item.sk.startsWith("CHECKIN#")).length;
};

test("a ticket admits one person, and the second scan gets the time of the first", async () => {
  const order = await bought();
  const [first = "", second] = await codes(order);
  const entered = await checkIn(first);
  expect(entered.status).toBe(201);
  expect(entered.body).toEqual({
    ticketId: `tkt_${order.orderId.slice(4)}_1`,
    orderId: order.orderId,
    userId: buyer.userId,
    eventId,
    seatId: "A-1-1",
    seat: { seatId: "A-1-1", sectionId: "A", row: "1", number: "1", category: "Standard" },
    checkedInAt: expect.stringMatching(/Z$/),
  });
  const again = await checkIn(first);
  expect(again).toMatchObject({
    status: 409,
    body: { code: "ticket.already_used", checkedInAt: entered.body.checkedInAt, seat: entered.body.seat },
  });
  expect((await checkIn(second)).status).toBe(201);
});

test("of twenty entrances at once one admits the ticket", async () => {
  const [code] = await codes(await bought(1));
  const before = await checkIns();
  const answers = await Promise.all(Array.from({ length: 20 }, () => checkIn(code)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
  expect(await checkIns()).toBe(before + 1);
});

test.each(["refunding", "refunded", "held", "paying"] as const)("a ticket of a %s order is invalid", async (status) => {
  const order = await bought(1);
  const [code] = await codes(order);
  await Orders.become(order, status);
  const before = await checkIns();
  expect(await checkIn(code)).toMatchObject({ status: 422, body: { code: "ticket.invalid" } });
  expect(await checkIns()).toBe(before);
});

test("a refund that begins between a check-in's read and its write refuses the visitor", async () => {
  const order = await bought(1);
  const [code] = await codes(order);
  const before = await checkIns();
  db().middlewareStack.add(
    (next) => async (args) => {
      if ("TransactItems" in args.input) await Orders.become(order, "refunding");
      return next(args);
    },
    { step: "initialize", name: "overtake" },
  );
  const answer = await checkIn(code).finally(() => db().middlewareStack.remove("overtake"));
  expect(answer).toMatchObject({ status: 422, body: { code: "ticket.invalid" } });
  expect(await checkIns()).toBe(before);
});

test("only a ticket's own code is accepted: no other token, no other ticket, nothing altered", async () => {
  const order = await bought(1);
  const other = await bought(1);
  const claims = { sub: order.userId, ord: order.orderId, tid: `tkt_${order.orderId.slice(4)}_1` };
  const [code = ""] = await codes(order);
  const [head, payload, signature] = code.split(".");
  const elsewhere = Buffer.from(JSON.stringify({ ...claims, aud: "ticket", tid: `tkt_${order.orderId.slice(4)}_2` }));
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const forged = [
    "",
    "x",
    "\u0000",
    "티켓",
    `${code}x`,
    `${head}.${payload}.${"A".repeat(86)}`,
    `${head}.${elsewhere.toString("base64url")}.${signature}`,
    `${none}.${payload}.`,
    buyer.token,
    sign("access", claims, now() + 60_000),
    sign("place", claims),
    sign("admission", claims),
    await signTicket({ ...claims, sub: admin.userId }),
    await signTicket({ ...claims, ord: other.orderId }),
    await signTicket({ ...claims, tid: `tkt_${order.orderId.slice(4)}_2` }),
    await signTicket({ ...claims, tid: `tkt_${order.orderId.slice(4)}_0` }),
    await signTicket({ ...claims, tid: "tkt_" }),
    await signTicket({ sub: claims.sub, ord: claims.ord }),
    await signTicket({}),
  ];
  const before = await checkIns();
  for (const each of forged) expect((await checkIn(each)).status, each).toBe(422);
  expect(await checkIns()).toBe(before);
  expect((await checkIn(code)).status).toBe(201);
});

test.each<[string, unknown]>([
  ["no code", undefined],
  ["a number", 1],
  ["null", null],
  ["a huge one", "x".repeat(2_001)],
])("%s is refused with its path", async (_, code) => {
  expect(await checkIn(code)).toMatchObject({
    status: 422,
    body: { code: "request.invalid", errors: [{ path: "code" }] },
  });
});

test("an entrance must name its event", async () => {
  const [code] = await codes(await bought(1));
  for (const wrong of [undefined, 1, null, "x".repeat(65)])
    expect(await checkIn(code, undefined, { eventId: wrong })).toMatchObject({
      status: 422,
      body: { code: "request.invalid", errors: [{ path: "eventId" }] },
    });
  expect((await checkIn(code)).status).toBe(201);
});

test("a ticket of another event is refused as such, and not used up", async () => {
  const other = await stage.event({ title: "Another night" });
  const order = await Orders.confirmed({ userId: buyer.userId, eventId: other.eventId, seats: 1 });
  const { ticketId, code } = (await Ticket.codes(order))[0] as Ticket.Ticket;
  const before = await checkIns();
  expect(await checkIn(code)).toMatchObject({
    status: 409,
    body: { code: "ticket.other_event", event: { eventId: other.eventId, title: "Another night" } },
  });
  expect(await checkIns()).toBe(before);
  // and a code that names this event does not make it this event's ticket
  const claims = { sub: order.userId, ord: order.orderId, tid: ticketId };
  expect((await checkIn(await signTicket({ ...claims, evt: eventId }))).body.code).toBe("ticket.invalid");
  expect((await checkIn(code, undefined, { eventId: other.eventId })).status).toBe(201);
});

test("a ticket sold before codes named their event is valid for its order's event alone", async () => {
  const order = await bought(1);
  const old = await signTicket({ sub: order.userId, ord: order.orderId, tid: first(order) });
  const other = await stage.event();
  expect((await checkIn(old, undefined, { eventId: other.eventId })).body.code).toBe("ticket.other_event");
  expect((await checkIn(old)).status).toBe(201);
});

test("a scan repeated after a lost answer is the same scan, for the same organiser alone", async () => {
  const [code] = await codes(await bought(1));
  const one = await checkIn(code, "scan-1");
  expect(one.status).toBe(201);
  expect(await checkIn(code, "scan-1")).toMatchObject({ status: 201, body: one.body });
  const colleague = await stage.user({ roles: ["admin"] });
  for (const again of [
    await checkIn(code, "scan-2"),
    await checkIn(code),
    await checkIn(code, "scan-1", { token: colleague.token }),
  ])
    expect([again.status, again.body.code]).toEqual([409, "ticket.already_used"]);
  const answers = await Promise.all(Array.from({ length: 8 }, () => checkIn(code, "scan-1")));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
});

test("of one scan sent eight times at once all are answered that the ticket is in", async () => {
  const [code] = await codes(await bought(1));
  const before = await checkIns();
  const answers = await Promise.all(Array.from({ length: 8 }, () => checkIn(code, "at-once")));
  for (const { status, body } of answers) expect([201, 503], body.code).toContain(status);
  expect(answers.map(({ status }) => status)).toContain(201);
  expect(await checkIns()).toBe(before + 1);
});

test("an undone check-in admits one person again, and both are recorded with user and time", async () => {
  const order = await bought(1);
  const [code] = await codes(order);
  const { checkedInAt } = (await checkIn(code, "wrong")).body;
  expect((await undo(first(order))).status).toBe(204);
  expect(await records(order)).toEqual([
    expect.objectContaining({
      ticketId: first(order),
      checkedInBy: admin.userId,
      checkedInAt: Date.parse(checkedInAt),
      undoneBy: admin.userId,
      undoneAt: expect.any(Number),
    }),
  ]);
  expect(await undo(first(order))).toMatchObject({ status: 409, body: { code: "ticket.not_checked_in" } });
  expect((await checkIn(code, "right")).status).toBe(201);
  expect((await undo(first(order))).status).toBe(204);
  expect(await records(order)).toHaveLength(2);
});

test("an undo names its check-in in fields that the route has, or is refused", async () => {
  const order = await bought(1);
  const [code] = await codes(order);
  expect((await checkIn(code)).status).toBe(201);
  const misspelt = { userId: buyer.userId, checkedinAt: "2020-01-01T00:00:00Z" };
  expect((await undo(first(order), misspelt)).status).toBe(422);
  expect((await checkIn(code)).body.code).toBe("ticket.already_used");
});

test("an undone scan that arrives late admits nobody", async () => {
  const order = await bought(1);
  const [code] = await codes(order);
  expect((await checkIn(code, "late")).status).toBe(201);
  expect((await undo(first(order))).status).toBe(204);
  expect(await checkIn(code, "late")).toMatchObject({ status: 409, body: { code: "ticket.scan_undone" } });
  expect((await checkIn(code, "next")).status).toBe(201);
});

test("an undo that names its check-in does not undo a later one", async () => {
  const order = await bought(1);
  const [code] = await codes(order);
  const { checkedInAt } = (await checkIn(code)).body;
  const query = { userId: buyer.userId, checkedInAt };
  expect((await undo(first(order), query)).status).toBe(204);
  expect((await checkIn(code)).status).toBe(201);
  expect(await undo(first(order), query)).toMatchObject({ status: 409, body: { code: "ticket.not_checked_in" } });
  expect((await checkIn(code)).body.code).toBe("ticket.already_used");
});

test("of twenty simultaneous undos one succeeds, and it alone is in the event's log", async () => {
  const order = await bought(1);
  await checkIn((await codes(order))[0]);
  const answers = await Promise.all(Array.from({ length: 20 }, () => undo(first(order))));
  for (const { status } of answers) expect([204, 409, 503]).toContain(status);
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect(await records(order)).toHaveLength(1);
  const log = await organiser(stage, admin).log(eventId);
  expect(log.filter(({ subject }: { subject?: string }) => subject === first(order))).toMatchObject([
    { action: "check_in.undone", by: admin.userId },
  ]);
});

test("after a scan and an undo at once the ticket is in exactly if the scan's answer says so", async () => {
  for (let n = 0; n < 10; n++) {
    const order = await bought(1);
    const [code] = await codes(order);
    await checkIn(code);
    const [scan, undone] = await Promise.all([checkIn(code), undo(first(order))]);
    expect([201, 409, 503]).toContain(scan.status);
    expect([204, 503]).toContain(undone.status);
    const free = undone.status === 204 && scan.status !== 201;
    expect((await checkIn(code)).status, `${scan.status} ${undone.status}`).toBe(free ? 201 : 409);
  }
});

test("an undo that is refused says why", async () => {
  const order = await bought(1);
  const [code] = await codes(order);
  expect(await undo(first(order))).toMatchObject({ status: 409, body: { code: "ticket.not_checked_in" } });
  const missing = ["tkt_", "x", `tkt_${order.orderId.slice(4)}_2`, `tkt_${Ids.make("ord", now()).slice(4)}_1`];
  for (const ticketId of missing)
    expect(await undo(ticketId)).toMatchObject({ status: 404, body: { code: "ticket.not_found" } });
  expect(await undo(first(order), { userId: admin.userId })).toMatchObject({
    status: 404,
    body: { code: "ticket.not_found" },
  });
  await checkIn(code);
  // its mail has not gone out, so its id alone does not find its owner
  expect(await undo(first(order), {})).toMatchObject({ status: 404, body: { code: "order.not_found" } });
  expect(await undo(first(order), { checkedInAt: "yesterday" })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "checkedInAt" }] },
  });
  expect((await undo(first(order), {}, buyer.token)).status).toBe(403);
  expect((await checkIn(code)).status).toBe(409);
});

test("only organisers check in", async () => {
  const [code] = await codes(await bought(1));
  const body = { eventId, code };
  expect((await stage.call("POST /v1/admin/check-ins", { body })).status).toBe(401);
  expect((await stage.call("POST /v1/admin/check-ins", { body, token: buyer.token })).status).toBe(403);
  expect((await checkIn(code)).status).toBe(201);
});

test("an entrance without network verifies a ticket with the public key alone", async () => {
  const order = await bought(1);
  const [code = ""] = await codes(order);
  const { d: _d, ...open } = JSON.parse(link("TicketKey").value);
  const { payload } = await jwtVerify(code, await importJWK(open, "EdDSA"), {
    audience: "ticket",
    algorithms: ["EdDSA"],
  });
  expect(payload).toMatchObject({
    sub: buyer.userId,
    ord: order.orderId,
    evt: eventId,
    tid: `tkt_${order.orderId.slice(4)}_1`,
  });
  expect(decodeJwt(code)).not.toHaveProperty("exp");
});

test("a ticket's code never changes, so the e-mail and the page show one QR", async () => {
  const order = await bought(3);
  expect(await Ticket.codes(order)).toEqual(await Ticket.codes(order));
  expect((await Ticket.codes(order)).map(({ seatId }) => seatId)).toEqual(order.seats.map(({ seatId }) => seatId));
});

test("a ticket's QR is shown to its owner only, and only while its order is confirmed", async () => {
  const order = await bought(2);
  const id = order.orderId.slice(4);
  const shown = await qr(`tkt_${id}_2`);
  expect(shown.status).toBe(200);
  expect(shown.headers).toMatchObject({ "content-type": "image/svg+xml", "cache-control": "private, no-store" });
  expect(String(shown.raw)).toMatch(/^<svg.*<\/svg>$/s);
  expect((await qr(`tkt_${id}_1`)).raw).not.toEqual(shown.raw);
  const missing = [
    "tkt_",
    `tkt_${id}_3`,
    `tkt_${id}_0`,
    `tkt_${id}_01`,
    `tkt_${id}`,
    `${id}_1`,
    "x".repeat(201),
    "\u0000",
  ];
  for (const ticketId of missing)
    expect(await qr(ticketId)).toMatchObject({ status: 404, body: { code: "ticket.not_found" } });
  expect((await qr(`tkt_${id}_2`, admin)).status).toBe(404);
  expect((await stage.call("GET /v1/tickets/{ticketId}/qr", { params: { ticketId: `tkt_${id}_2` } })).status).toBe(401);
  await Orders.become(order, "refunded");
  expect((await qr(`tkt_${id}_2`)).status).toBe(404);
});
