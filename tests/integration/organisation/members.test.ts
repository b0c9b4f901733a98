/** Organisations: who makes them, invites, joins, changes roles and leaves; what two requests at the same time can do; the log. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { profileKey } from "#core/account/account.table.ts";
import { platform } from "#core/account/index.ts";
import type { RouteKey } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Organisation from "#core/organisation/index.ts";
import { deliver } from "#core/organisation/mail.ts";
import type { Role } from "#core/organisation/schema.ts";
import * as Harness from "#tests/support/harness.ts";
import { ownClock } from "#tests/support/own-clock.ts";

let stage: Harness.Stage;
let operator: Harness.User;
beforeAll(async () => {
  stage = await Harness.stage();
  operator = await stage.user({ memberships: [{ organisationId: platform, role: "owner" }] });
});
const { pass } = ownClock();

type User = Harness.User;
const ask = (key: RouteKey, { token }: User, params: Record<string, string> = {}, body?: object) =>
  stage.call(key, { token, params, ...(body && { body }) });

/** An organisation whose owner is the operator. */
const made = async () =>
  (await ask("POST /v1/admin/organisations", operator, {}, { name: "A <b>house</b>" })).body.organisationId as string;
/** A user with a proven address. */
const proven = async (): Promise<User> => {
  const user = await stage.user();
  await db().send(
    new UpdateCommand({
      TableName: table("Accounts"),
      Key: profileKey(user.userId),
      UpdateExpression: "SET emailVerified = :true",
      ExpressionAttributeValues: { ":true": true },
    }),
  );
  return user;
};
const invite = (by: User, organisationId: string, email: string, role: Role) =>
  ask("POST /v1/admin/organisations/{organisationId}/invitations", by, { organisationId }, { email, role });
const accept = (user: User, organisationId: string, invitationId: string) =>
  ask("POST /v1/invitations/{organisationId}/{invitationId}", user, { organisationId, invitationId });
const joined = async (organisationId: string, role: Role, by = operator): Promise<User> => {
  const user = await proven();
  const { body } = await invite(by, organisationId, user.email, role);
  expect((await accept(user, organisationId, body.invitationId)).status).toBe(201);
  return user;
};
const members = async (organisationId: string) =>
  (await ask("GET /v1/admin/organisations/{organisationId}/members", operator, { organisationId })).body;
const remove = (by: User, organisationId: string, { userId }: User) =>
  ask("DELETE /v1/admin/organisations/{organisationId}/members/{userId}", by, { organisationId, userId });
const setRole = (by: User, organisationId: string, { userId }: User, role: Role) =>
  ask("PATCH /v1/admin/organisations/{organisationId}/members/{userId}", by, { organisationId, userId }, { role });

test("an invited user reads the invitation, accepts it once, and makes events in the organisation", async () => {
  const organisationId = await made();
  const user = await proven();
  const { status, body } = await invite(operator, organisationId, user.email.toUpperCase(), "manager");
  expect([status, body.role]).toEqual([201, "manager"]);
  const { invitationId } = body;
  const params = { organisationId, invitationId };
  expect((await members(organisationId)).invitations).toMatchObject([{ invitationId, role: "manager" }]);
  const read = await ask("GET /v1/invitations/{organisationId}/{invitationId}", user, params);
  expect(read.body).toMatchObject({ organisationId, name: "A <b>house</b>", role: "manager" });
  const both = await Promise.all([
    accept(user, organisationId, invitationId),
    accept(user, organisationId, invitationId),
  ]);
  expect(both.map((one) => one.status).toSorted()).toEqual([201, 404]);
  expect((await accept(user, organisationId, invitationId)).body.code).toBe("invitation.not_found");
  expect((await ask("GET /v1/me", user)).body.roles).toEqual(["admin"]);
  expect((await ask("GET /v1/admin/organisations", user)).body.items).toEqual([
    { organisationId, name: "A <b>house</b>", role: "manager" },
  ]);
  const { items, invitations } = await members(organisationId);
  expect(items.map(({ userId, role }: { userId: string; role: Role }) => [userId, role])).toEqual([
    [operator.userId, "owner"],
    [user.userId, "manager"],
  ]);
  expect(invitations).toEqual([]);
});

test("an invitation is only for its address, only if that is proven, and for seven days; a withdrawn one opens nothing", async () => {
  const organisationId = await made();
  const [user, other, unproven] = [await proven(), await proven(), await stage.user()];
  const sent = async ({ email }: User) => (await invite(operator, organisationId, email, "entrance")).body.invitationId;
  const [first, second, third] = [await sent(user), await sent(unproven), await sent(user)];
  expect((await accept(other, organisationId, first)).body.code).toBe("invitation.not_found");
  expect((await accept(unproven, organisationId, second)).body.code).toBe("invitation.unverified");
  const params = { organisationId, invitationId: third };
  const withdraw = () =>
    ask("DELETE /v1/admin/organisations/{organisationId}/invitations/{invitationId}", operator, params);
  expect((await withdraw()).status).toBe(204);
  expect((await withdraw()).body.code).toBe("invitation.not_found");
  expect((await accept(user, organisationId, third)).body.code).toBe("invitation.not_found");
  pass(7 * 86_400_000);
  const { token: _old, ...same } = user;
  await expect(
    Organisation.accept({ organisationId, invitationId: first, userId: same.userId, now: now() }),
  ).rejects.toMatchObject({ kind: { code: "invitation.not_found" } });
});

