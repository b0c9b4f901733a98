/** What a user sees of their sessions and changes of their account, and what a session in other hands cannot do. */
import { GetCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test, vi } from "vitest";
import { emailKey, sessionItem } from "#core/account/account.table.ts";
import { forgetCredentials } from "#core/account/forget.ts";
import * as Account from "#core/account/index.ts";
import { endAll } from "#core/account/sessions.ts";
import * as Throttle from "#core/account/throttle.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Harness from "#tests/support/harness.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { items } from "#tests/support/shop.ts";
import { unused } from "#tests/support/stage.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});
const MINUTE = 60_000;
const { pass } = ownClock();

const PASSWORD = "correct horse";
let people = 0;
const person = async () => {
  const email = `Session.${++people}@onsale.test`;
  const { userId } = await Account.create({ email, password: PASSWORD, name: "Person" }, now());
  return { userId, email };
};
type Person = Awaited<ReturnType<typeof person>>;
const signIn = async ({ email }: Person, device = "Phone", password = PASSWORD) => {
  const answer = await stage.call("POST /v1/sessions", {
    body: { email, password },
    headers: { "user-agent": device },
  });
  return { status: answer.status, token: answer.body.accessToken, refreshToken: answer.body.refreshToken };
};
type In = Awaited<ReturnType<typeof signIn>>;
const enter = async () => {
  const one = await person();
  return { ...one, ...(await signIn(one)) };
};
const refresh = async ({ refreshToken }: In) =>
  (await stage.call("POST /v1/sessions/refresh", { body: { refreshToken } })).status;
const list = async ({ token }: In) => (await stage.call("GET /v1/me/sessions", { token })).body.items;
const setPassword = ({ token }: In, body: object) => stage.call("PUT /v1/me/password", { token, body });

test("the list says where one is signed in, since when, and which session asks", async () => {
  const one = await person();
  const began = now();
  const phone = await signIn(one, "Phone");
  pass(MINUTE);
  const laptop = await signIn(one, `Laptop ${"x".repeat(500)}`);
  pass(MINUTE);
  await refresh(phone);
  const seen = await list(laptop);
  expect(seen).toEqual([
    {
      sessionId: expect.stringMatching(/^ses_/),
      current: true,
      method: "password",
      device: `Laptop ${"x".repeat(193)}`,
      signedInAt: new Date(began + MINUTE).toISOString(),
      lastUsedAt: new Date(began + MINUTE).toISOString(),
    },
    {
      sessionId: expect.stringMatching(/^ses_/),
      current: false,
      method: "password",
      device: "Phone",
      signedInAt: new Date(began).toISOString(),
      lastUsedAt: new Date(began + 2 * MINUTE).toISOString(),
    },
  ]);
  expect(JSON.stringify(seen)).not.toContain(Ids.sha256(laptop.refreshToken.split(".")[2].slice(0, 32)));
});

test("a session that is over or was revoked is not listed", async () => {
  const one = await enter();
  const at = now();
  const put = (sessionId: string, more: object) =>
    db().send(
      new PutCommand({
        TableName: table("Accounts"),
        Item: { ...sessionItem(one.userId, sessionId, { ...unused, until: at + MINUTE }), ...more },
      }),
    );
  await put(Ids.make("ses", at - 3), { until: at });
  await put(Ids.make("ses", at - 2), { revoked: true });
  expect((await list(one)).map(({ device }: { device: string }) => device)).toEqual(["Phone"]);
});

test("a session that was ended is neither refreshed nor accepted where sessions are checked, and the others go on", async () => {
  const one = await person();
  const [phone, stolen] = [await signIn(one), await signIn(one, "Stranger")];
  const found = (await list(phone)).find(({ device }: { device: string }) => device === "Stranger");
  const params = { sessionId: found.sessionId };
  const end = () => stage.call("DELETE /v1/me/sessions/{sessionId}", { token: phone.token, params });
  expect((await end()).status).toBe(204);
  expect(await end()).toMatchObject({ status: 404, body: { code: "session.not_found" } });
  expect(await refresh(stolen)).toBe(401);
  expect(await stage.call("GET /v1/me/sessions", { token: stolen.token })).toMatchObject({
    status: 401,
    body: { code: "session.ended" },
  });
  expect((await setPassword(stolen, { password: "stolen horse" })).body.code).toBe("session.ended");
  expect(await refresh(phone)).toBe(201);
});

