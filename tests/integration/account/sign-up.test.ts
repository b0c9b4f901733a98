import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test, vi } from "vitest";
import * as Account from "#core/account/index.ts";
import * as Password from "#core/account/password.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import type { Role } from "#core/organisation/schema.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

let people = 0;
const person = () => ({ email: `Person.${++people}@Onsale.test`, password: "correct horse", name: "김 Person" });
const signUp = (body: unknown) => stage.call("POST /v1/accounts", { body });
const signIn = (body: unknown) => stage.call("POST /v1/sessions", { body });
const items = async () => (await db().send(new ScanCommand({ TableName: table("Accounts") }))).Count;

test("a new account has a profile, an empty wallet, and its e-mail as it was typed", async () => {
  const { email, password, name } = person();
  const made = await signUp({ email, password, name });
  expect(made).toMatchObject({ status: 201, body: { userId: expect.stringMatching(/^usr_/), email, name } });
  expect(Object.keys(made.body)).toEqual(["userId", "email", "name"]);
  const session = await signIn({ email, password });
  const token = session.body.accessToken;
  expect((await stage.call("GET /v1/me", { token })).body).toEqual({ ...made.body, emailVerified: false, roles: [] });
  expect((await stage.call("GET /v1/wallet", { token })).body).toEqual({ balance: 0, currency: "KRW" });
});

test("an account keeps the language of its sign-up, which is one that the e-mails have", async () => {
  const one = person();
  const made = await signUp({ ...one, locale: "ko" });
  expect(made.body).toMatchObject({ locale: "ko" });
  const { body } = await signIn({ email: one.email, password: one.password });
  expect((await stage.call("GET /v1/me", { token: body.accessToken })).body).toMatchObject({ locale: "ko" });
  const other = await signUp({ ...person(), locale: "fr" });
  expect(other).toMatchObject({ status: 422, body: { errors: [{ path: "locale" }] } });
});

test("the table has no password, and profiles have no hash", async () => {
  const { body } = await signUp({ ...person(), password: "hunter2hunter2" });
  const { Items } = await db().send(new ScanCommand({ TableName: table("Accounts") }));
  expect(JSON.stringify(Items)).not.toContain("hunter2");
  const own = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": `ACCOUNT#${body.userId}` },
    }),
  );
  expect(own.Items?.map((item) => item.sk)).toEqual(["PROFILE"]);
  expect(JSON.stringify(own.Items)).not.toContain("argon2");
});

test("one address is one account, whatever its case", async () => {
  const one = person();
  await signUp(one);
  const before = await items();
  const again = await signUp({ ...one, email: one.email.toUpperCase(), name: "Another" });
  expect(again).toMatchObject({ status: 409, body: { code: "account.email_taken" } });
  expect(await items()).toBe(before);
  expect((await signIn({ ...one, name: undefined, email: one.email.toLowerCase() })).status).toBe(201);
});

test("of twenty sign-ups at once with one address exactly one succeeds, and the others leave nothing", async () => {
  const one = person();
  const before = (await items()) ?? 0;
  const cased = (n: number) => (n % 2 ? one.email : one.email.toUpperCase());
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => signUp({ ...one, email: cased(n) })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
  expect(await items()).toBe(before + 2);
});

test("a request cannot set a role; the seed can", async () => {
  expect(await signUp({ ...person(), roles: ["admin"] })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "roles" }] },
  });
  const admin = person();
  const { userId } = await Account.create(
    { ...admin, memberships: [{ organisationId: "org_1", role: "owner" }] },
    now(),
  );
  expect(await Account.me(userId)).toMatchObject({ roles: ["admin"], email: admin.email });
  expect(await Account.findByEmail(admin.email.toLowerCase())).toBe(userId);
  const { body } = await signIn({ email: admin.email, password: admin.password });
  const me = await stage.call("GET /v1/me", { token: body.accessToken });
  expect(me.body.roles).toEqual(["admin"]);
});

