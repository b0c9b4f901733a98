import { createHmac } from "node:crypto";
import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, expect, test, vi } from "vitest";
import * as Account from "#core/account/index.ts";
import * as Password from "#core/account/password.ts";
import * as Throttle from "#core/account/throttle.ts";
import { type Route, routes } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { signTicket } from "#core/lib/ticket-tokens.ts";
import { sign } from "#core/lib/tokens.ts";
import { type Role, roles } from "#core/organisation/schema.ts";
import { createEdge } from "#local/edge.ts";
import { own } from "#local/payload.ts";
import { solve } from "#tests/adversary/scalper/solve.ts";
import * as Harness from "#tests/support/harness.ts";
import { ownClock } from "#tests/support/own-clock.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
  Throttle.signInLimits.workBits = 10;
});
const { pass } = ownClock();
const MINUTE = 60_000;
const DAY = 86_400_000;

let people = 0;
/** Each visitor has an address of their own, unless a test says otherwise. */
const person = async (role?: Role) => {
  const n = ++people;
  const memberships = role && [{ organisationId: "org_test", role }];
  const credentials = { email: `person.${n}@onsale.test`, password: "correct horse" };
  const { userId } = await Account.create(
    { ...credentials, name: "Person", ...(memberships && { memberships }) },
    now(),
  );
  const from = `203.0.113.${n}:4000`;
  return { userId, credentials, from };
};
type Person = Awaited<ReturnType<typeof person>>;

const signIn = (body: unknown, from: string) =>
  stage.call("POST /v1/sessions", { body, headers: { "cloudfront-viewer-address": from } });
const enter = async ({ credentials, from }: Person) => (await signIn(credentials, from)).body;
const guess = ({ credentials, from }: Person, more: object = {}) =>
  signIn({ ...credentials, password: "wrong horse", ...more }, from);
const refresh = (refreshToken: unknown) => stage.call("POST /v1/sessions/refresh", { body: { refreshToken } });
const me = (token: string) => stage.call("GET /v1/me", { token });

test("signing in gives a pair: an access token of 15 minutes or more and a refresh token", async () => {
  const one = await person();
  const { status, body, headers } = await signIn(one.credentials, one.from);
  expect(status).toBe(201);
  expect(body).toEqual({
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
    expiresIn: expect.any(Number),
    tokenType: "Bearer",
  });
  expect(body.expiresIn).toBeGreaterThanOrEqual(900);
  expect(headers["cache-control"]).toBe("private, no-store");
  expect((await me(body.accessToken)).body.userId).toBe(one.userId);
  pass(body.expiresIn * 1000 - 1000);
  expect((await me(body.accessToken)).status).toBe(200);
  pass(2000);
  expect((await me(body.accessToken)).status).toBe(401);
});

test("a wrong password and an unknown address get the same answer", async () => {
  const one = await person();
  const wrong = await guess(one);
  const unknown = await guess(one, { email: "nobody@onsale.test" });
  expect(wrong).toMatchObject({ status: 401, body: { code: "session.invalid_credentials" } });
  const { instance: _a, ...first } = wrong.body;
  const { instance: _b, ...second } = unknown.body;
  expect(second).toEqual(first);
});

test("a password is hashed for an unknown address as often as for a known one", { retry: 2 }, async () => {
  vi.useRealTimers();
  const one = await person();
  const took = async (email: string) => {
    const started = performance.now();
    await signIn({ email, password: "wrong horse" }, one.from);
    return performance.now() - started;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let n = 0; n < 8; n++) {
    known.push(await took(one.credentials.email));
    unknown.push(await took(`nobody.${n}@onsale.test`));
  }
  const ratio = Math.min(...unknown) / Math.min(...known); // most of the time is the hash
  expect(ratio).toBeGreaterThan(0.6);
  expect(ratio).toBeLessThan(1.6);
});

test("an account's failures are throttled from any address, until its window is over", async () => {
  const one = await person();
  for (let n = 0; n < Throttle.signInLimits.account; n++)
    expect((await guess({ ...one, from: `192.0.2.${n}:1` })).status).toBe(401);
  const refused = await signIn(one.credentials, "192.0.2.99:1");
  expect(refused).toMatchObject({ status: 429, body: { code: "session.too_many_attempts" } });
  const seconds = Number(refused.headers["retry-after"]);
  expect(seconds).toBeGreaterThan(0);
  expect(
    (await signIn({ ...one.credentials, email: one.credentials.email.toUpperCase() }, "192.0.2.98:1")).status,
  ).toBe(429);
  pass(seconds * 1000);
  expect((await signIn(one.credentials, one.from)).status).toBe(201);
});

