/** A change of an account's address, its way back, and the notices of changes. */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { emailKey } from "#core/account/account.table.ts";
import { putBack } from "#core/account/address.ts";
import { forgetCredentials } from "#core/account/forget.ts";
import * as Account from "#core/account/index.ts";
import * as Throttle from "#core/account/throttle.ts";
import { now } from "#core/lib/clock.ts";
import { db } from "#core/lib/dynamo.ts";
import { getAll } from "#core/lib/dynamo-batch.ts";
import * as Limit from "#core/lib/mail-limit.ts";
import { sign } from "#core/lib/tokens.ts";
import { run as runErasure } from "#core/privacy/erase.ts";
import { everywhere, killer } from "#tests/support/bank.ts";
import { codeIn, deliver, disownIn, intercept, mailsTo } from "#tests/support/codes.ts";
import * as Harness from "#tests/support/harness.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { addPasskey, device } from "#tests/support/passkey.ts";
import { items, tally } from "#tests/support/shop.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});
const { pass } = ownClock();
const MINUTE = 60_000;
const DAY = 86_400_000;

const password = "correct horse";
const stolen = "stolen horse";
const address = (name = "moved") => `${name}.${crypto.randomUUID().slice(0, 13)}@onsale.test`;

const signIn = (body: object) => stage.call("POST /v1/sessions", { body });
const byPassword = (email: string, given = password) => signIn({ email, password: given });
/** Somebody whose address is proven, just signed in. */
const person = async (email = address("old")) => {
  const { userId } = await Account.create({ email, password, name: "Person", emailVerified: true }, now());
  const { accessToken: token, refreshToken } = (await byPassword(email)).body;
  return { userId, email, token: token as string, refreshToken: refreshToken as string };
};
type In = { token: string };
const again = async (email: string): Promise<In> => ({ token: (await byPassword(email)).body.accessToken });

const ask = ({ token }: In, email: string) => stage.call("POST /v1/me/email", { token, body: { email } });
const newest = async (email: string, subject: string) =>
  (await mailsTo(email)).filter((mail) => mail.subject === subject).at(-1);
/** The code that the new address got. */
const codeTo = async (who: In, email: string) => {
  const { body } = await ask(who, email);
  await stage.notify();
  return { codeId: body.codeId as string, code: codeIn(await newest(email, "Your code for your new address")) };
};
const confirm = ({ token }: Partial<In>, body: object) => stage.call("POST /v1/accounts/verification", { token, body });
const move = async (who: In, email: string) => {
  const reply = await confirm(who, await codeTo(who, email));
  await stage.notify();
  return reply;
};
const linkAt = async (email: string, subject = "Your address was changed") => disownIn(await newest(email, subject));
const disown = (token: string) => stage.call("POST /v1/accounts/disown", { body: { token } });
const refresh = (refreshToken: string) => stage.call("POST /v1/sessions/refresh", { body: { refreshToken } });
const signUp = (email: string) => stage.call("POST /v1/accounts", { body: { email, password, name: "Stranger" } });
const setPassword = ({ token }: In, given: string) =>
  stage.call("PUT /v1/me/password", { token, body: { password: given } });
const me = async ({ token }: In) => (await stage.call("GET /v1/me", { token })).body;

/** Signs in by a code to the address. */
const byCode = async (email: string) => {
  const { body } = await stage.call("POST /v1/codes", { body: { email, purpose: "signin" } });
  await stage.notify();
  const code = codeIn(await newest(email, "Your code to sign in")).replace("no code", "00000000");
  return signIn({ codeId: body.codeId, code });
};
const itemOf = async (email: string) => (await getAll("Accounts", [emailKey(email)], { consistent: true }))[0];