test.each([["owner"], ["manager"], ["box-office"], ["entrance"], []] as Role[][])(
  "a member of an organisation as %s is an organiser, nobody else is, and no role in their token opens anything",
  async (role) => {
    const one = person();
    const memberships = role ? [{ organisationId: "org_1", role }] : [];
    const roles = role ? ["admin"] : [];
    await Account.create({ ...one, memberships }, now());
    const { body } = await signIn({ email: one.email, password: one.password });
    const claims = JSON.parse(Buffer.from(body.accessToken.split(".")[1], "base64url").toString());
    expect(claims.org).toBe(role ? true : undefined);
    expect(claims.roles).toEqual(roles); // functions of the previous release refuse a token without the list
    expect((await stage.call("GET /v1/me", { token: body.accessToken })).body.roles).toEqual(roles);
  },
);

test("a new account's wallet is empty, and its item is written with its first points", async () => {
  const { email, password, name } = person();
  await signUp({ email, password, name });
  const token = (await signIn({ email, password })).body.accessToken;
  const charge = (amount: number) => stage.call("POST /v1/wallet/charges", { token, body: { amount } });
  const charged = await Promise.all(Array.from({ length: 5 }, () => charge(100)));
  expect(charged.map(({ status }) => status)).toEqual(Array(5).fill(201));
  expect((await stage.call("GET /v1/wallet", { token })).body.balance).toBe(500);
});

test("a taken address is refused without hashing a password", async () => {
  const one = person();
  await signUp(one);
  const hash = vi.spyOn(Password, "hash");
  expect((await signUp(one)).body.code).toBe("account.email_taken");
  expect(hash).not.toHaveBeenCalled();
  hash.mockRestore();
});

const good = { email: "good@onsale.test", password: "correct horse", name: "Good" };
const huge = "x".repeat(10_000);
test.each<[string, unknown, number, string]>([
  ["no body", undefined, 422, "email"],
  ["malformed JSON", '{"email":', 400, ""],
  ["an array", [], 422, ""],
  ["a number for an e-mail", { ...good, email: 1 }, 422, "email"],
  ["no e-mail", { ...good, email: "nobody" }, 422, "email"],
  ["an e-mail in Unicode", { ...good, email: "김@onsale.test" }, 422, "email"],
  ["an e-mail with a look-alike letter", { ...good, email: "good@onsale.te\u212At" }, 422, "email"],
  ["an e-mail with a control character", { ...good, email: "good\u0000@onsale.test" }, 422, "email"],
  ["an e-mail with a line break", { ...good, email: "good@onsale.test\r\nBcc: a@b.test" }, 422, "email"],
  ["a huge e-mail", { ...good, email: `${huge}@onsale.test` }, 422, "email"],
  ["a short password", { ...good, password: "1234567" }, 422, "password"],
  ["a long password", { ...good, password: "x".repeat(129) }, 422, "password"],
  ["a blank name", { ...good, name: " \t " }, 422, "name"],
  ["a name with control characters", { ...good, name: "a\u0007b" }, 422, "name"],
  ["half a character for a name", { ...good, name: "\ud800" }, 422, "name"],
  ["a huge name", { ...good, name: huge }, 422, "name"],
  ["an unknown field", { ...good, admin: true }, 422, "admin"],
  ["a body beyond the limit", { ...good, name: "x".repeat(70_000) }, 413, ""],
])("sign-up refuses %s and writes nothing", async (_, body, status, path) => {
  const before = await items();
  const answer = await signUp(body);
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  if (path) expect(answer.body.errors.map((fault: { path: string }) => fault.path)).toContain(path);
  expect(await items()).toBe(before);
});

test("passwords are 8 to 128 characters with no composition rule", async () => {
  for (const password of ["        ", "비밀번호입니다요", "x".repeat(128)]) {
    const one = person();
    expect((await signUp({ ...one, password })).status).toBe(201);
    expect((await signIn({ email: one.email, password })).status).toBe(201);
  }
});
