/** Waiting costs no place. */
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { now } from "#core/lib/clock.ts";
import { stage as makeStage, type Stage, type User } from "#tests/support/harness.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterEach(() => {
  vi.useRealTimers();
});

const queue = { admitPerSecond: 1, maxActive: 1, sessionSeconds: 600, claimSeconds: 600 };

const join = async (eventId: string, user: User) =>
  (await stage.call("POST /v1/events/{eventId}/queue/places", { params: { eventId }, token: user.token, body: {} }))
    .body;
const claim = (eventId: string, user: User, place: string) =>
  stage.call("POST /v1/events/{eventId}/queue/admissions", { params: { eventId }, token: user.token, body: { place } });
const status = async (eventId: string) =>
  (await stage.call("GET /v1/events/{eventId}/queue", { params: { eventId } })).body;

/** An event whose checkout is full: one visitor inside, the others in line. */
const crowd = async (waiting: number) => {
  const { eventId } = await stage.event({ queue });
  const users = await Promise.all(Array.from({ length: waiting + 1 }, () => stage.user()));
  const places: { place: string; number: number }[] = [];
  for (const user of users) places.push(await join(eventId, user));
  vi.useFakeTimers({ toFake: ["Date"], now: now() + 2_000 });
  expect((await claim(eventId, users[0] as User, places[0]?.place ?? "")).status).toBe(201);
  return { eventId, users, places };
};

test("a visitor who waits for hours without polling keeps their place, by token and by account", async () => {
  const { eventId, users, places } = await crowd(2);
  const [, , last] = users as [User, User, User];
  vi.setSystemTime(now() + 50 * 60_000); // within the access token's hour
  expect(await join(eventId, last)).toMatchObject({ number: places[2]?.number, phase: "line" });
  const again = await claim(eventId, last, places[2]?.place ?? "");
  expect([201, 409]).toContain(again.status);
  if (again.status === 409) expect(again.body).toMatchObject({ code: "queue.not_yet", number: places[2]?.number });
});

test("the visitors ahead are the number less serving less one: the visitor who joined first is called first", async () => {
  const { eventId, users, places } = await crowd(3);
  expect(places.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  const { serving } = await status(eventId);
  expect(serving).toBe(1);
  const early = await Promise.all([1, 2, 3].map((n) => claim(eventId, users[n] as User, places[n]?.place ?? "")));
  expect(early.map(({ body }) => body.number - body.serving - 1)).toEqual([0, 1, 2]);
});

test("nobody can give up another user's place or admission", async () => {
  const { eventId, users, places } = await crowd(1);
  const [first, second] = users as [User, User];
  const stranger = await stage.user();
  for (const { token } of [second, stranger]) {
    const left = await stage.call("DELETE /v1/events/{eventId}/queue/admissions", { params: { eventId }, token });
    expect(left.status).toBe(204);
  }
  expect((await status(eventId)).active).toBe(1);
  expect((await claim(eventId, first, places[0]?.place ?? "")).status).toBe(201);
  expect(await join(eventId, second)).toMatchObject({ number: places[1]?.number });
});