describe("a change of address", () => {
  test("needs the code that the new address got; the password stays, the old address signs nobody in", async () => {
    const one = await person();
    const to = address();
    expect((await move(one, to)).status).toBe(204);
    expect(await me(one)).toMatchObject({ email: to, emailVerified: true });
    expect((await byPassword(to.toUpperCase())).status).toBe(201);
    expect(tally([await byPassword(one.email)])).toEqual({ "401 session.invalid_credentials": 1 });
    expect((await refresh(one.refreshToken)).status).toBe(201);
    expect(await Account.findByEmail(one.email)).toBeUndefined();
    expect((await itemOf(one.email))?.password).toBeUndefined();
  });

  test("leaves nothing of the old address behind once the account is erased", async () => {
    const one = await person();
    await move(one, address("second"));
    const { token } = one;
    expect((await stage.call("DELETE /v1/me", { token, body: {} })).status).toBe(202);
    const tokensAreOver = now() + 31 * MINUTE;
    expect(await runErasure({ userId: one.userId, now: tokensAreOver })).toBe("erased");
    expect(await itemOf(one.email)).toBeUndefined();
  });

  test("a code to the old address is neither mailed nor valid any more", async () => {
    const one = await person();
    const open = [];
    for (const purpose of ["signin", "reset"] as const) {
      const { body } = await stage.call("POST /v1/codes", { body: { email: one.email, purpose } });
      await stage.notify();
      open.push({ codeId: body.codeId, code: codeIn((await mailsTo(one.email)).at(-1)) });
    }
    const to = address();
    expect((await move(one, to)).status).toBe(204);
    expect(tally([await signIn(open[0] ?? {})])).toEqual({ "401 code.invalid": 1 });
    const reset = await stage.call("POST /v1/accounts/password", { body: { ...open[1], password: stolen } });
    expect(tally([reset])).toEqual({ "401 code.invalid": 1 });
    expect((await refresh(one.refreshToken)).status).toBe(201);
    const before = (await mailsTo(one.email)).length;
    expect((await byCode(one.email)).status).toBe(401);
    expect(await mailsTo(one.email)).toHaveLength(before);
    expect((await byCode(to)).status).toBe(201);
  });

  test("is not made with another account's session, without one, or in one that has ended", async () => {
    const [one, other] = [await person(), await person()];
    const ended = await again(one.email);
    const to = address();
    const code = await codeTo(one, to);
    await stage.call("DELETE /v1/sessions", { token: ended.token });
    expect(tally([await confirm(other, code), await confirm({}, code), await confirm(ended, code)])).toEqual({
      "401 code.invalid": 2,
      "401 session.ended": 1,
    });
    expect((await confirm(one, code)).status).toBe(204);
  });

  test("is asked for within ten minutes after a sign-in, and its code is no other code", async () => {
    const one = await person();
    const to = address();
    const code = await codeTo(one, to);
    expect(tally([await signIn(code)])).toEqual({ "401 code.invalid": 1 });
    const publicly = await stage.call("POST /v1/codes", { body: { email: to, purpose: "email" } });
    expect(tally([publicly])).toEqual({ "422 request.invalid": 1 });
    pass(11 * MINUTE);
    expect(tally([await ask(one, to)])).toEqual({ "403 session.not_recent": 1 });
    expect(tally([await confirm(one, code)])).toEqual({ "401 code.invalid": 1 });
  });

  test("to an address that is taken, one's own in other letters among them, is refused", async () => {
    const [one, other] = [await person(), await person()];
    for (const email of [other.email, other.email.toUpperCase(), one.email, one.email.toUpperCase()])
      expect(tally([await ask(one, email)])).toEqual({ "409 account.email_taken": 1 });
  });

  test("tries out addresses of others only as often as a network may ask for codes", async () => {
    const [one, other] = [await person(), await person()];
    Throttle.signInLimits.codes = 5;
    const headers = { "cloudfront-viewer-address": "203.0.113.77:1" };
    const tries = Array.from({ length: 12 }, () =>
      stage.call("POST /v1/me/email", { token: one.token, body: { email: other.email }, headers }),
    );
    const replies = await Promise.all(tries).finally(() => {
      Throttle.signInLimits.codes = 100;
    });
    expect(tally(replies)).toEqual({ "409 account.email_taken": 5, "429 code.too_many": 7 });
  });

  test("to an address that is taken meanwhile is refused, and nothing has changed", async () => {
    const one = await person();
    const to = address();
    const code = await codeTo(one, to);
    expect((await signUp(to)).status).toBe(201);
    expect(tally([await confirm(one, code)])).toEqual({ "409 account.email_taken": 1 });
    expect(await me(one)).toMatchObject({ email: one.email });
    expect((await byPassword(one.email)).status).toBe(201);
    expect((await itemOf(to))?.userId).not.toBe(one.userId);
  });

  test("of two accounts that want one address at once, and a sign-up with it, one gets it", async () => {
    const [one, other] = [await person(), await person()];
    const to = address();
    const codes = [await codeTo(one, to), await codeTo(other, to)];
    const replies = await Promise.all([confirm(one, codes[0] ?? {}), confirm(other, codes[1] ?? {}), signUp(to)]);
    expect(replies.filter(({ status }) => status < 300)).toHaveLength(1);
    const emails = [(await me(one)).email, (await me(other)).email];
    expect(emails.filter((email) => email === to)).toHaveLength(replies[2]?.status === 201 ? 0 : 1);
  });

  test("of two at once one is made, and the account has one address", async () => {
    for (let round = 0; round < 3; round++) {
      const one = await person();
      const [b, c] = [address(), address()];
      const codes = [await codeTo(one, b), await codeTo(one, c)];
      const replies = await Promise.all([confirm(one, codes[0] ?? {}), confirm(one, codes[1] ?? {})]);
      expect(replies.map(({ status }) => status)).toContain(204);
      const { email } = await me(one);
      const signed = await Promise.all([one.email, b, c].map((to) => byPassword(to)));
      expect(signed.filter(({ status }) => status === 201)).toHaveLength(1);
      expect((await byPassword(email)).status).toBe(201);
    }
  });

  test("beside a change of the password loses neither", async () => {
    const one = await person();
    const to = address();
    const code = await codeTo(one, to);
    const [moved, changed] = await Promise.all([confirm(one, code), setPassword(one, stolen)]);
    const { email } = await me(one);
    expect(email).toBe(moved.status === 204 ? to : one.email);
    expect((await byPassword(email, changed.status === 204 ? stolen : password)).status).toBe(201);
    expect((await itemOf(one.email))?.password === undefined).toBe(moved.status === 204);
  });

  test("is made three times in seven days at most, and not to an address that is still one's own", async () => {
    const one = await person();
    const to = [address(), address(), address(), address()] as [string, string, string, string];
    for (const email of to.slice(0, 2)) expect((await move(one, email)).status).toBe(204);
    expect(tally([await ask(one, one.email), await ask(one, to[0])])).toEqual({ "409 account.email_reserved": 2 });
    const fourth = await codeTo(one, to[3]); // asked for before the third
    expect((await move(one, to[2])).status).toBe(204);
    const refused = [await ask(one, address()), await confirm(one, fourth)];
    expect(tally(refused)).toEqual({ "429 account.email_too_many": 2 });
    expect(Number(refused[0]?.headers["retry-after"])).toBeGreaterThan(6 * 86_400);
    pass(7 * DAY + 1_000);
    expect((await move(await again(to[2]), one.email)).status).toBe(204);
  });

  test("an account without a password changes its address too", async () => {
    const user = await stage.user();
    const to = address();
    expect((await move(user, to)).status).toBe(204);
    expect(await me(user)).toMatchObject({ email: to });
    expect(await itemOf(to)).toEqual({ ...emailKey(to), userId: user.userId });
  });
});