test("nobody gives, takes or changes a role above their own, and everybody may leave", async () => {
  const organisationId = await made();
  const [manager, clerk] = [await joined(organisationId, "manager"), await joined(organisationId, "box-office")];
  const tooLow = { status: 403, body: { code: "organisation.role_too_low" } };
  expect(await invite(manager, organisationId, "new@onsale.test", "owner")).toMatchObject(tooLow);
  expect(await setRole(manager, organisationId, clerk, "owner")).toMatchObject(tooLow);
  expect(await setRole(manager, organisationId, manager, "owner")).toMatchObject(tooLow);
  expect(await setRole(manager, organisationId, operator, "entrance")).toMatchObject(tooLow);
  expect(await remove(manager, organisationId, operator)).toMatchObject(tooLow);
  expect(await remove(clerk, organisationId, manager)).toMatchObject(tooLow);
  expect(await setRole(manager, organisationId, clerk, "manager")).toMatchObject({ status: 200 });
  expect((await remove(clerk, organisationId, clerk)).status).toBe(204);
  expect((await remove(operator, organisationId, clerk)).body.code).toBe("member.not_found");
});

test("of two owners who remove each other or themselves at the same moment, one stays", {
  timeout: 60_000,
}, async () => {
  for (let round = 0; round < 5; round++) {
    const organisationId = await made();
    const other = await joined(organisationId, "owner");
    const itself = round % 2 === 0;
    await Promise.all([
      remove(operator, organisationId, itself ? operator : other),
      remove(other, organisationId, itself ? other : operator),
    ]);
    const { items } = await Organisation.members(organisationId, now());
    expect(items.map(({ role }) => role)).toEqual(["owner"]);
  }
  const organisationId = await made();
  const last = { status: 409, body: { code: "organisation.last_owner" } };
  expect(await remove(operator, organisationId, operator)).toMatchObject(last);
  expect(await setRole(operator, organisationId, operator, "manager")).toMatchObject(last);
});

test("a removed member is refused at once, with the same token", async () => {
  const organisationId = await made();
  const user = await joined(organisationId, "manager");
  const read = () => ask("GET /v1/admin/organisations/{organisationId}/members", user, { organisationId });
  expect((await read()).status).toBe(200);
  await remove(operator, organisationId, user);
  expect((await read()).status).toBe(403);
  expect((await ask("GET /v1/me", user)).body.roles).toEqual([]);
});

test("each change is in the organisation's log, with who made it", async () => {
  const organisationId = await made();
  pass(1); // entries of one millisecond have no order
  const user = await proven();
  const { body: invitation } = await invite(operator, organisationId, user.email, "box-office");
  pass(1);
  await accept(user, organisationId, invitation.invitationId);
  pass(1);
  await setRole(operator, organisationId, user, "manager");
  pass(1);
  await remove(operator, organisationId, user);
  const { body } = await ask("GET /v1/admin/organisations/{organisationId}/log", operator, { organisationId });
  const shown = body.items.map(({ action, by }: { action: string; by: string }) => [action, by]).toReversed();
  expect(shown).toEqual([
    ["organisation.created", operator.userId],
    ["member.invited", operator.userId],
    ["member.joined", user.userId],
    ["member.changed", operator.userId],
    ["member.removed", operator.userId],
  ]);
  expect(body.items[1].changes).toEqual({ role: { from: "box-office", to: "manager" } });
  expect(body.items[2]).toMatchObject({ by: user.userId, email: user.email });
});

test("an invitation is mailed once, and one that was never written is dropped after two minutes", async () => {
  const organisationId = await made();
  const { body } = await invite(operator, organisationId, "invited@onsale.test", "entrance");
  const message = { organisationId, invitationId: body.invitationId };
  expect(await deliver(message, now())).toBe("sent");
  expect(await deliver(message, now())).toBe("done");
  const never = { organisationId, invitationId: `${body.invitationId.slice(0, -3)}ZZZ` };
  expect(await deliver(never, now())).toBe("early");
  expect(await deliver(never, now() + 180_000)).toBe("unwritten");
});

test("an erased account leaves its organisations; the last owner cannot be erased", async () => {
  const organisationId = await made();
  const user = await joined(organisationId, "owner");
  expect(await Organisation.ownsAlone(user.userId)).toBe(false);
  await Organisation.leaveAll(user.userId, now());
  const left = JSON.stringify(await members(organisationId));
  for (const text of [user.userId, user.email]) expect(left).not.toContain(text);
  expect((await ask("GET /v1/me", user)).body.roles).toEqual([]);
  expect(await Organisation.ownsAlone(operator.userId)).toBe(true);
  const reply = await ask("DELETE /v1/me", operator, {}, {});
  expect([reply.status, reply.body.code]).toEqual([409, "account.owns_organisation"]);
});
