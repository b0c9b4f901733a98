/** Devices at the entrance: a pass is claimed once, its device checks in at one event, and it ends by a revocation or with the event. */
import { beforeAll, expect, test } from "vitest";
import type { RouteKey } from "#core/contract/routes.ts";
import { deviceItem } from "#core/device/device.table.ts";
import * as Devices from "#core/device/index.ts";
import { now } from "#core/lib/clock.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Ticket from "#core/ticket/index.ts";
import { type Device, device, keyPair, someKey, type Wrong } from "#tests/support/device.ts";
import * as Harness from "#tests/support/harness.ts";
import * as Orders from "#tests/support/orders.ts";
import { at, dayMs, organiser } from "#tests/support/organiser.ts";
import { ownClock } from "#tests/support/own-clock.ts";

let stage: Harness.Stage;
let manager: Harness.User;
let eventId: string;
beforeAll(async () => {
  stage = await Harness.stage();
  manager = await stage.user({ memberships: [{ organisationId: "org_test", role: "manager" }] });
  eventId = (await stage.event()).eventId;
});
const clock = ownClock();

const ask = (key: RouteKey, params: Record<string, string>, body?: object) =>
  stage.call(key, { params, token: manager.token, ...(body && { body }) });
const add = async (of = eventId) =>
  (await ask("POST /v1/admin/events/{eventId}/devices", { eventId: of }, { name: "Gate A" })).body;
const claim = (token: string, publicKey = someKey()) => stage.call("POST /v1/devices", { body: { token, publicKey } });
const list = async (of = eventId) =>
  (await ask("GET /v1/admin/events/{eventId}/devices", { eventId: of })).body.items as { deviceId: string }[];
const revoke = (deviceId: string, of = eventId) =>
  ask("DELETE /v1/admin/events/{eventId}/devices/{deviceId}", { eventId: of, deviceId });
const answer = ({ status, body }: Harness.Reply) => (status < 400 ? String(status) : `${status} ${body.code}`);

const entrance = async (one: Device, wrong?: Wrong) => {
  const key = "GET /v1/admin/events/{eventId}/entrance";
  return answer(await stage.call(key, await one.signed(key, { params: { eventId: one.eventId } }, wrong)));
};
/** A scan's request, which can be sent more than once. */
const scan = async (one: Device, of = one.eventId, headers: Record<string, string> = {}) => {
  const order = await Orders.confirmed({ userId: manager.userId, eventId: of, seats: 1 });
  const [ticket] = await Ticket.codes(order);
  const body = { eventId: of, code: ticket?.code };
  return { ticketId: ticket?.ticketId ?? "", sent: await one.signed("POST /v1/admin/check-ins", { body, headers }) };
};

test("a manager adds a device, one device claims its pass, and the log names both", async () => {
  const event = await stage.event();
  clock.pass(1_000); // entries of one moment have no order
  const pass = await add(event.eventId);
  expect(pass).toEqual({
    deviceId: expect.stringMatching(/^dev_/),
    token: expect.any(String),
    expiresAt: at(now() + 900_000),
  });
  const shown = { deviceId: pass.deviceId, name: "Gate A", addedAt: at(now()) };
  expect(await list(event.eventId)).toEqual([{ ...shown, claimed: false }]);
  clock.pass(1_000);
  const claimed = await claim(pass.token);
  expect(claimed).toMatchObject({
    status: 201,
    body: { deviceId: pass.deviceId, eventId: event.eventId, name: "Gate A" },
  });
  expect(await list(event.eventId)).toEqual([{ ...shown, claimed: true }]);
  clock.pass(1_000);
  expect((await revoke(pass.deviceId, event.eventId)).status).toBe(204);
  expect(await list(event.eventId)).toEqual([]);
  const log = await organiser(stage, manager).log(event.eventId);
  expect(log.slice(0, 3)).toMatchObject([
    { action: "device.revoked", by: manager.userId, subject: pass.deviceId, changes: { name: { from: "Gate A" } } },
    { action: "device.claimed", by: pass.deviceId, subject: pass.deviceId },
    { action: "device.added", by: manager.userId, subject: pass.deviceId, changes: { name: { to: "Gate A" } } },
  ]);
});

