/** Some routes need an open session or a role besides a valid access token. The other routes read neither. */
import { DeleteCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test, vi } from "vitest";
import { membershipItem, membershipKey, profileKey } from "#core/account/account.table.ts";
import * as Account from "#core/account/index.ts";
import type { RouteKey } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import type { Role } from "#core/organisation/schema.ts";
import * as Harness from "#tests/support/harness.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let eventId: string;
beforeAll(async () => {
  stage = await Harness.stage();
  ({ eventId } = await stage.event());
});
const { pass } = ownClock();

let people = 0;
const enter = async (role?: Role) => {
  const credentials = { email: `checked.${++people}@onsale.test`, password: "correct horse" };
  const memberships = role ? [{ organisationId: "org_test", role }] : [];
  const { userId } = await Account.create({ ...credentials, name: "Person", memberships }, now());
  const { body } = await stage.call("POST /v1/sessions", { body: credentials });
  return { userId, credentials, token: body.accessToken as string, refreshToken: body.refreshToken as string };
};
const end = ({ token }: { token: string }) => stage.call("DELETE /v1/sessions", { token });
const stats = ({ token }: { token: string }) =>
  stage.call("GET /v1/admin/events/{eventId}/stats", { params: { eventId }, token });
const charge = ({ token }: { token: string }) =>
  stage.call("POST /v1/wallet/charges", { token, body: { amount: 100_000 } });

/** What `work` sends to DynamoDB: each command's name, and its input as text. */
const sentBy = async (work: () => Promise<unknown>): Promise<{ name: string; input: string }[]> => {
  const sent = vi.spyOn(db(), "send").mockClear();
  await work();
  return sent.mock.calls.map(([command]) => ({
    name: command.constructor.name.replace("Command", ""),
    input: JSON.stringify((command as { input: unknown }).input),
  }));
};
const namesOf = (sent: { name: string }[]) => sent.map(({ name }) => name);

test("a role withdrawn is refused at once with the same access token, and opens again with the role", async () => {
  const one = await enter("manager");
  expect((await stats(one)).status).toBe(200);
  const put = (role: Role) => {
    const Item = membershipItem(one.userId, { organisationId: "org_test", role }, now());
    return db().send(new PutCommand({ TableName: table("Accounts"), Item }));
  };
  await put("entrance");
  expect(await stats(one)).toMatchObject({ status: 403, body: { code: "organisation.role_too_low" } });
  await put("owner");
  expect((await stats(one)).status).toBe(200);
  const Key = membershipKey(one.userId, "org_test");
  await db().send(new DeleteCommand({ TableName: table("Accounts"), Key }));
  expect(await stats(one)).toMatchObject({ status: 403, body: { code: "request.forbidden" } });
});

test("an organiser's session that ended is refused at once", async () => {
  const one = await enter("owner");
  expect((await stats(one)).status).toBe(200);
  await end(one);
  expect(await stats(one)).toMatchObject({ status: 401, body: { code: "session.ended" } });
});

test("an organiser's request reads the session and the memberships once each", async () => {
  const one = await enter("owner");
  await stats(await enter("owner")); // the event is in memory
  const checks = async (work: () => Promise<unknown>) => {
    const own = [`ACCOUNT#${one.userId}`, `MEMBER#${one.userId}`];
    return (await sentBy(work)).filter(({ input }) => own.some((pk) => input.includes(pk))).length;
  };
  expect(await checks(() => stats(one))).toBe(2);
});

test("after its session ended, an access token still joins, claims, holds and pays until it expires, and moves no other money", async () => {
  const one = await enter();
  await charge(one);
  const queue = { enabled: true, admitPerSecond: 100, maxActive: 100 };
  const line = await stage.event({ queue });
  await end(one);
  const user = { ...one, email: one.credentials.email, name: "Person" };
  const params = { eventId: line.eventId };
  const ask = (route: RouteKey, body: object) => stage.call(route, { params, token: one.token, body });
  const { place } = (await ask("POST /v1/events/{eventId}/queue/places", {})).body;
  expect(place).toBeDefined();
  pass(2_000);
  const { admission } = (await ask("POST /v1/events/{eventId}/queue/admissions", { place })).body;
  const { held, pay, get, cancel } = shop(stage);
  const order = await held(user, { ...params, seats: ["A-1-1"] }, { admission });
  expect((await pay(user, order.orderId)).status).toBe(202);
  await stage.drain();
  expect(await get(user, order.orderId)).toMatchObject({ status: "confirmed" });
  expect(await cancel(user, order.orderId)).toMatchObject({ status: 401, body: { code: "session.ended" } });
  expect(await charge(one)).toMatchObject({ status: 401, body: { code: "session.ended" } });
  expect(await get(user, order.orderId)).toMatchObject({ status: "confirmed" });
  pass(30 * 60_000);
  expect(await ask("POST /v1/events/{eventId}/queue/places", {})).toMatchObject({
    status: 401,
    body: { code: "request.unauthorized" },
  });
});

test("an erased account's access token charges and refunds nothing and opens no organiser's route, and its refresh is refused", async () => {
  const [buyer, organiser] = [await enter(), await enter("owner")];
  expect((await stats(organiser)).status).toBe(200);
  for (const { userId } of [buyer, organiser]) {
    const { Items = [] } = await db().send(new ScanCommand({ TableName: table("Accounts") }));
    for (const { pk, sk } of Items.filter((item) => item.pk === profileKey(userId).pk))
      await db().send(new DeleteCommand({ TableName: table("Accounts"), Key: { pk, sk } }));
  }
  pass(60_000);
  expect(await charge(buyer)).toMatchObject({ status: 401, body: { code: "session.ended" } });
  expect(await stats(organiser)).toMatchObject({ status: 401, body: { code: "session.ended" } });
  const refresh = { body: { refreshToken: buyer.refreshToken } };
  expect(await stage.call("POST /v1/sessions/refresh", refresh)).toMatchObject({ status: 401 });
});

test("a sign-in is five requests to DynamoDB, and a refresh two", async () => {
  const { credentials, refreshToken } = await enter("owner");
  const signIn = await sentBy(() => stage.call("POST /v1/sessions", { body: credentials }));
  expect(namesOf(signIn)).toEqual(["BatchGet", "Update", "BatchGet", "Delete", "TransactWrite"]);
  const refresh = await sentBy(() => stage.call("POST /v1/sessions/refresh", { body: { refreshToken } }));
  expect(namesOf(refresh)).toEqual(["Update", "Get"]);
});

test("a hold and a payment by points read no session", async () => {
  const user = await stage.user({ balance: 100_000 });
  const { held, pay } = shop(stage);
  const sent = await sentBy(async () => {
    const { orderId } = await held(user, { eventId, seats: ["A-5-5"] });
    expect((await pay(user, orderId)).status).toBe(202);
    await stage.settle();
  });
  expect(sent.length).toBeGreaterThan(2);
  expect(sent.filter(({ input }) => /ACCOUNT#|MEMBER#/.test(input))).toEqual([]);
});