describe("the old address", () => {
  test("is nobody else's for seven days, and anybody's after that", async () => {
    const [one, other] = [await person(), await person()];
    expect((await move(one, address())).status).toBe(204);
    const phone = { email: one.email, name: "Stranger" };
    const takes = () => [
      signUp(one.email),
      stage.call("POST /v1/passkeys/options", { body: phone }),
      ask(other, one.email),
    ];
    expect(tally(await Promise.all(takes()))).toEqual({ "409 account.email_taken": 3 });
    pass(7 * DAY - MINUTE);
    expect(tally([await signUp(one.email)])).toEqual({ "409 account.email_taken": 1 });
    pass(2 * MINUTE);
    const options = await stage.call("POST /v1/passkeys/options", { body: phone });
    expect(options.status).toBe(200);
    const passkey = { name: "Phone", credential: device().create(options.body) };
    expect((await stage.call("POST /v1/accounts", { body: { ...phone, passkey } })).status).toBe(201);
    expect(tally([await signUp(one.email)])).toEqual({ "409 account.email_taken": 1 });
    expect((await itemOf(one.email))?.userId).not.toBe(one.userId);
  });

  test("that was taken and left while a sign-up with it was under way is not the sign-up's", async () => {
    const one = await person();
    const to = address();
    const codes = [await codeTo(one, to), await codeTo(one, address())];
    const send = db().send.bind(db()) as (command: unknown) => Promise<unknown>;
    const spy = vi.spyOn(db(), "send").mockImplementation((async (command: unknown) => {
      const puts = command instanceof TransactWriteCommand ? command.input.TransactItems : undefined;
      if (!puts?.some(({ Put }) => Put?.Item?.pk === emailKey(to).pk)) return send(command);
      spy.mockRestore(); // right before the sign-up's write
      for (const code of codes) expect((await confirm(one, code)).status).toBe(204);
      return send(command);
    }) as never);
    expect(tally([await signUp(to)])).toEqual({ "409 account.email_taken": 1 });
    expect((await itemOf(to))?.userId).toBe(one.userId);
    await stage.notify();
    expect((await disown(await linkAt(to))).status).toBe(204);
  });

  test("is no password's: none is set on it by a request that read it before", async () => {
    const user = await stage.user(); // without a password
    const code = await codeTo(user, address());
    const [moved, changed] = await Promise.all([confirm(user, code), setPassword(user, password)]);
    const { email } = await me(user);
    if (moved.status === 204) expect((await itemOf(user.email))?.password).toBeUndefined();
    if (changed.status === 204) expect((await byPassword(email)).status).toBe(201);
  });
});

