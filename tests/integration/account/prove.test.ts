/** What a mailed code allows, and what the first proof of an address removes. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test, vi } from "vitest";
import * as Account from "#core/account/index.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { sign } from "#core/lib/tokens.ts";
import { everywhere, killer } from "#tests/support/bank.ts";
import { codeIn, disownIn, mailsTo } from "#tests/support/codes.ts";
import * as Harness from "#tests/support/harness.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { items, tally } from "#tests/support/shop.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});
const { pass } = ownClock();

const password = "correct horse";
const newPassword = "battery staple";
let people = 0;
const person = async () => {
  const email = `proof.${++people}.${crypto.randomUUID().slice(0, 8)}@onsale.test`;
  const { userId } = await Account.create({ email, password, name: "Person" }, now());
  return { userId, email };
};
type Person = Awaited<ReturnType<typeof person>>;

const codeFor = async ({ email }: Person, purpose: Account.Purpose) => {
  const { body } = await stage.call("POST /v1/codes", { body: { email, purpose } });
  await stage.notify();
  return { codeId: body.codeId as string, code: codeIn((await mailsTo(email)).at(-1)) };
};
const signIn = (body: object) => stage.call("POST /v1/sessions", { body });
const byPassword = ({ email }: Person, given = password) => signIn({ email, password: given });
const byCode = async (who: Person, more: object = {}) => signIn({ ...(await codeFor(who, "signin")), ...more });
const verify = (body: object, token?: string) => stage.call("POST /v1/accounts/verification", { body, token });
const reset = (body: object) => stage.call("POST /v1/accounts/password", { body });
const refresh = ({ body: { refreshToken } }: Harness.Reply) =>
  stage.call("POST /v1/sessions/refresh", { body: { refreshToken } });
const me = async ({ body: { accessToken } }: Harness.Reply) =>
  (await stage.call("GET /v1/me", { token: accessToken })).body;
const claimsOf = ({ body }: Harness.Reply) =>
  JSON.parse(Buffer.from(body.accessToken.split(".")[1], "base64url").toString());

/** A passkey as core/account keeps it. */
const addPasskey = async ({ userId }: Person) => {
  const id = crypto.randomUUID();
  const pairs = [
    { pk: `ACCOUNT#${userId}`, sk: `PASSKEY#${id}`, name: "A key" },
    { pk: `PASSKEY#${id}`, sk: "PASSKEY", userId },
  ];
  for (const Item of pairs) await db().send(new PutCommand({ TableName: table("Accounts"), Item }));
  return async () =>
    (
      await Promise.all(
        pairs.map(({ pk, sk }) => db().send(new GetCommand({ TableName: table("Accounts"), Key: { pk, sk } }))),
      )
    ).filter(({ Item }) => Item).length;
};

describe("a sign-in by code", () => {
  test("is at most three requests to DynamoDB, and its token says that the address is proven", async () => {
    const one = await person();
    await byCode(one);
    const code = await codeFor(one, "signin");
    const sent = vi.spyOn(db(), "send");
    const session = await signIn(code);
    expect(sent.mock.calls.map(([command]) => command.constructor.name)).toEqual([
      "UpdateCommand",
      "GetCommand",
      "TransactWriteCommand",
    ]);
    sent.mockRestore();
    expect(claimsOf(session)).toMatchObject({ sub: one.userId, ver: true });
    expect(await me(session)).toMatchObject({ emailVerified: true });
    expect(claimsOf(await refresh(session)).ver).toBe(true);
  });

  test("before any proof, a password's token does not say so", async () => {
    const session = await byPassword(await person());
    expect(claimsOf(session)).not.toHaveProperty("ver");
    expect(await me(session)).toMatchObject({ emailVerified: false });
  });
});

