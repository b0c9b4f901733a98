/** Environments whose clocks are 30 s apart: a spent admission stays spent, and a payment in time is settled. */
import { expect, test } from "vitest";
import { faultsOfFile } from "#tests/support/faults/file.ts";
import type { Stage, User } from "#tests/support/harness.ts";
import { anotherEnvironment } from "#tests/support/sale.ts";

const { faults, stage, steps } = await faultsOfFile();

const inLine = (overrides: object = {}) =>
  stage.event({
    queue: { enabled: true, admitPerSecond: 1_000, maxActive: 1_000, sessionSeconds: 600 },
    maxSeatsPerUser: 4,
    ...overrides,
  });

const enter = async (user: User, eventId: string): Promise<string> => {
  const ask = (key: Parameters<Stage["call"]>[0], body: object) =>
    stage.call(key, { token: user.token, params: { eventId }, body });
  const { place } = (await ask("POST /v1/events/{eventId}/queue/places", {})).body;
  for (let tries = 0; tries < 50; tries++) {
    const { body } = await ask("POST /v1/events/{eventId}/queue/admissions", { place });
    if (body.admission) return body.admission;
  }
  throw new Error("The line did not move");
};

test("an admission that was used to buy is spent, even if the worker's clock is behind the queue's", async () => {
  const { eventId } = await inLine();
  const user = await stage.user({ balance: 100_000 });
  const admission = await enter(user, eventId);
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] }, { admission });
  faults.on("clock.behind", { in: ["settle"] });
  await steps.pay(user, orderId);
  await stage.settle();
  expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed" });
  const again = await steps.hold(user, { eventId, seats: ["A-1-2"] }, { admission });
  expect([again.status, again.body.code]).toEqual([403, "queue.admission_required"]);
});

test("an admission that was given up is spent, even if the clock of that request was behind", async () => {
  const { eventId } = await inLine();
  const user = await stage.user();
  const admission = await enter(user, eventId);
  faults.on("clock.behind", { in: ["queue"] });
  const left = await stage.call("DELETE /v1/events/{eventId}/queue/admissions", {
    token: user.token,
    params: { eventId },
  });
  expect(left.status).toBe(204);
  faults.off();
  const again = await steps.hold(user, { eventId, seats: ["A-1-1"] }, { admission });
  expect([again.status, again.body.code]).toEqual([403, "queue.admission_required"]);
});

test("a hold is not taken over early: the grace covers an environment whose clock is ahead", async () => {
  const { eventId } = await stage.event({ holdSeconds: 10 });
  const [first, second] = [await stage.user({ balance: 20_000 }), await stage.user()];
  const { orderId } = await steps.held(first, { eventId, seats: ["A-1-1"] });
  faults.on("clock.ahead", { in: ["orders"] });
  const taken = await steps.hold(second, { eventId, seats: ["A-1-1"] });
  expect([taken.status, taken.body.code]).toEqual([409, "seat.taken"]);
  faults.off();
  await steps.pay(first, orderId);
  faults.on("clock.ahead", { in: ["settle"] }); // the worker uses the time of acceptance, never its own clock
  await stage.settle();
  expect(await steps.get(first, orderId)).toMatchObject({ status: "confirmed" });
});

test("visitors in the lobby keep their index, whichever environment's clock answers", async () => {
  const { eventId } = await inLine({ salesOpenAt: new Date(Date.now() + 120_000).toISOString() });
  const [one, two] = [await stage.user(), await stage.user()];
  const join = async (user: User) => {
    const ask = { token: user.token, params: { eventId }, body: {} };
    const { body } = await stage.call("POST /v1/events/{eventId}/queue/places", ask);
    const { idx } = JSON.parse(Buffer.from(body.place.split(".")[1], "base64url").toString());
    return [body.phase, body.number, idx];
  };
  expect(await join(one)).toEqual(["lobby", null, 1]);
  faults.on("clock.ahead", { in: ["queue"] });
  expect(await join(two)).toEqual(["lobby", null, 2]);
  faults.off();
  faults.on("clock.behind", { in: ["queue"] });
  expect([await join(one), await join(two)]).toEqual([
    ["lobby", null, 1],
    ["lobby", null, 2],
  ]);
});

test("an admission after a purchase is valid, even if the clock of the worker that settled is ahead", async () => {
  const { eventId } = await inLine();
  const user = await stage.user({ balance: 100_000 });
  const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] }, { admission: await enter(user, eventId) });
  faults.on("clock.ahead", { in: ["settle"] });
  await steps.pay(user, orderId);
  await stage.settle();
  faults.off();
  await stage.drain();
  const admission = await enter(user, eventId);
  await steps.held(user, { eventId, seats: ["A-1-2"] }, { admission });
});

test("a line moved by an environment 30 s ahead does not stop for the others", async () => {
  const { eventId } = await inLine();
  faults.on("clock.ahead", { in: ["queue"] });
  await enter(await stage.user(), eventId);
  faults.off();
  anotherEnvironment();
  expect(await enter(await stage.user(), eventId)).toBeTruthy();
});