/** Somebody with a session that its owner opened a minute ago: address, password and a passkey are theirs. */
const theft = async (one: Awaited<ReturnType<typeof person>>) => {
  const theirs = address("thief");
  expect((await move(one, theirs)).status).toBe(204);
  expect((await setPassword(one, stolen)).status).toBe(204);
  await addPasskey(stage, one);
  await stage.notify();
  return theirs;
};

describe("the way back", () => {
  test("a thief with a recent session changes address and password: the owner undoes it, and is alone in the account", async () => {
    const one = await person();
    const theirs = await theft(one);
    const second = (await byPassword(theirs, stolen)).body;
    const pending = await codeTo(one, address("thief"));
    expect((await byPassword(one.email)).status).toBe(401);

    const link = await linkAt(one.email);
    for (let n = 0; n < 2; n++) expect((await disown(link)).status).toBe(204);

    // nothing of the thief's opens anything
    for (const email of [one.email, theirs])
      for (const given of [password, stolen]) expect((await byPassword(email, given)).status).toBe(401);
    for (const { refreshToken } of [one, second]) expect((await refresh(refreshToken)).status).toBe(401);
    expect(tally([await confirm(one, pending), await ask(one, address())])).toEqual({ "401 session.ended": 2 });
    expect(await items("Accounts", `ACCOUNT#${one.userId}`)).toHaveLength(1); // the profile
    expect((await byCode(theirs)).status).toBe(401);
    for (const subject of ["Your password was changed", "A passkey was added"])
      expect(tally([await disown(await linkAt(theirs, subject))])).toEqual({ "401 account.disown_invalid": 1 });

    const owner = await byCode(one.email);
    expect(owner.status).toBe(201);
    const token = owner.body.accessToken;
    expect(await me({ token })).toMatchObject({ userId: one.userId, email: one.email, emailVerified: true });
    expect((await stage.call("GET /v1/me/sessions", { token })).body.items).toHaveLength(1);
    expect(await itemOf(theirs)).toBeUndefined();
    expect((await signUp(theirs)).status).toBe(201); // the address is free again
    expect(tally([await disown(await linkAt(theirs, "A passkey was added"))])).toEqual({
      "401 account.disown_invalid": 1,
    });
  });

  test("after a second and a third change leads to the first address, and the later ones' links open nothing", async () => {
    const one = await person();
    const [b, c, d] = [address(), address(), address()];
    for (const to of [b, c, d]) expect((await move(one, to)).status).toBe(204);
    const links = { b: await linkAt(b), c: await linkAt(c) };
    expect((await disown(await linkAt(one.email))).status).toBe(204);
    expect(tally([await disown(links.b), await disown(links.c)])).toEqual({ "401 account.disown_invalid": 2 });
    for (const to of [b, c, d]) expect(await itemOf(to)).toBeUndefined();
    pass(1);
    const owner = await byCode(one.email);
    expect(await me({ token: owner.body.accessToken })).toMatchObject({ email: one.email });
    // what was undone does not count
    expect((await move({ token: owner.body.accessToken }, address())).status).toBe(204);
  });

  test("to an address in the middle leaves the earlier one its own way back", async () => {
    const one = await person();
    const [b, c] = [address(), address()];
    for (const to of [b, c]) {
      expect((await move(one, to)).status).toBe(204);
      pass(1_000);
    }
    expect((await disown(await linkAt(b))).status).toBe(204);
    pass(1);
    const { body } = await byCode(b);
    expect(await me({ token: body.accessToken })).toMatchObject({ email: b });
    expect(await itemOf(c)).toBeUndefined();
    const token = { token: body.accessToken };
    // the first change still counts, so that the chain stays short
    expect([(await move(token, address())).status, (await move(token, address())).status]).toEqual([204, 204]);
    expect(tally([await ask(token, address())])).toEqual({ "429 account.email_too_many": 1 });
    expect((await disown(await linkAt(one.email))).status).toBe(204);
    expect((await byCode(one.email)).status).toBe(201);
  });

  test("is closed after seven days, also for a link that is still valid, and once the address is another account's", async () => {
    const one = await person();
    const to = address();
    expect((await move(one, to)).status).toBe(204);
    const link = await linkAt(one.email);
    pass(7 * DAY + 1_000);
    const late = sign("disown", { sub: one.userId, kind: "email", id: one.email }, now() + MINUTE);
    expect(tally([await disown(link), await disown(late)])).toEqual({ "401 account.disown_invalid": 2 });
    expect((await signUp(one.email)).status).toBe(201);
    expect(tally([await disown(late)])).toEqual({ "401 account.disown_invalid": 1 });
    expect((await byPassword(to)).status).toBe(201);
    expect((await byPassword(one.email)).status).toBe(201);
  });

  test("at the same moment as another change of the thief's: the owner has the account after at most one more try", async () => {
    for (let round = 0; round < 3; round++) {
      const one = await person();
      expect((await move(one, address("thief"))).status).toBe(204);
      const code = await codeTo(one, address("thief"));
      const link = await linkAt(one.email);
      const [undone] = await Promise.all([disown(link), confirm(one, code)]);
      if (undone.status !== 204) expect((await disown(link)).status).toBe(204);
      expect((await byCode(one.email)).status).toBe(201);
      expect((await refresh(one.refreshToken)).status).toBe(401);
    }
  });

  test("a session of before it changes the address no more, even if it is not ended yet", async () => {
    const one = await person();
    expect((await move(one, address("thief"))).status).toBe(204);
    const code = await codeTo(one, address("thief"));
    const link = await linkAt(one.email);
    // as far as a crash leaves it: the address is back, and no session has ended
    expect(await putBack(one.userId, one.email, now())).toBe(true);
    expect(tally([await confirm(one, code)])).toEqual({ "503 unavailable": 1 });
    expect((await disown(link)).status).toBe(204);
    expect((await byCode(one.email)).status).toBe(201);
  });

  test("without a change of the address leaves a thief's session no moment to make one", async () => {
    const one = await person();
    const to = address("thief");
    const code = await codeTo(one, to);
    // the password and passkeys are removed, and the sessions are about to end
    await forgetCredentials(one, now(), async () => {
      expect(tally([await confirm(one, code)])).toEqual({ "401 session.ended": 1 });
    });
    expect(await Account.findByEmail(one.email)).toBe(one.userId);
    expect(await itemOf(to)).toBeUndefined();
  });

  test("that is killed at any call can be repeated", { timeout: 120_000 }, async () => {
    await everywhere(killer(), async (killed, at) => {
      const one = await person();
      const theirs = await theft(one);
      const link = await linkAt(one.email);
      await killed(() => disown(link));
      expect((await disown(link)).status).toBe(204);
      const left = [(await byPassword(theirs, stolen)).status, (await refresh(one.refreshToken)).status];
      expect([at, ...left]).toEqual([at, 401, 401]);
      expect(await items("Accounts", `ACCOUNT#${one.userId}`)).toHaveLength(1);
      expect((await itemOf(one.email))?.movedTo).toBeUndefined();
    });
  });
});

