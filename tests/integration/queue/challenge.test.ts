/**
 * If an organiser asks for it, a new place needs proof of work. The work is valid for one account, and a visitor with a place needs none.
 */
import { hash } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { solve } from "#tests/adversary/scalper/solve.ts";
import * as Harness from "#tests/support/harness.ts";
import {
  anotherEnvironment,
  redisOf,
  refusal,
  type Sale,
  type SaleOptions,
  sale,
  someone,
} from "#tests/support/sale.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

const guarded = (options: SaleOptions = {}) => sale(stage, { challenge: "work", difficulty: 8, ...options });

type Posed = { kind: string; token: string; difficulty: number; expiresAt: string };

/** The challenge for a visitor who joins. */
const posed = async (line: Sale, userId: string, answer?: string): Promise<Posed> => {
  const refused = await refusal(line.join(userId, undefined, answer));
  expect(refused.kind).toMatchObject({ code: "queue.challenge_required", status: 403 });
  return refused.extra.challenge as Posed;
};

/** A visitor with a place, after the proof of work. */
const worker = async (line: Sale, userId = someone()) => {
  const { token, difficulty } = await posed(line, userId);
  const answer = solve(token, difficulty);
  return { userId, answer, ...(await line.join(userId, undefined, answer)) };
};

/** An answer with too little work: the first nonce that fails. */
const lazy = (token: string, difficulty: number): string => {
  for (let nonce = 0; ; nonce++)
    if (Math.clz32(hash("sha256", `${token}.${nonce}`, "buffer").readUInt32BE(0)) < difficulty)
      return `${token}.${nonce}`;
};

const patch = async (line: Sale, queue: object) => {
  const { token } = await stage.user({ roles: ["admin"] });
  const options = { params: { eventId: line.eventId }, token, body: { queue } };
  expect((await stage.call("PATCH /v1/admin/events/{eventId}", options)).status).toBe(200);
  line.pass(5);
};

test("no proof of work is needed unless the organiser asks for it", async () => {
  const line = await sale(stage);
  expect((await line.join(someone())).fresh).toBe(true);
  const event = await stage.call("GET /v1/events/{eventId}", { params: { eventId: line.eventId } });
  expect(Object.keys(event.body.queue)).not.toContain("challenge");
});

test.each([
  ["lobby", 60],
  ["line", -1],
])("in the %s, a place is refused without an answer and given with one", async (phase, opensIn) => {
  const line = await guarded({ opensIn });
  for (let n = 0; n < 3; n++) await posed(line, someone());
  expect(await worker(line)).toMatchObject({ phase, fresh: true });
  const { issued, lobby } = await line.status();
  expect(phase === "lobby" ? lobby : issued).toBe(1);
});

test("over HTTP the refusal has the challenge, and its answer gives a place", async () => {
  const { eventId } = await guarded();
  const { token, userId } = await stage.user();
  const join = (body: object) =>
    stage.call("POST /v1/events/{eventId}/queue/places", { params: { eventId }, token, body });
  const refused = await join({});
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({
    code: "queue.challenge_required",
    challenge: { kind: "work", difficulty: 8, token: expect.any(String), expiresAt: expect.stringMatching(/Z$/) },
  });
  const { challenge } = refused.body;
  expect(JSON.parse(Buffer.from(challenge.token.split(".")[1], "base64url").toString())).toMatchObject({
    sub: userId,
    evt: eventId,
  });
  expect((await join({ challenge: solve(challenge.token, 8) })).status).toBe(201);
});

test("an answer is refused with too little work, for another account or event, too late, or to a forged challenge", async () => {
  const [line, other] = [await guarded(), await guarded()];
  const userId = someone();
  const { token, difficulty } = await posed(line, userId);
  const answer = solve(token, difficulty);
  await posed(line, userId, lazy(token, difficulty));
  await posed(line, someone(), answer);
  await posed(other, userId, answer);
  const [head, payload = "", mark] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const later = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3_600 })).toString("base64url");
  for (const forged of [`${head}.${later}.${mark}`, `${head}.${payload}.`, "a.b.c", "", "."])
    await posed(line, userId, solve(forged, difficulty));
  for (const nothing of ["", ".", answer.slice(0, -1), token]) await posed(line, userId, nothing);
  line.pass(601);
  await posed(line, userId, answer);
  expect((await line.status()).issued).toBe(0);
});

test("an answer used twice gives the same place; once that is used up, a new one at the end", async () => {
  const line = await guarded({ admitPerSecond: 10 });
  const first = await worker(line);
  expect(await line.join(first.userId, undefined, first.answer)).toMatchObject({ number: first.number, fresh: false });
  const behind = await worker(line);
  line.pass(1);
  await line.claim(first);
  await line.leave(first);
  const again = await line.join(first.userId, undefined, first.answer);
  expect(again.number).toBeGreaterThan(behind.number ?? Number.POSITIVE_INFINITY);
});

test("a visitor with a place needs no new answer: its token is enough, also when Redis lost it; without the token the answer finds it", async () => {
  const line = await guarded();
  const { userId, place, number, answer } = await worker(line);
  expect(await line.join(userId, place)).toMatchObject({ number, fresh: false });
  await posed(line, userId); // an environment with the settings in memory asks at once
  expect(await line.join(userId, undefined, answer)).toMatchObject({ number, fresh: false });
  anotherEnvironment();
  expect(await line.join(userId)).toMatchObject({ number, fresh: false });
  const redis = redisOf(line.eventId);
  await redis.flush();
  redis.close();
  expect(await line.join(userId, place)).toMatchObject({ number });
});

test("the organiser turns the challenge on, makes it harder, and turns it off, each within five seconds", async () => {
  const line = await sale(stage);
  await line.join(someone());
  await patch(line, { challenge: "work", difficulty: 4 });
  const { token } = await posed(line, someone());
  expect(token).toBeTruthy();
  const patient = someone();
  const before = await posed(line, patient);
  expect(before.difficulty).toBe(4);
  await patch(line, { difficulty: 9 });
  expect((await posed(line, patient, lazy(before.token, 9))).difficulty).toBe(9);
  await worker(line, patient);
  await patch(line, { challenge: "none" });
  expect((await line.join(someone())).fresh).toBe(true);
});

test("the default difficulty is one that a slow phone solves in seconds", async () => {
  const line = await sale(stage, { challenge: "work" });
  expect((await posed(line, someone())).difficulty).toBe(18);
});