test("guesses at an address without an account are throttled the same way", async () => {
  const one = await person();
  const email = "never@onsale.test";
  for (let n = 0; n < Throttle.signInLimits.account; n++) await guess({ ...one, from: `192.0.2.${n}:1` }, { email });
  expect((await guess(one, { email })).status).toBe(429);
});

/** Sets the number of failures of an address. */
const failedBefore = (viewer: string, count: number) => {
  const until = now() + 10 * MINUTE;
  const Item = { ...Throttle.address(viewer).Key, count, until };
  return db().send(new PutCommand({ TableName: table("Accounts"), Item }));
};

/** Solves the challenge of a refusal. */
const worked = ({ body }: Harness.Reply): string => solve(body.challenge.token, body.challenge.difficulty);
const statuses = (replies: Harness.Reply[]) => replies.map(({ status }) => status);

test("after a hundred failures from an IP address each sign-in from there needs proof of work, and nobody is locked out", async () => {
  const [one, other] = [await person(), await person()];
  const from = "2001:db8:1:2::1:4000";
  await failedBefore("2001:db8:1:2::1", Throttle.signInLimits.address - 4);
  const tries = Array.from({ length: 8 }, (_, n) => guess({ ...one, from }, { email: `a${n}@onsale.test` }));
  expect(statuses(await Promise.all(tries)).toSorted()).toEqual([401, 401, 401, 401, 403, 403, 403, 403]);
  const asked = await signIn(other.credentials, from);
  expect(asked).toMatchObject({
    status: 403,
    body: {
      code: "session.challenge_required",
      challenge: { kind: "work", difficulty: Throttle.signInLimits.workBits },
    },
  });
  expect((await signIn({ ...other.credentials, challenge: worked(asked) }, from)).status).toBe(201);
  expect((await signIn(other.credentials, "2001:db8:1:2:ffff:ffff:ffff:ffff:4000")).status).toBe(403);
  expect((await signIn(other.credentials, "2001:db8:1:3::1:4000")).status).toBe(201);
  pass(16 * MINUTE);
  expect((await signIn(other.credentials, from)).status).toBe(201);
});

test("proof of work is valid for one account, one purpose and ten minutes, and only if complete", async () => {
  const [one, other] = [await person(), await person()];
  const from = "203.0.113.249:1";
  await failedBefore("203.0.113.249", Throttle.signInLimits.address);
  const { body } = await signIn(one.credentials, from);
  const { token, difficulty } = body.challenge;
  const queues = sign("challenge", { sub: one.userId, evt: "evt_1" }, now() + DAY);
  const mine = solve(token, difficulty);
  const tries: [Person, string][] = [
    [other, mine],
    [one, `${token}.x`],
    [one, `x${mine}`],
    [one, solve(queues, difficulty)],
  ];
  for (const [{ credentials }, challenge] of tries)
    expect((await signIn({ ...credentials, challenge }, from)).body.code).toBe("session.challenge_required");
  const shouted = { ...one.credentials, email: one.credentials.email.toUpperCase() };
  expect((await signIn({ ...shouted, challenge: mine }, from)).status).toBe(201);
  pass(10 * MINUTE + 1_000);
  await failedBefore("203.0.113.249", Throttle.signInLimits.address);
  expect((await signIn({ ...one.credentials, challenge: mine }, from)).status).toBe(403);
});

test("proof of work allows no more guesses at an account", async () => {
  const one = await person();
  await failedBefore("203.0.113.248", Throttle.signInLimits.address);
  const at = { ...one, from: "203.0.113.248:1" };
  const challenge = worked(await guess(at));
  const answers = await Promise.all(Array.from({ length: 15 }, () => guess(at, { challenge })));
  expect(statuses(answers).toSorted()).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
});

test("of 160 guesses at one account at once ten are checked, and their IP address is not throttled", async () => {
  const [one, neighbour] = [await person(), await person()];
  const answers = await Promise.all(Array.from({ length: 160 }, () => guess(one)));
  expect(statuses(answers).filter((status) => status === 401)).toHaveLength(Throttle.signInLimits.account);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(150);
  for (const { headers } of refused) expect(Number(headers["retry-after"])).toBeGreaterThan(800);
  expect((await signIn(neighbour.credentials, one.from)).status).toBe(201);
});

