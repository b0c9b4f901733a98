/**
 * Who may call an organiser's route: every such route of the table × every role × their own organisation, another one, or none; and × a device at
 * the entrance of its event, or of another one.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#core/account/index.ts";
import { opensToDevices, type Route, type RouteKey, routes } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Organisation from "#core/organisation/index.ts";
import { atLeast, type Role, roles } from "#core/organisation/schema.ts";
import { type Owner, settled } from "#tests/adversary/auth-matrix/cast.ts";
import { matrix } from "#tests/adversary/auth-matrix/table.ts";
import { answerOf, writingNothing } from "#tests/adversary/auth-matrix/traces.ts";
import { type Device, device } from "#tests/support/device.ts";
import { type CallOptions, stage as makeStage, type Stage, type User } from "#tests/support/harness.ts";

const organisers = (Object.entries(routes) as [RouteKey, Route][]).filter(([, { auth }]) => auth === "admin");

let stage: Stage;
/** Has what the routes are about, in the organisation of all events here. */
let owner: Owner;
let outsider: User;
/** At the entrances of all events here, and of one more. */
let devices: Device[];
let elsewhere: Device;

const member = async (organisationId: string, role: Role): Promise<User> => {
  const user = await stage.user({ memberships: [{ organisationId, role }] });
  await Organisation.adopt({ organisationId, name: "An organisation", userId: user.userId, role, now: now() });
  return user;
};
beforeAll(async () => {
  stage = await makeStage();
  owner = await settled(stage);
  outsider = await member("org_other", "owner");
  devices = await Promise.all([owner.eventId, owner.confirmedEvent].map(device));
  elsewhere = await device((await stage.event()).eventId);
}, 60_000);

/** The same request about things that do not exist. */
const absent = (options: CallOptions): CallOptions => {
  const order = Ids.make("ord", now());
  const others: [string, string][] = [
    ...[owner.eventId, owner.confirmedEvent, owner.cancelledEvent, owner.draftEvent].map((id): [string, string] => [
      id,
      Ids.make("evt", now()),
    ]),
    [owner.held, order],
    [owner.confirmed, order],
    [owner.deviceId, Ids.make("dev", now())],
    [owner.ticketId, `${order.replace("ord", "tkt")}_1`],
    ["org_test", "org_absent"],
  ];
  return JSON.parse(others.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(options)));
};

const ask = (key: RouteKey, { token }: User, of = (options: CallOptions) => options) =>
  stage.call(key, { ...of(matrix[key].request(owner)), token });

test("each organiser's route says the least role, and what its organisation follows from", () => {
  expect(organisers.length).toBeGreaterThan(9);
  for (const [key, { role, of }] of organisers) {
    expect([key, roles.includes(role as Role)]).toEqual([key, true]);
    expect([key, ["event", "order", "ticket", "organisation", "platform", "any"]]).toEqual([
      key,
      expect.arrayContaining([of]),
    ]);
  }
});

test("a device may call what the role entrance may do with one event, and no more", () => {
  expect(organisers.filter(([, route]) => opensToDevices(route)).map(([key]) => key)).toEqual([
    "GET /v1/admin/events/{eventId}",
    "GET /v1/admin/events/{eventId}/entrance",
    "POST /v1/admin/check-ins",
    "DELETE /v1/admin/check-ins/{ticketId}",
  ]);
});

describe.each(organisers)("%s", (key, { role: least = "owner", of }) => {
  const home = of === "platform" ? platform : "org_test";

  test("without a membership it is forbidden", async () => {
    const stranger = await stage.user();
    await writingNothing(async () => expect(answerOf(await ask(key, stranger))).toBe("403 request.forbidden"));
  });

  test.skipIf(of === "any")("an owner of another organisation gets the answer of what does not exist", async () => {
    await writingNothing(async () => {
      const [foreign, missing] = [await ask(key, outsider), await ask(key, outsider, absent)];
      expect(foreign.status).toBe(of === "platform" ? 403 : 404);
      expect([foreign.status, foreign.body.code, foreign.body.detail]).toEqual([
        missing.status,
        missing.body.code,
        missing.body.detail,
      ]);
    });
  });

  test.each(roles.filter((role) => !atLeast(role, least)))("%s is too low a role", async (role) => {
    const caller = await member(home, role);
    await writingNothing(async () => {
      const reply = await ask(key, caller);
      expect(answerOf(reply)).toBe("403 organisation.role_too_low");
      expect(reply.body.detail).toContain(least);
    });
  });

  test.each(roles.filter((role) => atLeast(role, least)))("%s may call it", async (role) => {
    if (key === "DELETE /v1/admin/events/{eventId}") owner.draftEvent = (await stage.event({ publish: false })).eventId;
    if (key.startsWith("DELETE") && key.endsWith("{deviceId}")) owner.deviceId = (await device(owner.eventId)).deviceId;
    const caller = await member(home, role);
    // everybody may remove themselves
    const ofCaller = (options: CallOptions) =>
      key.startsWith("DELETE") ? JSON.parse(JSON.stringify(options).replace(owner.memberId, caller.userId)) : options;
    const reply = await ask(key, caller, ofCaller);
    const isDone = reply.body?.code === "invitation.not_found"; // another role has withdrawn it
    expect(isDone ? [] : [401, 403, 404]).not.toContain(reply.status);
  });

  const asDevice = async (one: Device, of = (options: CallOptions) => options) =>
    stage.call(key, await one.signed(key, of(matrix[key].request(owner))));

  test.runIf(opensToDevices(routes[key]))("a device may call it for its own event only", async () => {
    const isNamed = ({ eventId }: Device) => JSON.stringify(matrix[key].request(owner)).includes(eventId);
    const one = devices.find(isNamed) ?? (devices[1] as Device); // a ticket is of the confirmed order
    await writingNothing(async () => {
      const [foreign, missing] = [await asDevice(elsewhere), await asDevice(elsewhere, absent)];
      expect(foreign.status).toBe(404);
      expect([foreign.body.code, foreign.body.detail]).toEqual([missing.body.code, missing.body.detail]);
    });
    expect([401, 403, 404]).not.toContain((await asDevice(one)).status);
  });

  test.skipIf(opensToDevices(routes[key]))("no device may call it", async () => {
    await writingNothing(async () => {
      for (const one of devices) expect(answerOf(await asDevice(one))).toBe("401 request.unauthorized");
    });
  });
});
