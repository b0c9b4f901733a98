/** What ends between the check of a request and its write: the write's condition refuses it. */
import { beforeAll, expect, test } from "vitest";
import * as Account from "#core/account/index.ts";
import { now } from "#core/lib/clock.ts";
import { codeIn, disownIn, mailsTo } from "#tests/support/codes.ts";
import * as Harness from "#tests/support/harness.ts";
import { inBetween } from "#tests/support/in-between.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { device } from "#tests/support/passkey.ts";
import { items } from "#tests/support/shop.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});
ownClock();
const before = inBetween();

const password = "correct horse";
/** Somebody with a password and a passkey. */
const person = async () => {
  const email = `races.${crypto.randomUUID()}@onsale.test`;
  const { userId } = await Account.create({ email, password, name: "Person" }, now());
  const token = (await signIn({ email, password })).body.accessToken as string;
  const phone = device();
  const { body } = await stage.call("POST /v1/passkeys/options", { token, body: {} });
  const credential = phone.create(body);
  await stage.call("POST /v1/passkeys", { token, body: { name: "Phone", credential } });
  return { userId, email, token, phone, passkeyId: credential.id };
};
type Person = Awaited<ReturnType<typeof person>>;

const signIn = (body: object) => stage.call("POST /v1/sessions", { body });
const codeFor = async ({ email }: Person) => {
  const { body } = await stage.call("POST /v1/codes", { body: { email, purpose: "signin" } });
  await stage.notify();
  const mail = (await mailsTo(email)).findLast((one) => codeIn(one) !== "no code"); // one about an earlier change may come later
  return { codeId: body.codeId as string, code: codeIn(mail), disown: disownIn(mail) };
};
const said = ({ status, body }: Harness.Reply) => [status, body?.code];
const sessionsOf = async ({ userId }: Person): Promise<string[]> => {
  const all = await items("Accounts", `ACCOUNT#${userId}`);
  return all.map(({ sk }) => sk).filter((sk) => sk.startsWith("SESSION#"));
};

const ways = {
  password:
    async ({ email }: Person) =>
    () =>
      signIn({ email, password }),
  code: async (one: Person) => {
    const { disown: _, ...proof } = await codeFor(one);
    return () => signIn(proof);
  },
  passkey: async ({ phone }: Person) => {
    const { body } = await stage.call("POST /v1/sessions/passkey/options");
    const credential = phone.sign(body);
    return () => stage.call("POST /v1/sessions/passkey", { body: { credential } });
  },
};

test.each(Object.entries(ways))("an account that is erased during a sign-in by %s opens no session", async (_, way) => {
  const one = await person();
  const enter = await way(one);
  before(/\/SESSION#/, () => Account.Erasing.begin({ userId: one.userId, forfeit: false, now: now() }));
  expect((await enter()).status).toBe(401);
  expect(await sessionsOf(one)).toEqual([]);
});

test("a password that is changed during a sign-in with the old one opens no session", async () => {
  const one = await person();
  const change = () =>
    stage.call("PUT /v1/me/password", { token: one.token, body: { current: password, password: "another horse" } });
  before(/\/SESSION#/, change);
  expect(said(await signIn({ email: one.email, password }))).toEqual([401, "session.invalid_credentials"]);
  expect(await sessionsOf(one)).toHaveLength(1); // the one that changed it
});

test("a session that ends while it removes a passkey removes none", async () => {
  const one = await person();
  before(/^PASSKEY#/, () => Account.endSessions(one.userId));
  const params = { passkeyId: one.passkeyId };
  const removed = await stage.call("DELETE /v1/passkeys/{passkeyId}", { token: one.token, params });
  expect(said(removed)).toEqual([401, "session.ended"]);
  expect((await (await ways.passkey(one))()).status).toBe(201);
});

test("a code that its owner withdraws while somebody signs in with it opens no session", async () => {
  const one = await person();
  const { disown: token, ...proof } = await codeFor(one);
  const earlier = await sessionsOf(one);
  before(/\/SESSION#/, () => stage.call("POST /v1/accounts/disown", { body: { token } }));
  expect(said(await signIn(proof))).toEqual([401, "code.invalid"]);
  expect(await sessionsOf(one)).toEqual(earlier);
});