test("of 160 guesses at 160 accounts at once from one IP address a hundred are checked", async () => {
  const from = "203.0.113.247:1";
  const lucky = await person();
  const answers = await Promise.all(
    Array.from({ length: 160 }, (_, n) => guess({ ...lucky, from }, { email: `spray.${n}@onsale.test` })),
  );
  expect(statuses(answers).filter((status) => status === 401)).toHaveLength(Throttle.signInLimits.address);
  expect(statuses(answers).filter((status) => status === 403)).toHaveLength(60);
  // the right password is not confirmed either
  expect((await signIn(lucky.credentials, from)).status).toBe(403);
});

test("a right password that was checked while its IP address reached the limit is not confirmed without proof of work", async () => {
  const from = "203.0.113.246:1";
  const one = await person();
  await failedBefore("203.0.113.246", Throttle.signInLimits.address - 1);
  const matches = vi.spyOn(Password, "matches").mockImplementationOnce(async () => {
    await Throttle.take(Throttle.address("203.0.113.246"), now());
    return true;
  });
  expect((await signIn(one.credentials, from)).body.code).toBe("session.challenge_required");
  matches.mockRestore();
});

test("successes are not counted: a campus behind one IP address signs in at once", async () => {
  const from = "203.0.113.250:1";
  await failedBefore("203.0.113.250", Throttle.signInLimits.address - 1);
  const all = await Promise.all(Array.from({ length: 12 }, () => person()));
  const answers = await Promise.all(all.map(({ credentials }) => signIn(credentials, from)));
  expect(new Set(statuses(answers))).toEqual(new Set([201]));
});

test("a locked password does not lock sessions: they go on, and are refreshed", async () => {
  const one = await person();
  const session = await enter(one);
  for (let n = 0; n < Throttle.signInLimits.account; n++) await guess(one);
  expect((await signIn(one.credentials, one.from)).status).toBe(429);
  expect((await me(session.accessToken)).status).toBe(200);
  const next = await refresh(session.refreshToken);
  expect(next.status).toBe(201);
  expect((await refresh(next.body.refreshToken)).status).toBe(201);
});

test("the right password clears the account's failures, so that honest mistakes do not add up", async () => {
  const one = await person();
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < Throttle.signInLimits.account - 1; n++) expect((await guess(one)).status).toBe(401);
    expect((await signIn(one.credentials, one.from)).status).toBe(201);
  }
});

test("a new window begins with the first failure after the last one", async () => {
  const one = await person();
  for (let n = 0; n < Throttle.signInLimits.account - 1; n++) await guess(one);
  pass(16 * MINUTE);
  for (let n = 0; n < Throttle.signInLimits.account; n++) expect((await guess(one)).status).toBe(401);
  expect((await guess(one)).status).toBe(429);
});

test("a hash with an older cost is renewed at the next sign-in", async () => {
  const one = await person();
  const Key = { pk: `EMAIL#${one.credentials.email}`, sk: "EMAIL" };
  const old = await Password.hash(one.credentials.password, { memory: 8_192, passes: 1, parallelism: 1 });
  await db().send(
    new PutCommand({ TableName: table("Accounts"), Item: { ...Key, userId: one.userId, password: old } }),
  );
  expect((await signIn(one.credentials, one.from)).status).toBe(201);
  const { Items } = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": Key.pk },
    }),
  );
  expect(Items?.[0]?.password).not.toBe(old);
  expect(Password.outdated(Items?.[0]?.password)).toBe(false);
  expect((await signIn(one.credentials, one.from)).status).toBe(201);
});

test("a refresh token is exchanged for a new pair", async () => {
  const one = await person();
  const first = await enter(one);
  pass(first.expiresIn * 1000 + 1000);
  const second = await refresh(first.refreshToken);
  expect(second.status).toBe(201);
  expect(second.body.refreshToken).not.toBe(first.refreshToken);
  expect((await me(second.body.accessToken)).body.userId).toBe(one.userId);
  expect((await refresh(second.body.refreshToken)).status).toBe(201);
});

test("a spent refresh token revokes the whole family, the newest token too", async () => {
  const one = await person();
  const first = await enter(one);
  const second = (await refresh(first.refreshToken)).body;
  const third = (await refresh(second.refreshToken)).body;
  expect(await refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: "session.reused" } });
  expect(await refresh(third.refreshToken)).toMatchObject({ status: 401, body: { code: "session.reused" } });
});

