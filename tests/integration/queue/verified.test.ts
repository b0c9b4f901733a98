/** Events whose queue asks for a proven e-mail address. */
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { now } from "#core/lib/clock.ts";
import { db } from "#core/lib/dynamo.ts";
import * as Harness from "#tests/support/harness.ts";
import { anotherEnvironment } from "#tests/support/sale.ts";
import { signedIn } from "#tests/support/stage.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const event = (more: object = {}, opensIn = -60_000) =>
  stage.event({
    salesOpenAt: new Date(now() + opensIn).toISOString(),
    queue: { enabled: true, requires: ["verifiedEmail"], ...more },
  });
const join = (eventId: string, token: string, body: object = {}) =>
  stage.call("POST /v1/events/{eventId}/queue/places", { params: { eventId }, token, body });
/** A user with a token from before their proof, and one from after it. */
const visitor = async () => {
  const { userId, token } = await stage.user();
  return { before: token, after: signedIn(userId, { verified: true }).token };
};

test.each([
  ["line", -60_000],
  ["lobby", 60_000],
])("in the %s a place is refused without a proven address, and given once it is proven", async (phase, opensIn) => {
  const { eventId } = await event({}, opensIn);
  const { before, after } = await visitor();
  expect(await join(eventId, before)).toMatchObject({ status: 403, body: { code: "account.unverified" } });
  expect(await join(eventId, after)).toMatchObject({ status: 201, body: { phase } });
});

test("joining reads nothing for it", async () => {
  const { eventId } = await event();
  const [first, { before, after }] = [await visitor(), await visitor()];
  await join(eventId, first.after); // the environment knows the line from here on
  const sent = vi.spyOn(db(), "send");
  expect((await join(eventId, before)).status).toBe(403);
  expect((await join(eventId, after)).status).toBe(201);
  // it may fetch a block of ordinals, as every join may
  expect(sent.mock.calls.filter(([{ input }]) => /ACCOUNT#|EMAIL#/.test(JSON.stringify(input)))).toEqual([]);
});

test("a place that was given is kept without a proof, also where the environment does not know the line", async () => {
  const { eventId } = await event();
  const { before, after } = await visitor();
  const { place, number } = (await join(eventId, after)).body;
  expect(await join(eventId, before)).toMatchObject({ status: 200, body: { number } });
  anotherEnvironment();
  expect(await join(eventId, before, { place })).toMatchObject({ status: 200, body: { number } });
});

test("an event without it takes everybody, and an organiser turns it on and off", async () => {
  const { eventId } = await event({ requires: [] });
  const admin = await stage.user({ roles: ["admin"] });
  const patch = (requires: string[]) =>
    stage.call("PATCH /v1/admin/events/{eventId}", {
      params: { eventId },
      token: admin.token,
      body: { queue: { requires } },
    });
  expect((await join(eventId, (await visitor()).before)).status).toBe(201);
  expect(await patch(["verifiedEmail"])).toMatchObject({
    status: 200,
    body: { queue: { requires: ["verifiedEmail"] } },
  });
  anotherEnvironment();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_000 }); // what is known of the event is that old at most
  expect((await join(eventId, (await visitor()).before)).status).toBe(403);
  await patch([]);
  vi.setSystemTime(Date.now() + 5_000);
  expect((await join(eventId, (await visitor()).before)).status).toBe(201);
  vi.useRealTimers();
});

test("the event says what it asks for, and one without a queue cannot ask", async () => {
  const { eventId } = await event();
  const { body } = await stage.call("GET /v1/events/{eventId}", { params: { eventId } });
  expect(body.queue.requires).toEqual(["verifiedEmail"]);
  await expect(event({ enabled: false })).rejects.toThrow(/queue.requires.*needs a queue: set `enabled` to true/);
  await expect(event({ requires: ["phone"] })).rejects.toThrow(/queue.requires.0/);
});