test("nobody ends another user's session", async () => {
  const [one, other] = [await enter(), await enter()];
  const [{ sessionId }] = await list(one);
  const answer = await stage.call("DELETE /v1/me/sessions/{sessionId}", { token: other.token, params: { sessionId } });
  expect(answer).toMatchObject({ status: 404, body: { code: "session.not_found" } });
  expect(await refresh(one)).toBe(201);
});

test("ending the others ends all of sixty, and keeps the one that asks", async () => {
  const one = await enter();
  for (let n = 0; n < 60; n++) {
    const Item = sessionItem(one.userId, Ids.make("ses", now() - n), { ...unused, until: now() + MINUTE });
    await db().send(new PutCommand({ TableName: table("Accounts"), Item }));
  }
  for (let n = 0; n < 2; n++)
    expect((await stage.call("DELETE /v1/me/sessions", { token: one.token })).status).toBe(204);
  expect(await list(one)).toHaveLength(1);
  expect((await items("Accounts", `ACCOUNT#${one.userId}`)).map(({ sk }) => sk.split("#")[0]).toSorted()).toEqual([
    "PROFILE",
    "SESSION",
  ]);
  expect(await refresh(one)).toBe(201);
});

test("two devices that refresh at once, on both sides of the 30 s, do not disturb each other", async () => {
  const one = await person();
  const [phone, laptop] = [await signIn(one), await signIn(one)];
  const both = () => Promise.all([refresh(phone), refresh(phone), refresh(laptop), refresh(laptop)]);
  expect(await both()).toEqual([201, 201, 201, 201]);
  pass(30_000);
  expect(await both()).toEqual([201, 201, 201, 201]);
  pass(1);
  expect(await refresh(phone)).toBe(401);
  expect((await list(laptop)).length).toBe(1);
});

test("name and language are changed alone or together, and an empty change changes nothing", async () => {
  const one = await enter();
  const change = (body: object) => stage.call("PATCH /v1/me", { token: one.token, body });
  expect(await change({ name: "김 사람" })).toMatchObject({ status: 200, body: { name: "김 사람", email: one.email } });
  expect((await change({ locale: "ko" })).body).toMatchObject({ name: "김 사람", locale: "ko", roles: [] });
  expect((await change({})).body).toMatchObject({ name: "김 사람", locale: "ko" });
  for (const body of [
    { name: " " },
    { locale: "de" },
    { email: "a@b.test" },
    { roles: ["admin"] },
    { organiser: true },
  ])
    expect([body, (await change(body)).status]).toEqual([body, 422]);
  expect(Object.keys((await stage.call("GET /v1/me", { token: one.token })).body).toSorted()).toEqual(
    ["userId", "email", "emailVerified", "name", "locale", "roles"].toSorted(),
  );
});

test("a password is changed with the current one, and ends all other sessions", async () => {
  const one = await enter();
  const other = await signIn(one, "Stranger");
  pass(11 * MINUTE);
  expect((await setPassword(one, { current: PASSWORD, password: "another horse" })).status).toBe(204);
  expect(await refresh(other)).toBe(401);
  expect(await refresh(one)).toBe(201);
  expect((await signIn(one)).status).toBe(401);
  expect((await signIn(one, "Phone", "another horse")).status).toBe(201);
});

test("without the current password it needs a sign-in of at most ten minutes ago", async () => {
  const one = await enter();
  pass(10 * MINUTE);
  expect((await setPassword(one, { password: "another horse" })).status).toBe(204);
  pass(1);
  const late = await setPassword(one, { password: "a third horse" });
  expect(late).toMatchObject({ status: 403, body: { code: "session.not_recent" } });
  expect((await signIn(one, "Phone", "another horse")).status).toBe(201);
});

test("a stolen session guesses the current password as often as a sign-in may, and changes nothing", async () => {
  const one = await enter();
  pass(11 * MINUTE);
  const guesses = await Promise.all(
    Array.from({ length: 15 }, (_, n) => setPassword(one, { current: `horse ${n}`, password: "stolen horse" })),
  );
  const codes = guesses.map(({ body }) => body.code).toSorted();
  expect(codes).toEqual([
    ...Array(Throttle.signInLimits.account).fill("account.wrong_password"),
    ...Array(5).fill("session.too_many_attempts"),
  ]);
  expect(Number(guesses.find(({ status }) => status === 429)?.headers["retry-after"])).toBeGreaterThan(0);
  pass(16 * MINUTE);
  expect((await signIn(one)).status).toBe(201);
});