test("one family's misuse leaves the user's other sessions alone", async () => {
  const one = await person();
  const [phone, laptop] = [await enter(one), await enter(one)];
  await refresh((await refresh(phone.refreshToken)).body.refreshToken);
  expect((await refresh(phone.refreshToken)).body.code).toBe("session.reused");
  expect((await refresh(laptop.refreshToken)).status).toBe(201);
});

test("twenty refreshes at once with one token get the same valid successor", async () => {
  const { refreshToken } = await enter(await person());
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const [next, ...others] = new Set(answers.map(({ body }) => body.refreshToken));
  expect(others).toEqual([]);
  expect((await refresh(next)).status).toBe(201);
});

test("a refresh whose answer was lost gets the same successor for 30 s", async () => {
  const one = await person();
  const { refreshToken } = await enter(one);
  const lost = (await refresh(refreshToken)).body;
  pass(29_000);
  const again = await refresh(refreshToken);
  expect([again.status, again.body.refreshToken]).toEqual([201, lost.refreshToken]);
  expect((await me(again.body.accessToken)).body.userId).toBe(one.userId);
  expect((await refresh(lost.refreshToken)).status).toBe(201);
});

test("after 30 s a spent refresh token ends its session, even if its successor was not used", async () => {
  const { refreshToken } = await enter(await person());
  const next = (await refresh(refreshToken)).body.refreshToken;
  pass(31_000);
  expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: "session.reused" } });
  expect(await refresh(next)).toMatchObject({ status: 401, body: { code: "session.reused" } });
});

test("once the successor was used, the token before it ends the session, even within 30 s", async () => {
  const { refreshToken } = await enter(await person());
  const next = (await refresh(refreshToken)).body.refreshToken;
  const newest = (await refresh(next)).body.refreshToken;
  expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: "session.reused" } });
  for (const token of [next, newest])
    expect(await refresh(token)).toMatchObject({ status: 401, body: { code: "session.reused" } });
});

test("a revoked session gives no successor", async () => {
  const { refreshToken } = await enter(await person());
  const next = (await refresh(refreshToken)).body.refreshToken;
  const newest = (await refresh(next)).body.refreshToken;
  await refresh(refreshToken);
  for (const token of [next, newest]) expect((await refresh(token)).status).toBe(401);
});

test("the holder of a token cannot predict its successor without our key", async () => {
  const { refreshToken } = await enter(await person());
  const next = (await refresh(refreshToken)).body.refreshToken;
  const other = process.env.SST_RESOURCE_RefreshKey ?? "";
  for (const key of ["", "0".repeat(64), refreshToken, "RefreshKey"]) {
    const mac = createHmac("sha256", key).update(refreshToken).digest("base64url");
    expect(next.endsWith(mac.slice(0, 32))).toBe(false);
  }
  const { value } = JSON.parse(other);
  const mac = createHmac("sha256", value).update(refreshToken).digest("base64url");
  expect(next.endsWith(mac.slice(0, 32))).toBe(true);
});

test("a made-up token of somebody's session revokes nothing", async () => {
  const { refreshToken } = await enter(await person());
  const secrets = refreshToken.split(".")[2];
  const forged = refreshToken.replace(secrets, "A".repeat(secrets.length));
  expect(await refresh(forged)).toMatchObject({ status: 401, body: { code: "session.invalid" } });
  expect((await refresh(refreshToken)).status).toBe(201);
});

test("a session ends thirty days after its sign-in, however often it is refreshed", async () => {
  let { refreshToken } = await enter(await person());
  for (let week = 0; week < 4; week++) {
    pass(7 * DAY);
    refreshToken = (await refresh(refreshToken)).body.refreshToken;
  }
  pass(3 * DAY);
  expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: "session.invalid" } });
});

test("signing out ends this session and no other, and may be repeated", async () => {
  const one = await person();
  const [here, there] = [await enter(one), await enter(one)];
  for (let n = 0; n < 2; n++)
    expect((await stage.call("DELETE /v1/sessions", { token: here.accessToken })).status).toBe(204);
  expect(await refresh(here.refreshToken)).toMatchObject({ status: 401, body: { code: "session.invalid" } });
  expect((await refresh(there.refreshToken)).status).toBe(201);
});

