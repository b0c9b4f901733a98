/** Passkeys, and the attacks on them. */
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { forgetCredentials } from "#core/account/forget.ts";
import * as Account from "#core/account/index.ts";
import * as Passkeys from "#core/account/passkey.table.ts";
import * as Passkey from "#core/account/passkey.ts";
import * as Sessions from "#core/account/sessions.ts";
import * as Throttle from "#core/account/throttle.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { logger } from "#core/lib/logger.ts";
import * as Harness from "#tests/support/harness.ts";
import { captureMetrics } from "#tests/support/metrics.ts";
import { ownClock } from "#tests/support/own-clock.ts";
import { type Device, device, origin } from "#tests/support/passkey.ts";
import { items, tally } from "#tests/support/shop.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});
const { pass } = ownClock();
const MINUTE = 60_000;

const address = () => `passkey.${crypto.randomUUID()}@onsale.test`;
const newcomer = async (email: string) => stage.call("POST /v1/passkeys/options", { body: { email, name: "Person" } });
const signUp = async (email: string, credential: unknown) =>
  stage.call("POST /v1/accounts", { body: { email, name: "Person", passkey: { name: "Phone", credential } } });

/** Somebody who signed up with a passkey, and has no password. */
const person = async (phone: Device = device()) => {
  const email = address();
  const credential = phone.create((await newcomer(email)).body);
  const { body } = await signUp(email, credential);
  const { accessToken: token, refreshToken } = body.session;
  return { userId: body.userId as string, email, phone, passkeyId: credential.id, token, refreshToken };
};

const signInOptions = async () => (await stage.call("POST /v1/sessions/passkey/options")).body;
const signIn = (credential: unknown) => stage.call("POST /v1/sessions/passkey", { body: { credential } });
const enter = async ({ phone }: { phone: Device }) => signIn(phone.sign(await signInOptions()));
const addOptions = (token: string) => stage.call("POST /v1/passkeys/options", { token, body: {} });
const add = (token: string, credential: unknown, name = "Another") =>
  stage.call("POST /v1/passkeys", { token, body: { name, credential } });
const addTo = async (token: string, phone: Device = device()) =>
  add(token, phone.create((await addOptions(token)).body));
const list = async (token: string) => (await stage.call("GET /v1/passkeys", { token })).body.items;
const remove = (token: string, passkeyId: string) =>
  stage.call("DELETE /v1/passkeys/{passkeyId}", { token, params: { passkeyId } });
const profileOf = (userId: string) => ({ pk: `ACCOUNT#${userId}`, sk: "PROFILE" });
const prove = (userId: string) =>
  db().send(
    new UpdateCommand({
      TableName: table("Accounts"),
      Key: profileOf(userId),
      UpdateExpression: "SET emailVerified = :true",
      ExpressionAttributeValues: { ":true": true },
    }),
  );
const itemOf = async (key: object) =>
  (await db().send(new GetCommand({ TableName: table("Accounts"), Key: key }))).Item;
const refused = { status: 401, body: { code: "passkey.invalid" } };