test("of ten changes at once one is written, and its password is the one that signs in", async () => {
  const one = await enter();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => setPassword(one, { password: `horse number ${n}` })),
  );
  const written = answers.flatMap(({ status }, n) => (status === 204 ? [n] : []));
  expect(answers.filter(({ status }) => status !== 204 && status !== 503)).toEqual([]);
  expect(written.length).toBeGreaterThan(0);
  const signed = await Promise.all(written.map((n) => signIn(one, "Phone", `horse number ${n}`)));
  expect(signed.filter(({ status }) => status === 201)).toHaveLength(1);
});

test("an account without a password sets one after a sign-in, and an address of another account is left alone", async () => {
  const user = await stage.user();
  expect((await setPassword({ ...user, status: 201, refreshToken: "" }, { password: "first horse" })).status).toBe(204);
  expect((await signIn(user, "Phone", "first horse")).status).toBe(201);
  const stranger = await stage.user();
  const Key = emailKey(stranger.email);
  await db().send(new PutCommand({ TableName: table("Accounts"), Item: { ...Key, userId: user.userId } }));
  const refused = await setPassword({ ...stranger, status: 201, refreshToken: "" }, { password: "other horse" });
  expect(refused.status).toBe(503);
  const { Item } = await db().send(new GetCommand({ TableName: table("Accounts"), Key }));
  expect(Item).toEqual({ ...Key, userId: user.userId });
});

let first: (() => Promise<unknown>) | undefined;
/** Does `work` right before the next write of a new password. */
const beforeTheWrite = (work: () => Promise<unknown>) => {
  first = work;
};
beforeAll(() => {
  const send = db().send.bind(db()) as (...args: unknown[]) => unknown;
  vi.spyOn(db(), "send").mockImplementation((async (...args: unknown[]) => {
    const [command] = args;
    const work = first;
    const written = command instanceof TransactWriteCommand ? command.input.TransactItems : undefined;
    if (work && written?.some(({ Update }) => String(Update?.Key?.pk).startsWith("EMAIL#"))) {
      first = undefined;
      await work();
    }
    return send(...args);
  }) as never);
});

test("a password change that dies before its write has ended the other sessions; repeated, it is done", async () => {
  const one = await enter();
  const other = await signIn(one, "Stranger");
  beforeTheWrite(() => Promise.reject(new Error("The process died.")));
  expect((await setPassword(one, { current: PASSWORD, password: "another horse" })).status).toBe(500);
  expect(await refresh(other)).toBe(401);
  expect((await setPassword(one, { current: PASSWORD, password: "another horse" })).status).toBe(204);
});

test("a sign-in that comes in the middle of a password change does not keep its session", async () => {
  const one = await enter();
  let other: In | undefined;
  beforeTheWrite(async () => {
    other = await signIn(one, "Stranger");
  });
  expect((await setPassword(one, { current: PASSWORD, password: "another horse" })).status).toBe(204);
  expect(other?.status).toBe(201);
  expect(await refresh(other as In)).toBe(401);
  expect(await refresh(one)).toBe(201);
});

const passwordOf = async (email: string) =>
  (await db().send(new GetCommand({ TableName: table("Accounts"), Key: emailKey(email) }))).Item?.password;

test("a session that ends between its check and the write sets no password", async () => {
  const user = await stage.user(); // without a password
  beforeTheWrite(() => endAll(user.userId));
  const refused = await setPassword({ ...user, status: 201, refreshToken: "" }, { password: "stolen horse" });
  expect(refused).toMatchObject({ status: 401, body: { code: "session.ended" } });
  expect(await passwordOf(user.email)).toBeUndefined();
});

test("no password is set while all credentials are removed, before the sessions have ended", async () => {
  const user = await stage.user();
  await forgetCredentials(user, now(), async () => {
    const refused = await setPassword({ ...user, status: 201, refreshToken: "" }, { password: "stolen horse" });
    expect(refused).toMatchObject({ status: 401, body: { code: "session.ended" } });
  });
  expect(await passwordOf(user.email)).toBeUndefined();
});