describe("a notice", () => {
  test("of a password and a passkey goes to the account's address, in its language, once", async () => {
    const one = await person();
    await stage.call("PATCH /v1/me", { token: one.token, body: { locale: "ko" } });
    expect((await setPassword(one, "another horse")).status).toBe(204);
    await addPasskey(stage, one);
    const messages = await intercept(stage);
    expect(messages).toHaveLength(2);
    for (let n = 0; n < 2; n++) expect(await deliver(...messages)).toBe(0);
    const subjects = (await mailsTo(one.email)).map(({ subject }) => subject);
    expect(subjects.toSorted()).toEqual(["비밀번호가 변경되었습니다", "패스키가 추가되었습니다"]);
  });

  test("of a change that was refused is not mailed: its message comes again for two minutes, and is dropped", async () => {
    const one = await person();
    const code = await codeTo(one, address());
    await stage.call("DELETE /v1/sessions", { token: one.token });
    expect((await confirm(one, code)).status).toBe(401);
    const [message = ""] = await intercept(stage);
    expect(await deliver(message)).toBe(1);
    pass(2 * MINUTE - 1);
    expect(await deliver(message)).toBe(1);
    pass(1);
    expect(await deliver(message)).toBe(0);
    expect(await mailsTo(one.email)).toEqual([]);
  });

  test("is still mailed if codes have used up the address's e-mails of the day", async () => {
    const one = await person();
    for (let n = 0; n < Limit.mailsPerAddressAndDay; n++)
      await Limit.take({ email: one.email, of: "codes", mail: `${n}`, now: now() });
    expect((await move(one, address())).status).toBe(204);
    expect(await newest(one.email, "Your address was changed")).toBeDefined();
  });

  test("a change that is killed at any call is whole or not at all, and mails a notice exactly if it was made", {
    timeout: 120_000,
  }, async () => {
    for (const [name, subject] of [
      ["address", "Your address was changed"],
      ["password", "Your password was changed"],
      ["passkey", "A passkey was added"],
    ] as const)
      await everywhere(killer(), async (killed, at) => {
        const one = await person();
        const to = address();
        const code = await codeTo(one, to);
        const wasKilled = await killed(async () => {
          if (name === "address") await confirm(one, code);
          if (name === "password") await setPassword(one, stolen);
          if (name === "passkey") await addPasskey(stage, one);
        });
        const messages = (await intercept(stage)).filter((body) => body.includes('"notice"'));
        const changed = {
          address: async () => (await me(one)).email === to,
          password: async () => (await byPassword(one.email, stolen)).status === 201,
          passkey: async () =>
            (await items("Accounts", `ACCOUNT#${one.userId}`)).some(({ sk }) => sk.startsWith("PASSKEY#")),
        }[name];
        const made = await changed();
        await deliver(...messages);
        pass(2 * MINUTE);
        expect(await deliver(...messages)).toBe(0);
        expect([name, at, (await newest(one.email, subject)) !== undefined]).toEqual([name, at, made]);
        if (name === "address") {
          const logins = [await itemOf(one.email), await itemOf(to)].filter((item) => item?.password);
          expect(logins).toHaveLength(1);
        }
        if (!wasKilled) expect(made).toBe(true);
      });
  });
});