describe("a passkey", () => {
  test("signs up without a password and opens a session, and signs in without an address", async () => {
    const one = await person();
    expect((await stage.call("GET /v1/me", { token: one.token })).body).toMatchObject({
      userId: one.userId,
      email: one.email,
    });
    const { status, body } = await enter(one);
    expect(status).toBe(201);
    expect((await stage.call("GET /v1/me", { token: body.accessToken })).body.userId).toBe(one.userId);
    expect(await list(body.accessToken)).toEqual([
      { passkeyId: one.passkeyId, name: "Phone", createdAt: expect.any(String), lastUsedAt: expect.any(String) },
    ]);
    expect((await stage.call("POST /v1/sessions", { body: { email: one.email, password: "" } })).status).toBe(401);
  });

  test("is asked to be discoverable, to verify its user, and for no attestation; a sign-in names nobody", async () => {
    expect((await newcomer(address())).body).toMatchObject({
      rp: { id: "localhost" },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    expect(await signInOptions()).toMatchObject({
      rpId: "localhost",
      userVerification: "required",
      allowCredentials: [],
    });
  });

  test("is added to an account with a password, several with names, and each signs in", async () => {
    const email = address();
    const body = { email, password: "correct horse", name: "Person" };
    await stage.call("POST /v1/accounts", { body });
    const { body: session } = await stage.call("POST /v1/sessions", { body: { email, password: body.password } });
    const [phone, key] = [device(), device({ signCounterIncrement: 0 })];
    for (const [one, name] of [
      [phone, "My phone"],
      [key, "Blue key"],
    ] as const)
      expect(
        await add(session.accessToken, one.create((await addOptions(session.accessToken)).body), name),
      ).toMatchObject({ status: 201, body: { name } });
    expect((await list(session.accessToken)).map(({ name }: { name: string }) => name).sort()).toEqual([
      "Blue key",
      "My phone",
    ]);
    for (const one of [phone, key, phone, key]) expect((await enter({ phone: one })).status).toBe(201);
  });

  test("signs in by EdDSA and RSA too", async () => {
    for (const algorithm of ["EdDSA", "RS256"] as const)
      expect((await enter(await person(device({ algorithmIdentifiers: [algorithm] })))).status).toBe(201);
  });

  test("signs in with three requests to DynamoDB, and its options with none", async () => {
    const one = await person();
    const sent = vi.spyOn(db(), "send").mockClear();
    const options = await signInOptions();
    expect(sent).not.toHaveBeenCalled();
    expect((await signIn(one.phone.sign(options))).status).toBe(201);
    expect(sent.mock.calls.map(([command]) => command.constructor.name)).toEqual([
      "UpdateCommand",
      "BatchGetCommand",
      "TransactWriteCommand",
    ]);
  });

  test("is added however its device is connected, also in a way that we do not know", async () => {
    const one = await person();
    const made = device().create((await addOptions(one.token)).body);
    const credential = { ...made, response: { ...made.response, transports: ["internal", "by-light"] } };
    expect((await add(one.token, credential)).status).toBe(201);
  });

  test("is not stopped by a lock by wrong passwords", async () => {
    const one = await person();
    for (let n = 0; n <= Throttle.signInLimits.account; n++)
      await stage.call("POST /v1/sessions", { body: { email: one.email, password: "wrong horse" } });
    const locked = await stage.call("POST /v1/sessions", { body: { email: one.email, password: "wrong horse" } });
    expect(locked.status).toBe(429);
    expect((await enter(one)).status).toBe(201);
  });

  test("200 people sign in at once, each to their own account", async () => {
    const people = await Promise.all(Array.from({ length: 200 }, () => person()));
    const replies = await Promise.all(people.map(enter));
    expect(tally(replies)).toEqual({ 201: 200 });
    const owners = replies.map(
      ({ body }) => JSON.parse(Buffer.from(body.accessToken.split(".")[1], "base64url").toString()).sub,
    );
    expect(owners).toEqual(people.map(({ userId }) => userId));
  });
});

describe("a challenge", () => {
  test("is used once: of 200 parallel sign-ins with one answer one succeeds, and it cannot be replayed", async () => {
    const one = await person(device({ signCounterIncrement: 0 }));
    const answer = one.phone.sign(await signInOptions());
    const replies = await Promise.all(Array.from({ length: 200 }, () => signIn(answer)));
    expect(tally(replies)).toEqual({ 201: 1, "401 passkey.invalid": 199 });
    expect(await signIn(answer)).toMatchObject(refused);
  });

  test("is used up by a wrong answer too", async () => {
    const one = await person();
    const answer = one.phone.sign(await signInOptions());
    const signature = `${answer.response.signature.slice(0, -8)}AAAAAAAA`;
    expect(await signIn({ ...answer, response: { ...answer.response, signature } })).toMatchObject(refused);
    expect(await signIn(answer)).toMatchObject(refused);
    expect((await enter(one)).status).toBe(201);
  });

  test("expires after five minutes", async () => {
    const one = await person();
    const [first, second] = [await signInOptions(), await signInOptions()].map((options) => one.phone.sign(options));
    pass(4 * MINUTE + 50_000);
    expect((await signIn(first)).status).toBe(201);
    pass(11_000);
    expect(await signIn(second)).toMatchObject(refused);
  });

  test("is ours: a made-up one, or one for another purpose, is refused and writes nothing", async () => {
    const one = await person();
    const before = (await items("Accounts", "CHALLENGE#")).length;
    const options = await signInOptions();
    const others = [
      Buffer.from("made up").toString("base64url"),
      `${options.challenge.slice(0, -6)}AAAAAA`,
      (await newcomer(address())).body.challenge,
      (await addOptions(one.token)).body.challenge,
    ];
    for (const challenge of others)
      expect(await signIn(one.phone.sign({ ...options, challenge }))).toMatchObject(refused);
    const answer = one.phone.sign(options);
    for (const clientDataJSON of ["AAAA", Buffer.from("null").toString("base64url")])
      expect(await signIn({ ...answer, response: { ...answer.response, clientDataJSON } })).toMatchObject(refused);
    expect(await items("Accounts", "CHALLENGE#")).toHaveLength(before);
  });

  test("for a new passkey is its account's, and is used once", async () => {
    const [one, other] = [await person(), await person()];
    const made = device().create((await addOptions(one.token)).body);
    expect(await add(other.token, made)).toMatchObject({ status: 422, body: { code: "passkey.refused" } });
    expect(await add(one.token, made)).toMatchObject({ status: 422, body: { code: "passkey.refused" } });
    const challenge = (await signInOptions()).challenge;
    const wrong = device().create({ ...(await addOptions(one.token)).body, challenge });
    expect(await add(one.token, wrong)).toMatchObject({ status: 422, body: { code: "passkey.refused" } });
    expect(await list(one.token)).toHaveLength(1);
  });
});

describe("an answer that is wrong", () => {
  test("of another origin or for another host is refused, at sign-in and when a passkey is made", async () => {
    const one = await person();
    const foreign = "http://localhost:4000";
    expect(await signIn(one.phone.sign(await signInOptions(), foreign))).toMatchObject(refused);
    const made = device().create((await addOptions(one.token)).body, foreign);
    expect(await add(one.token, made)).toMatchObject({ status: 422 });

    const phished = device();
    const evil = "https://evil.test";
    const options = (await addOptions(one.token)).body;
    const byEvil = phished.create({ ...options, rp: { ...options.rp, id: "evil.test" } }, evil);
    expect(await add(one.token, byEvil)).toMatchObject({ status: 422 });
    const signed = phished.sign({ ...(await signInOptions()), rpId: "evil.test" }, evil);
    expect(await signIn(signed)).toMatchObject(refused);
    expect(await signIn({ ...signed, id: one.passkeyId })).toMatchObject(refused);
    expect(await list(one.token)).toHaveLength(1);
  });

  test("for another host, signed at our origin, is refused", async () => {
    const one = await person();
    expect(await signIn(one.phone.signFor("evil.test", await signInOptions()))).toMatchObject(refused);
    expect((await signIn(one.phone.signFor("localhost", await signInOptions()))).status).toBe(201);
  });

  test("without user verification is refused, at sign-in and when a passkey is made", async () => {
    const unverified = () => ({ options: { uv: false, up: true } });
    const email = address();
    const careless = device({ userMakeCredentialInteraction: unverified });
    const made = careless.create((await newcomer(email)).body);
    expect(await signUp(email, made)).toMatchObject({ status: 422, body: { code: "passkey.refused" } });
    expect(await enter(await person(device({ userGetAssertionInteraction: unverified })))).toMatchObject(refused);
  });

  test("with the handle of another user, or of nobody, is refused", async () => {
    const [one, other] = [await person(), await person()];
    for (const handle of [other.userId, "usr_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x"]) {
      const answer = one.phone.sign(await signInOptions());
      const userHandle = Buffer.from(handle).toString("base64url");
      expect(await signIn({ ...answer, response: { ...answer.response, userHandle } })).toMatchObject(refused);
    }
  });

  test("with the id of another passkey is refused", async () => {
    const [one, other] = [await person(), await person()];
    const answer = one.phone.sign(await signInOptions());
    const userHandle = Buffer.from(other.userId).toString("base64url");
    expect(
      await signIn({ ...answer, id: other.passkeyId, response: { ...answer.response, userHandle } }),
    ).toMatchObject(refused);
  });

  test("with a counter that went back is refused and logged", async () => {
    const one = await person();
    const early = one.phone.sign(await signInOptions());
    const counted = captureMetrics();
    expect((await enter(one)).status).toBe(201);
    const warned = vi.spyOn(logger, "warn").mockImplementation(() => {});
    expect(await signIn(early)).toMatchObject(refused);
    expect(warned).toHaveBeenCalledWith(
      "passkey",
      expect.objectContaining({ outcome: "counter went back", userId: one.userId }),
    );
    expect(counted("SignInFailed", { service: "accounts" })).toBe(1);
    expect((await enter(one)).status).toBe(201);
  });

  test("of a device that stops counting is refused", async () => {
    const one = await person();
    await enter(one);
    const answer = one.phone.sign(await signInOptions());
    const stored = await itemOf(Passkeys.key(one.passkeyId));
    expect(stored?.counter).toBeGreaterThan(0);
    const data = Buffer.from(answer.response.authenticatorData, "base64url");
    data.writeUInt32BE(0, 33);
    const authenticatorData = data.toString("base64url");
    expect(await signIn({ ...answer, response: { ...answer.response, authenticatorData } })).toMatchObject(refused);
  });

  test("of an attestation with certificates is refused before anything in it is read", async () => {
    const one = await person();
    const { createRequire } = await import("node:module");
    const cbor = createRequire(import.meta.resolve("nid-webauthn-emulator"))("cbor") as {
      decodeFirstSync(bytes: Buffer): Record<string, unknown>;
      encode(value: unknown): Buffer;
    };
    const made = device().create((await addOptions(one.token)).body);
    const attestation = cbor.decodeFirstSync(Buffer.from(made.response.attestationObject, "base64url"));
    const { SettingsService } = await import("@simplewebauthn/server");
    const verified = vi.spyOn(SettingsService, "getRootCertificates");
    const forged = {
      ...attestation,
      fmt: "packed",
      attStmt: { alg: -7, sig: Buffer.alloc(70), x5c: [Buffer.alloc(9)] },
    };
    const attestationObject = cbor.encode(forged).toString("base64url");
    expect(await add(one.token, { ...made, response: { ...made.response, attestationObject } })).toMatchObject({
      status: 422,
      body: { code: "passkey.refused" },
    });
    expect(verified).not.toHaveBeenCalled();
  });
});

describe("sign-up with a passkey", () => {
  test("is refused for an address that has an account, before and after the device made the passkey", async () => {
    const one = await person();
    expect(await newcomer(one.email.toUpperCase())).toMatchObject({
      status: 409,
      body: { code: "account.email_taken" },
    });
    const email = address();
    const made = device().create((await newcomer(email)).body);
    expect(await signUp(one.email, made)).toMatchObject({ status: 409, body: { code: "account.email_taken" } });
    // the challenge was not used up: another address can be tried with the same passkey
    expect((await signUp(email, made)).status).toBe(201);
  });

  test("of two parallel ones with one address one succeeds, and leaves nothing of the other", async () => {
    const email = address();
    const phones = [device(), device()];
    const made = await Promise.all(phones.map(async (phone) => phone.create((await newcomer(email)).body)));
    expect(tally(await Promise.all(made.map((credential) => signUp(email, credential))))).toEqual({
      201: 1,
      "409 account.email_taken": 1,
    });
    expect(tally(await Promise.all(phones.map((phone) => enter({ phone }))))).toEqual({
      201: 1,
      "401 passkey.invalid": 1,
    });
  });

  test("needs an address and a name, or a session", async () => {
    expect((await stage.call("POST /v1/passkeys/options", { body: {} })).status).toBe(401);
    expect((await stage.call("POST /v1/passkeys/options", { body: { email: address() } })).status).toBe(422);
    expect((await addOptions("no.to.ken")).status).toBe(401);
  });
});

describe("an account's passkeys", () => {
  test("a credential belongs to one account: a second registration is refused", async () => {
    const [one, other] = [await person(), await person()];
    const credentialsRepository = { saveCredential: () => {}, deleteCredential: () => {}, loadCredentials: () => [] };
    const key = device({ stateless: false, credentialsRepository });
    const made = key.create((await addOptions(one.token)).body);
    expect((await add(one.token, made)).status).toBe(201);
    // the same key and id, with the other account's challenge
    const clientDataJSON = Buffer.from(
      JSON.stringify({
        type: "webauthn.create",
        challenge: (await addOptions(other.token)).body.challenge,
        origin,
        crossOrigin: false,
      }),
    ).toString("base64url");
    const again = { ...made, response: { ...made.response, clientDataJSON } };
    expect(await add(other.token, again)).toMatchObject({ status: 409, body: { code: "passkey.exists" } });
    expect(await list(other.token)).toHaveLength(1);
    expect((await itemOf(Passkeys.key(made.id)))?.userId).toBe(one.userId);
  });

  test("are at most 20, also if they are added in parallel", async () => {
    const one = await person();
    const options = await Promise.all(Array.from({ length: 24 }, async () => (await addOptions(one.token)).body));
    const replies = await Promise.all(options.map((each) => add(one.token, device().create(each))));
    expect(tally(replies)).toEqual({ 201: 19, "409 passkey.too_many": 5 });
    expect(await addOptions(one.token)).toMatchObject({ status: 409, body: { code: "passkey.too_many" } });
    expect((await remove(one.token, one.passkeyId)).status).toBe(204);
    expect((await addTo(one.token)).status).toBe(201);
  });

  test("are added and removed within ten minutes after a sign-in only, and read in a session that is open", async () => {
    const one = await person();
    const made = device().create((await addOptions(one.token)).body);
    pass(10 * MINUTE + 1_000);
    const old = { status: 403, body: { code: "session.not_recent" } };
    expect(await addOptions(one.token)).toMatchObject(old);
    expect(await add(one.token, made)).toMatchObject(old);
    expect(await remove(one.token, one.passkeyId)).toMatchObject(old);
    await stage.call("DELETE /v1/sessions", { token: one.token });
    const ended = await stage.call("GET /v1/passkeys", { token: one.token });
    expect(ended).toMatchObject({ status: 401, body: { code: "session.ended" } });
  });

  test("a removed one signs nobody in, and another user's cannot be found", async () => {
    const [one, other] = [await person(), await person()];
    const spare = device();
    const { body } = await addTo(one.token, spare);
    expect(await remove(other.token, body.passkeyId)).toMatchObject({
      status: 404,
      body: { code: "passkey.not_found" },
    });
    const waiting = spare.sign(await signInOptions());
    expect((await remove(one.token, body.passkeyId)).status).toBe(204);
    expect(await signIn(waiting)).toMatchObject(refused);
    expect(await enter({ phone: spare })).toMatchObject(refused);
    expect(await itemOf(Passkeys.key(body.passkeyId))).toBeUndefined();
    expect(await remove(one.token, body.passkeyId)).toMatchObject({ status: 404 });
    expect((await enter(one)).status).toBe(201);
  });

  test("the last one stays as long as it is the only way to sign in", async () => {
    const one = await person();
    expect(await remove(one.token, one.passkeyId)).toMatchObject({ status: 409, body: { code: "passkey.last" } });
    expect((await enter(one)).status).toBe(201);
    await prove(one.userId);
    expect((await remove(one.token, one.passkeyId)).status).toBe(204);

    const email = address();
    await Account.create({ email, password: "correct horse", name: "Person" }, now());
    const { body } = await stage.call("POST /v1/sessions", { body: { email, password: "correct horse" } });
    const added = await addTo(body.accessToken);
    expect((await remove(body.accessToken, added.body.passkeyId)).status).toBe(204);
  });

  test("of two last ones that are removed at the same time one stays", async () => {
    for (let n = 0; n < 5; n++) {
      const one = await person();
      const { body } = await addTo(one.token);
      const replies = await Promise.all([one.passkeyId, body.passkeyId].map((id) => remove(one.token, id)));
      expect(tally(replies)).toEqual({ 204: 1, "409 passkey.last": 1 });
      expect(await list(one.token)).toHaveLength(1);
    }
  });
});

describe("when all credentials of an account are removed", () => {
  const left = (userId: string) =>
    items("Accounts", "PASSKEY#").then((all) => all.filter((item) => item.userId === userId));

  test("no passkey of it signs in any more, and nothing is left of it", async () => {
    const one = await person();
    await addTo(one.token);
    const waiting = one.phone.sign(await signInOptions());
    await forgetCredentials(one, now());
    expect(await signIn(waiting)).toMatchObject(refused);
    expect(await enter(one)).toMatchObject(refused);
    expect(await left(one.userId)).toEqual([]);
    expect(await items("Accounts", `ACCOUNT#${one.userId}`)).toMatchObject([{ sk: "PROFILE" }]);
  });

  test("one that is added at the same time is not left behind", async () => {
    for (let n = 0; n < 5; n++) {
      const one = await person();
      const options = await Promise.all(Array.from({ length: 8 }, async () => (await addOptions(one.token)).body));
      const adding = options.map((each) => add(one.token, device().create(each)));
      await Promise.all([forgetCredentials(one, now()), ...adding]);
      expect(await left(one.userId)).toEqual([]);
    }
  });

  test("none is added while they are removed, and one can be added later", async () => {
    const one = await person();
    const options = (await addOptions(one.token)).body;
    const during = async () => {
      const made = device().create(options);
      expect(await add(one.token, made)).toMatchObject({ status: 401, body: { code: "session.ended" } });
    };
    await forgetCredentials(one, now(), during);
    expect((await addTo(one.token)).status).toBe(201);

    const crashed = forgetCredentials(one, now(), () => Promise.reject(new Error("crashed")));
    await expect(crashed).rejects.toThrow("crashed");
    pass(61_000);
    expect((await addTo(one.token)).status).toBe(201);
  });

  test("a session that ends or becomes unproven between its check and the write adds none", async () => {
    const one = await person();
    const sessionId = JSON.parse(Buffer.from(one.token.split(".")[1] ?? "", "base64url").toString()).sid;
    const user = { userId: one.userId, sessionId, verified: false };
    const [first, second] = [await addOptions(one.token), await addOptions(one.token)].map(({ body }) => body);
    const late = (options: Account.CreationOptions) =>
      Passkey.add({ user, name: "Late", credential: device().create(options) as Account.NewCredential, now: now() });
    await Sessions.unprove(one.userId);
    await expect(late(first)).rejects.toMatchObject({ kind: { code: "session.ended" } });
    await Sessions.endAll(one.userId);
    await expect(late(second)).rejects.toMatchObject({ kind: { code: "session.ended" } });
    expect(await left(one.userId)).toHaveLength(1);
  });
});