describe("the first proof of an address", () => {
  test("by somebody else's registration: the owner's code removes the stranger's password, passkeys and sessions", async () => {
    const one = await person(); // the stranger was here first
    const [stranger, passkeys] = [await byPassword(one), await addPasskey(one)];
    const owner = await byCode(one);
    expect(owner.status).toBe(201);
    expect(tally([await byPassword(one)])).toEqual({ "401 session.invalid_credentials": 1 });
    expect(await passkeys()).toBe(0);
    expect(tally([await refresh(stranger)])).toEqual({ "401 session.unproven": 1 });
    expect((await refresh(owner)).status).toBe(201);
  });

  test("with the account's current password removes nothing", async () => {
    const one = await person();
    const [laptop, passkeys] = [await byPassword(one), await addPasskey(one)];
    expect((await byCode(one, { password })).status).toBe(201);
    expect((await refresh(laptop)).status).toBe(201);
    expect((await byPassword(one)).status).toBe(201);
    expect(await passkeys()).toBe(2);
  });

  test("with a wrong password is refused, removes nothing, and the code can be sent again without it", async () => {
    const one = await person();
    const laptop = await byPassword(one);
    const code = await codeFor(one, "verify");
    expect(tally([await verify({ ...code, password: "wrong horse" })])).toEqual({
      "401 session.invalid_credentials": 1,
    });
    expect((await refresh(laptop)).status).toBe(201);
    expect((await verify({ ...code, password })).status).toBe(204);
    expect(await me(await byPassword(one))).toMatchObject({ emailVerified: true });
  });

  test("in a session of the account removes nothing", async () => {
    const one = await person();
    const [laptop, phone, passkeys] = [await byPassword(one), await byPassword(one), await addPasskey(one)];
    expect((await verify(await codeFor(one, "verify"), phone.body.accessToken)).status).toBe(204);
    expect(claimsOf(await refresh(phone)).ver).toBe(true);
    expect((await refresh(laptop)).status).toBe(201);
    expect(await passkeys()).toBe(2);
  });

  test("in a session of another account, or one that has ended, counts as outside", async () => {
    const [one, other] = [await person(), await person()];
    const ended = await byPassword(one);
    await stage.call("DELETE /v1/sessions", { token: ended.body.accessToken });
    const theirs = await byPassword(other);
    expect((await verify(await codeFor(one, "verify"), theirs.body.accessToken)).status).toBe(204);
    expect((await byPassword(one)).status).toBe(401);
    expect((await verify(await codeFor(other, "verify"), ended.body.accessToken)).status).toBe(204);
    expect((await byPassword(other)).status).toBe(401);
  });

  test("with an access token that is not valid is refused: without it the same code would remove credentials", async () => {
    const one = await person();
    const { userId } = one;
    const expired = sign("access", { sub: userId, sid: "ses_1" }, now() - 1_000);
    const code = await codeFor(one, "verify");
    expect(tally([await verify(code, expired)])).toEqual({ "401 request.unauthorized": 1 });
    expect((await byPassword(one)).status).toBe(201);
  });

  test("on the phone: a code on the laptop keeps the laptop's session", async () => {
    const one = await person();
    const laptop = await byPassword(one);
    await byCode(one);
    expect(tally([await refresh(laptop)])).toEqual({ "401 session.unproven": 1 });
    expect((await verify(await codeFor(one, "verify"), laptop.body.accessToken)).status).toBe(204);
    expect(claimsOf(await refresh(laptop)).ver).toBe(true);
  });

  test("is the only one that removes something", async () => {
    const one = await person();
    await byCode(one, { password });
    const [laptop, passkeys] = [await byPassword(one), await addPasskey(one)];
    expect((await byCode(one)).status).toBe(201);
    expect((await verify(await codeFor(one, "verify"))).status).toBe(204);
    expect((await refresh(laptop)).status).toBe(201);
    expect((await byPassword(one)).status).toBe(201);
    expect(await passkeys()).toBe(2);
  });

  test("leaves no session of sign-ins that run beside it", { timeout: 60_000 }, async () => {
    for (let n = 0; n < 3; n++) {
      const one = await person();
      const code = await codeFor(one, "signin");
      const strangers = Array.from({ length: 6 }, () => byPassword(one));
      const owner = await signIn(code);
      expect(owner.status).toBe(201);
      for (const reply of await Promise.all(strangers))
        if (reply.status === 201) expect(tally([await refresh(reply)])).toEqual({ "401 session.unproven": 1 });
      expect((await refresh(owner)).status).toBe(201);
    }
  });

  test("sent twice at once opens one session, which stays", async () => {
    const one = await person();
    const code = await codeFor(one, "signin");
    const replies = await Promise.all([signIn(code), signIn(code), signIn(code)]);
    const opened = replies.filter(({ status }) => status === 201);
    expect(opened).toHaveLength(1);
    expect((await refresh(opened[0] as Harness.Reply)).status).toBe(201);
  });

  test("that is killed at any call can be made again, and then nothing of a stranger is left", {
    timeout: 120_000,
  }, async () => {
    await everywhere(killer(), async (killed, at) => {
      const one = await person();
      const [stranger, passkeys] = [await byPassword(one), await addPasskey(one)];
      const code = await codeFor(one, "signin");
      await killed(() => signIn(code));
      const again = await signIn(code);
      // after the last write the code is spent, and its owner asks for another one
      if (again.status !== 201) expect((await byCode(one)).status).toBe(201);
      expect([at, tally([await byPassword(one)])]).toEqual([at, { "401 session.invalid_credentials": 1 }]);
      expect(tally([await refresh(stranger)])).toEqual({ "401 session.unproven": 1 });
      expect(await passkeys()).toBe(0);
    });
  });
});