test("of twenty devices that claim a pass at once one gets it, and only its key gets the answer again", async () => {
  const { token } = await add();
  const keys = Array.from({ length: 20 }, someKey);
  const answers = await Promise.all(keys.map(async (key) => answer(await claim(token, key))));
  expect(answers.toSorted()).toEqual(["201", ...Array(19).fill("409 device.pass_claimed")]);
  expect(answer(await claim(token, keys[answers.indexOf("201")]))).toBe("201");
  expect(answer(await claim(token))).toBe("409 device.pass_claimed");
});

test("a pass that is 15 minutes old, revoked, guessed or of another device is claimed by nobody", async () => {
  const [old, revoked, open, other] = [await add(), await add(), await add(), await add()];
  await revoke(revoked.deviceId);
  const [event, id, secret] = open.token.split(".");
  const guesses = [
    revoked.token,
    `${event}.${id}.${"A".repeat(32)}`,
    `${event}.${other.deviceId}.${secret}`,
    `${(await stage.event()).eventId}.${id}.${secret}`,
    `${event}.${id}`,
    "x",
  ];
  for (const token of guesses) expect([token, answer(await claim(token))]).toEqual([token, "401 device.pass_invalid"]);
  clock.pass(900_000);
  expect(answer(await claim(old.token))).toBe("401 device.pass_invalid");
  expect((await list()).map(({ deviceId }) => deviceId)).not.toContain(old.deviceId);
});

test("a device checks in, undoes and counts at its event, and the records name it", async () => {
  const one = await device((await stage.event()).eventId);
  const { ticketId, sent } = await scan(one);
  const done = await stage.call("POST /v1/admin/check-ins", sent);
  expect(done.status).toBe(201);
  expect(await entrance(one)).toBe("200");
  const [checkIn] = (await Ticket.checkInsOf([{ userId: manager.userId, ticketId }])).values();
  expect(checkIn?.checkedInBy).toBe(one.deviceId);
  const undo = { params: { ticketId }, query: { userId: manager.userId } };
  const key = "DELETE /v1/admin/check-ins/{ticketId}";
  clock.pass(1_000);
  expect((await stage.call(key, await one.signed(key, undo))).status).toBe(204);
  const [latest] = await organiser(stage, manager).log(one.eventId);
  expect(latest).toMatchObject({ action: "check_in.undone", by: one.deviceId, subject: ticketId });
});

test("a request that comes again within the minute does nothing more, and is refused after it", async () => {
  const one = await device((await stage.event()).eventId);
  const { sent } = await scan(one, one.eventId, { "idempotency-key": "a-scan" });
  const first = await stage.call("POST /v1/admin/check-ins", sent);
  clock.pass(29_000);
  const again = await stage.call("POST /v1/admin/check-ins", sent);
  expect([again.status, again.body]).toEqual([201, first.body]);
  clock.pass(31_000);
  expect(answer(await stage.call("POST /v1/admin/check-ins", sent))).toBe("401 request.unauthorized");
});