test("refresh tokens are not in the table", async () => {
  const one = await person();
  const { refreshToken } = await enter(one);
  const { Items } = await db().send(
    new QueryCommand({
      TableName: table("Accounts"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": `ACCOUNT#${one.userId}` },
    }),
  );
  const secrets: string = refreshToken.split(".")[2];
  const stored = JSON.stringify(Items);
  expect(stored).toContain("SESSION#");
  expect(stored).not.toContain(secrets.slice(0, 32));
  expect(stored).not.toContain(secrets.slice(32));
});

test("outsiders cannot use up an organiser's throttle: the edge passes only a member's token, from sign-in or refresh", async () => {
  const organisers = Object.entries<Route>(routes).filter(([, { auth }]) => auth === "admin");
  const asked: string[] = [];
  const edge = createEdge(async ({ method, path }) => {
    asked.push(`${method} ${path}`);
    return own(200, {});
  });
  const id = "01JD0000000000000000000000";
  const send = async (key: string, token?: string) => {
    const [method = "", path = ""] = key.split(" ");
    const sent = path
      .replace("{eventId}", `evt_${id}`)
      .replace("{orderId}", `ord_${id}`)
      .replace("{deviceId}", `dev_${id}`)
      .replace(/\{\w+\}/g, "a");
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return (await edge.fetch({ method, path: sent, headers })).status;
  };
  const as = async (role?: Role) => {
    const { accessToken, refreshToken } = await enter(await person(role));
    return [accessToken, (await refresh(refreshToken)).body.accessToken];
  };
  expect(organisers.length).toBeGreaterThan(4);
  for (const [key] of organisers) expect([key, await send(key)]).toEqual([key, 401]);
  for (const token of await as())
    for (const [key] of organisers) expect([key, await send(key, token)]).toEqual([key, 403]);
  expect(asked).toEqual([]);
  for (const token of (await Promise.all(roles.map(as))).flat())
    for (const [key] of organisers) expect([key, await send(key, token)]).toEqual([key, 200]);
  expect(asked).toHaveLength(2 * roles.length * organisers.length);
});

test("another kind of token is refused, and so is a tampered, expired or unsigned one", async () => {
  const one = await person();
  const { accessToken, refreshToken } = await enter(one);
  const claims = { sub: one.userId, sid: "ses_1", org: true };
  const later = now() + DAY;
  const [head, , signature] = accessToken.split(".");
  const payload = Buffer.from(JSON.stringify({ ...claims, aud: "access" })).toString("base64url");
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const others = [
    refreshToken,
    sign("place", claims, later),
    sign("admission", claims, later),
    await signTicket(claims),
    sign("access", claims, now() - 1000),
    `${head}.${payload}.${signature}`,
    `${none}.${payload}.`,
    `${accessToken}x`,
    "",
  ];
  for (const token of others) {
    const answer = await me(token);
    expect(answer).toMatchObject({ status: 401, body: { code: "request.unauthorized" } });
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
  }
});

test.each<[string, "POST /v1/sessions" | "POST /v1/sessions/refresh", unknown, number, string]>([
  ["nothing", "POST /v1/sessions", undefined, 422, "email"],
  ["malformed JSON", "POST /v1/sessions", "{", 400, ""],
  ["a huge password", "POST /v1/sessions", { email: "a@b.test", password: "x".repeat(129) }, 422, "password"],
  ["a huge e-mail", "POST /v1/sessions", { email: "x".repeat(255), password: "x" }, 422, "email"],
  ["an unknown field", "POST /v1/sessions", { email: "a@b.test", password: "x", otp: 1 }, 422, "otp"],
  ["control characters", "POST /v1/sessions", { email: "\u0000", password: "\u0000" }, 401, ""],
  ["half characters", "POST /v1/sessions", { email: "\ud800", password: "\udfff" }, 401, ""],
  ["an empty e-mail", "POST /v1/sessions", { email: "", password: "" }, 401, ""],
  ["nothing", "POST /v1/sessions/refresh", undefined, 422, "refreshToken"],
  ["a number", "POST /v1/sessions/refresh", { refreshToken: 1 }, 422, "refreshToken"],
  ["a huge token", "POST /v1/sessions/refresh", { refreshToken: "x".repeat(2_001) }, 422, "refreshToken"],
  ["no token at all", "POST /v1/sessions/refresh", { refreshToken: "\u0000" }, 401, ""],
])("%s at %s is refused", async (_, route, body, status, path) => {
  const answer = await stage.call(route, { body, headers: { "cloudfront-viewer-address": "203.0.113.251:1" } });
  expect(answer.status).toBe(status);
  if (path) expect(answer.body.errors.map((fault: { path: string }) => fault.path)).toContain(path);
});