describe("a reset", () => {
  test("sets the new password, and ends all sessions", async () => {
    const one = await person();
    await byCode(one, { password });
    const [laptop, passkeys] = [await byPassword(one), await addPasskey(one)];
    expect((await reset({ ...(await codeFor(one, "reset")), password: newPassword })).status).toBe(204);
    expect([(await byPassword(one)).status, (await byPassword(one, newPassword)).status]).toEqual([401, 201]);
    expect(tally([await refresh(laptop)])).toEqual({ "401 session.invalid": 1 });
    expect(await passkeys()).toBe(2); // a later proof removes nothing
  });

  test("as the first proof also removes passkeys", async () => {
    const one = await person();
    const [stranger, passkeys] = [await byPassword(one), await addPasskey(one)];
    expect((await reset({ ...(await codeFor(one, "reset")), password: newPassword })).status).toBe(204);
    expect(await passkeys()).toBe(0);
    expect((await refresh(stranger)).status).toBe(401);
    expect(claimsOf(await byPassword(one, newPassword)).ver).toBe(true);
  });

  test("gives the attempts back that a forgotten password has used up", async () => {
    const one = await person();
    for (let n = 0; n < 10; n++) await byPassword(one, "wrong horse");
    expect((await byPassword(one)).status).toBe(429);
    await reset({ ...(await codeFor(one, "reset")), password: newPassword });
    expect((await byPassword(one, newPassword)).status).toBe(201);
  });

  test("twice with one code sets one password", async () => {
    const one = await person();
    const code = await codeFor(one, "reset");
    const replies = await Promise.all([newPassword, "another one"].map((given) => reset({ ...code, password: given })));
    expect(replies.map(({ status }) => status).sort()).toEqual([204, 401]);
    const signedIn = await Promise.all([byPassword(one, newPassword), byPassword(one, "another one")]);
    expect(signedIn.map(({ status }) => status).sort()).toEqual([201, 401]);
  });
});

describe("this was not me", () => {
  const disown = (token: string) => stage.call("POST /v1/accounts/disown", { body: { token } });

  test("in the e-mail of a code withdraws the code, also when it is sent twice", async () => {
    const one = await person();
    const code = await codeFor(one, "signin");
    const token = disownIn((await mailsTo(one.email)).at(-1));
    for (let n = 0; n < 2; n++) expect((await disown(token)).status).toBe(204);
    expect(tally([await signIn(code)])).toEqual({ "401 code.invalid": 1 });
    expect((await byPassword(one)).status).toBe(201);
  });

  test("about a password removes the account's credentials, and its owner signs in by a code", async () => {
    const one = await person();
    await byCode(one, { password });
    const [session, passkeys] = [await byPassword(one), await addPasskey(one)];
    const token = sign("disown", { sub: one.userId, kind: "password", id: one.email }, now() + 60_000);
    for (let n = 0; n < 2; n++) expect((await disown(token)).status).toBe(204);
    expect((await byPassword(one)).status).toBe(401);
    expect(tally([await refresh(session)])).toEqual({ "401 session.invalid": 1 });
    expect(await passkeys()).toBe(0);
    expect((await byCode(one)).status).toBe(201);
    expect((await items("Accounts", `EMAIL#${one.email}`))[0]).toMatchObject({ userId: one.userId });
  });

  test("takes no token of another kind, a forged one, or one that is seven days old", async () => {
    const one = await person();
    await codeFor(one, "signin");
    const token = disownIn((await mailsTo(one.email)).at(-1));
    const access = sign("access", { sub: one.userId, kind: "password", id: "1" }, now() + 60_000);
    const odd = sign("disown", { sub: one.userId, kind: "account", id: "1" }, now() + 60_000);
    for (const given of ["", "a.b.c", access, odd, token.slice(0, -2)])
      expect(tally([await disown(given)])).toEqual({ "401 account.disown_invalid": 1 });
    pass(7 * 86_400_000 + 1_000);
    expect(tally([await disown(token)])).toEqual({ "401 account.disown_invalid": 1 });
    expect((await byPassword(one)).status).toBe(201);
  });
});
