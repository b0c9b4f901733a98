/** An event is moved to another date: its buyers are mailed, and may return their tickets until a time. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { runPages } from "#tests/support/cancelled.ts";
import * as Harness from "#tests/support/harness.ts";
import { inbox } from "#tests/support/inbox.ts";
import { at, dayMs, listed, organiser } from "#tests/support/organiser.ts";
import * as SentAgain from "#tests/support/sent-again.ts";
import { shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let admin: Harness.User;
let desk: ReturnType<typeof organiser>;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
  desk = organiser(stage, admin);
  steps = shop(stage);
});
beforeEach(() => {
  SentAgain.pages();
});
afterEach(() => {
  vi.useRealTimers();
});

const start = Date.now() + 3 * dayMs;
const made = async (more: object = {}) => (await desk.draft({ startsAt: at(start), publish: true, ...more })).body;
const wanted = { startsAt: at(start + 30 * dayMs), refundUntil: at(start + 10 * dayMs) };
const bought = async (eventId: string) => {
  const user = await stage.user({ balance: 100_000 });
  const { orderId } = await steps.held(user, { eventId, pick: { quantity: 1, sectionId: "G" } });
  await steps.pay(user, orderId);
  await stage.settle();
  return { ...user, orderId };
};

test("it starts at the new time, once, and says where it was; its buyers are mailed once", async () => {
  const { eventId } = await made();
  const user = await bought(eventId);
  const { status, body } = await desk.postpone(eventId, wanted);
  expect([status, body]).toMatchObject([
    200,
    {
      ...{ startsAt: wanted.startsAt, salesCloseAt: wanted.startsAt, revision: 1 },
      postponed: { from: at(start), refundUntil: wanted.refundUntil },
    },
  ]);
  expect((await desk.postpone(eventId, wanted)).body).toEqual(body);
  const { found, expected } = await listed(eventId);
  expect(found).toEqual(expected);
  await runPages();
  const mails = (await inbox()).filter(
    ({ destination, subject }) => destination.to.includes(user.email) && /^New date/.test(subject),
  );
  expect(mails).toHaveLength(1);
  const log = await desk.log(eventId);
  expect(log.map(({ action }: { action: string }) => action)).toEqual(["event.postponed", "event.created"]);
  expect(log[0].changes).toMatchObject({ startsAt: { from: at(start) }, refundUntil: { to: wanted.refundUntil } });
});

test("buyers return their tickets until the window's end, also after `cancelUntil`, and not after it", async () => {
  const { eventId } = await made({ cancelUntil: at(Date.now() - dayMs) });
  const [early, late] = [await bought(eventId), await bought(eventId)];
  expect((await steps.cancel(early, early.orderId)).body.code).toBe("order.not_cancellable");
  const now = Date.now();
  await desk.postpone(eventId, { ...wanted, refundUntil: at(now + 60_000) });
  await desk.patch(eventId, { cancelUntil: at(now - dayMs) });
  expect((await steps.cancel(early, early.orderId)).status).toBe(202);
  expect(await steps.wallet(early)).toBe(100_000);
  vi.useFakeTimers({ toFake: ["Date"], now: now + 61_000 });
  expect((await steps.cancel(late, late.orderId)).body.code).toBe("order.not_cancellable");
});

test("a used ticket is not returned", async () => {
  const { eventId } = await made();
  const user = await bought(eventId);
  const { tickets } = (await steps.get(user, user.orderId)) as unknown as { tickets: { code: string }[] };
  const body = { eventId, code: tickets[0]?.code };
  await stage.call("POST /v1/admin/check-ins", { token: admin.token, body });
  await desk.postpone(eventId, wanted);
  expect((await steps.cancel(user, user.orderId)).body.code).toBe("order.not_cancellable");
});

test("moved again, it keeps its first start, and the window is not shortened", async () => {
  const { eventId } = await made();
  await desk.postpone(eventId, wanted);
  const again = { startsAt: at(start + 60 * dayMs), refundUntil: at(start + 5 * dayMs) };
  const short = await desk.postpone(eventId, again);
  expect([short.status, short.body.errors?.[0].path]).toEqual([422, "refundUntil"]);
  const { body } = await desk.postpone(eventId, { ...again, refundUntil: at(start + 20 * dayMs) });
  expect(body.postponed).toEqual({ from: at(start), refundUntil: at(start + 20 * dayMs) });
});

test("a flight leaves and lands later by as much", async () => {
  const flight = { origin: "ICN", destination: "NRT", departsAt: at(start), arrivesAt: at(start + 7_200_000) };
  const { eventId } = await made({ kind: "flight", flight });
  expect((await desk.postpone(eventId, wanted)).body.flight).toMatchObject({
    departsAt: wanted.startsAt,
    arrivesAt: at(start + 30 * dayMs + 7_200_000),
  });
});

test.each<[string, object, string]>([
  ["the same start", { ...wanted, startsAt: at(start) }, "startsAt"],
  ["a start that has passed", { ...wanted, startsAt: at(Date.now() - dayMs) }, "startsAt"],
  ["a window that has passed", { ...wanted, refundUntil: at(Date.now() - dayMs) }, "refundUntil"],
  ["a window after the start", { ...wanted, refundUntil: at(start + 31 * dayMs) }, "refundUntil"],
])("%s is refused", async (_, body, path) => {
  const { eventId } = await made();
  const reply = await desk.postpone(eventId, body);
  expect(reply.status).toBe(422);
  expect(reply.body.errors.map((fault: { path: string }) => fault.path)).toContain(path);
  expect(await desk.log(eventId)).toHaveLength(1);
});

test("a draft and a cancelled event are not postponed", async () => {
  const draft = (await desk.draft()).body;
  expect((await desk.postpone(draft.eventId, wanted)).body.code).toBe("event.draft");
  const { eventId } = await made();
  await desk.cancel(eventId);
  expect((await desk.postpone(eventId, wanted)).body.code).toBe("event.cancelled");
});
