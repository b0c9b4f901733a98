/** What the desk says needs a person: of the caller's organisations only, and at the same cost whatever was sold. */
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test, vi } from "vitest";
import type { Attention } from "#core/order/attention-schema.ts";
import { counter } from "#tests/support/bank.ts";
import { runPages } from "#tests/support/cancelled.ts";
import type { User } from "#tests/support/harness.ts";
import { at, dayMs, organiser } from "#tests/support/organiser.ts";
import * as SentAgain from "#tests/support/sent-again.ts";

const shared = counter();
let desk: ReturnType<typeof organiser>;
let clerk: User;
beforeAll(async () => {
  desk = organiser(shared.at.stage, shared.admin);
  clerk = await member("box-office");
});

const member = (role: "box-office" | "entrance" | "owner", organisationId = "org_test") =>
  shared.at.stage.user({ memberships: [{ organisationId, role }] });
const seenBy = async ({ token }: User): Promise<Attention> =>
  (await shared.at.stage.call("GET /v1/admin/attention", { token })).body;
/** The reasons for which this event is listed. */
const reasons = async (eventId: string, user = clerk) =>
  (await seenBy(user)).items.filter((item) => item.eventId === eventId).map(({ reason }) => reason);
const made = async (more: object = {}): Promise<string> => (await desk.draft({ publish: true, ...more })).body.eventId;

test("a draft is listed from three days before its sale opens, until it is published", async () => {
  const eventId = await made({ publish: false, salesOpenAt: at(Date.now() + 2 * dayMs) });
  const later = await made({ publish: false, salesOpenAt: at(Date.now() + 4 * dayMs) });
  expect([await reasons(eventId), await reasons(later)]).toEqual([["draft_soon"], []]);
  await desk.publish(eventId);
  expect(await reasons(eventId)).toEqual([]);
});

test("a paused sale is listed until it goes on", async () => {
  const eventId = await made();
  expect(await reasons(eventId)).toEqual([]);
  await desk.patch(eventId, { status: "paused" });
  expect(await reasons(eventId)).toEqual(["paused"]);
  await desk.patch(eventId, { status: "onsale" });
  expect(await reasons(eventId)).toEqual([]);
});

test("a cancelled event is listed until its orders have ended", async () => {
  const eventId = await made();
  SentAgain.pages(); // those of other events
  await desk.cancel(eventId);
  expect(await reasons(eventId)).toEqual(["cancelling"]);
  await runPages();
  expect(await reasons(eventId)).toEqual([]);
});

test("refunds are counted once the gateway has refused them for an hour", async () => {
  const eventId = await made();
  const user = await shared.at.stage.user();
  const { orderId } = await shared.steps.held(user, { eventId, pick: { quantity: 1, sectionId: "G" } });
  const body = { method: "card", card: { token: "tok_refund_refused" } };
  await shared.steps.pay(user, orderId, body, randomUUID());
  await shared.at.stage.drain();
  await shared.steps.cancel(user, orderId);
  await shared.at.stage.drain();
  expect(await reasons(eventId)).toEqual([]);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_700_000 });
  const manager = await member("box-office"); // whose session is as young as the clock
  expect((await seenBy(manager)).items).toContainEqual(
    expect.objectContaining({ eventId, reason: "refunds", count: 1 }),
  );
  const stranger = await member("owner", "org_other");
  expect(await reasons(eventId, stranger)).toEqual([]);
  vi.useRealTimers();
});

test("nobody sees the events of another organisation, and a member of the entrance may not ask", async () => {
  await desk.patch(await made(), { status: "paused" });
  expect((await seenBy(await member("owner", "org_other"))).items).toEqual([]);
  const { token } = await member("entrance");
  const reply = await shared.at.stage.call("GET /v1/admin/attention", { token });
  expect([reply.status, reply.body.code]).toEqual([403, "organisation.role_too_low"]);
});