test("a proof that this device did not sign for this request now is refused", async () => {
  const [one, another] = [await device(eventId), await device(eventId)];
  const elsewhere = await device((await stage.event()).eventId);
  const { privateKey } = await keyPair();
  const seconds = Math.floor(now() / 1000);
  const secret = Buffer.from(one.publicKey, "base64url");
  const wrong: Record<string, Wrong> = {
    "another key": { key: privateKey },
    "another device": { header: { kid: `${eventId}.${another.deviceId}` } },
    "another method": { claims: { htm: "POST" } },
    "another path": { claims: { htu: `/v1/admin/events/${elsewhere.eventId}/entrance` } },
    "no method": { claims: { htm: undefined } },
    "no path": { claims: { htu: undefined } },
    expired: { claims: { iat: seconds - 40, exp: seconds - 10 } },
    "an hour old, with a late expiry": { claims: { iat: seconds - 3_600, exp: seconds + 30 } },
    "signed in a minute": { claims: { iat: seconds + 60, exp: seconds + 90 } },
    "signed in a year": { claims: { iat: seconds + 31_536_000, exp: seconds + 31_536_030 } },
    "without its time": { claims: { iat: undefined } },
    "without its expiry": { claims: { exp: undefined } },
    "HS256 with the public key": { header: { alg: "HS256" }, key: new Uint8Array(secret) },
    "no names": { header: { kid: undefined } },
    "more names": { header: { kid: `${eventId}.${one.deviceId}.x` } },
    "odd names": { header: { kid: "../.." } },
  };
  expect(await entrance(one)).toBe("200");
  for (const [name, what] of Object.entries(wrong))
    expect([name, await entrance(one, what)]).toEqual([name, "401 request.unauthorized"]);
  // the names of a device that is not at this event: it has no pass there
  expect(await entrance(one, { header: { kid: `${elsewhere.eventId}.${one.deviceId}` } })).toBe("401 device.revoked");
  const key = "GET /v1/admin/events/{eventId}/entrance";
  const [head = "", payload = "", mark = ""] = (await one.proof(key, { params: { eventId } })).split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", kid: `${eventId}.${one.deviceId}` })).toString("base64url");
  for (const proof of [`${none}.${payload}.${mark}`, `${none}.${payload}.`, `${head}.${payload}.`, "a.b.c", "", "x"]) {
    const reply = await stage.call(key, { params: { eventId }, headers: { authorization: `Device ${proof}` } });
    expect([proof, answer(reply)]).toEqual([proof, "401 request.unauthorized"]);
  }
});

test("a revoked device is refused with its next request, and a device is revoked once and at its own event", async () => {
  const one = await device(eventId);
  const other = (await stage.event()).eventId;
  expect(answer(await revoke(one.deviceId, other))).toBe("404 device.not_found");
  expect(await entrance(one)).toBe("200");
  const both = await Promise.all([revoke(one.deviceId), revoke(one.deviceId)]);
  expect(both.map(answer).toSorted()).toEqual(["204", "404 device.not_found"]);
  expect(await entrance(one)).toBe("401 device.revoked");
  expect(answer(await revoke(Ids.make("dev", now())))).toBe("404 device.not_found");
});

test("a device at another event's entrance finds no event and no ticket there", async () => {
  const one = await device(eventId);
  const other = (await stage.event()).eventId;
  const { ticketId, sent } = await scan(one, other);
  expect(answer(await stage.call("POST /v1/admin/check-ins", sent))).toBe("404 event.not_found");
  const undo = { params: { ticketId }, query: { userId: manager.userId } };
  const key = "DELETE /v1/admin/check-ins/{ticketId}";
  expect(answer(await stage.call(key, await one.signed(key, undo)))).toBe("404 ticket.not_found");
});

test("a device ends a day after its event's start, which may move, and with its cancellation", async () => {
  const [moved, cancelled] = await Promise.all([stage.event(), stage.event()]);
  const [one, other] = [await device(moved.eventId), await device(cancelled.eventId)];
  const { postpone, cancel } = organiser(stage, manager);
  expect((await cancel(cancelled.eventId)).status).toBe(202);
  clock.pass(2_100); // longer than an event is kept in memory
  expect(await entrance(other)).toBe("401 device.ended");
  const startsAt = Date.parse(moved.startsAt as string) + dayMs;
  const later = { startsAt: at(startsAt), refundUntil: at(startsAt - dayMs) };
  expect((await postpone(moved.eventId, later)).status).toBe(200);
  clock.pass(startsAt + dayMs - now());
  expect(await entrance(one)).toBe("200");
  clock.pass(3_000);
  expect(await entrance(one)).toBe("401 device.ended");
});

test("an event has at most a hundred devices", async () => {
  const full = (await stage.event()).eventId;
  const one = { eventId: full, name: "Gate", secret: "", claimUntil: now() + 1_000 };
  const ids = Array.from({ length: Devices.maxDevices }, () => Ids.make("dev", now()));
  await putAll(
    "Accounts",
    ids.map((deviceId) => deviceItem({ ...one, deviceId })),
  );
  const reply = await ask("POST /v1/admin/events/{eventId}/devices", { eventId: full }, { name: "One more" });
  expect(answer(reply)).toBe("409 device.too_many");
  clock.pass(1_000); // now nobody can claim those
  expect((await add(full)).deviceId).toBeDefined();
});
