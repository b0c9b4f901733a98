import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { decodeJwt, importJWK, jwtVerify } from "jose";
import { beforeAll, expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { signTicket } from "#core/lib/ticket-tokens.ts";
import { sign } from "#core/lib/tokens.ts";
import type { Order } from "#core/order/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import * as Harness from "../harness.ts";
import * as Orders from "../orders.ts";

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
const checkIn = (code: unknown) => stage.call("POST /v1/admin/check-ins", { token: admin.token, body: { code } });
const qr = (ticketId: string, user = buyer) =>
  stage.call("GET /v1/tickets/{ticketId}/qr", { params: { ticketId }, token: user.token });
const checkIns = async () => {
  const { Items = [] } = await db().send(new ScanCommand({ TableName: table("Orders") }));
  return Items.filter((item) => item.sk.startsWith("CHECKIN#")).length;
};

test("a ticket lets one person in, and says when to the second one", async () => {
  const order = await bought();
  const [first = "", second] = await codes(order);
  const entered = await checkIn(first);
  expect(entered.status).toBe(201);
  expect(entered.body).toEqual({
    ticketId: `tkt_${order.orderId.slice(4)}_1`,
    orderId: order.orderId,
    eventId,
    seatId: "A-1-1",
    checkedInAt: expect.stringMatching(/Z$/),
  });
  const again = await checkIn(first);
  expect(again).toMatchObject({
    status: 409,
    body: { code: "ticket.already_used", checkedInAt: entered.body.checkedInAt },
  });
  expect((await checkIn(second)).status).toBe(201);
});

test("of twenty doors at once one lets the ticket in", async () => {
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

test("a refund that begins between a check-in's look and its write keeps the visitor out", async () => {
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

test("nothing but a ticket's own code is one: no other token, no other ticket, nothing tampered with", async () => {
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
])("%s is told by its path", async (_, code) => {
  expect(await checkIn(code)).toMatchObject({
    status: 422,
    body: { code: "request.invalid", errors: [{ path: "code" }] },
  });
});

test("only organisers check in", async () => {
  const [code] = await codes(await bought(1));
  const body = { code };
  expect((await stage.call("POST /v1/admin/check-ins", { body })).status).toBe(401);
  expect((await stage.call("POST /v1/admin/check-ins", { body, token: buyer.token })).status).toBe(403);
  expect((await checkIn(code)).status).toBe(201);
});

test("a door without network verifies a ticket by the public key alone", async () => {
  const order = await bought(1);
  const [code = ""] = await codes(order);
  const { d: _d, ...open } = JSON.parse(link("TicketKey").value);
  const { payload } = await jwtVerify(code, await importJWK(open, "EdDSA"), {
    audience: "ticket",
    algorithms: ["EdDSA"],
  });
  expect(payload).toMatchObject({ sub: buyer.userId, ord: order.orderId, tid: `tkt_${order.orderId.slice(4)}_1` });
  expect(decodeJwt(code)).not.toHaveProperty("exp");
});

test("a ticket's code is the same each time, so that the e-mail and the page show one QR", async () => {
  const order = await bought(3);
  expect(await Ticket.codes(order)).toEqual(await Ticket.codes(order));
  expect((await Ticket.codes(order)).map(({ seatId }) => seatId)).toEqual(["A-1-1", "A-1-2", "A-1-3"]);
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
