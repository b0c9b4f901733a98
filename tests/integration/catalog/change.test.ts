/** The facts of an event change: its lists follow it, its buyers keep their price, and the log says who changed what. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as Catalog from "#core/catalog/index.ts";
import * as Fanout from "#core/fanout/index.ts";
import { everywhere, killer } from "#tests/support/bank.ts";
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
let kill: ReturnType<typeof killer>;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
  desk = organiser(stage, admin);
  steps = shop(stage);
  kill = killer();
});
beforeEach(() => {
  SentAgain.pages();
});

const start = Date.now() + 60 * dayMs;
const made = async (more: object = {}) => (await desk.draft({ startsAt: at(start), publish: true, ...more })).body;
const search = async (query: Record<string, string>): Promise<string[]> =>
  (await stage.call("GET /v1/events", { query })).body.items.map(({ eventId }: { eventId: string }) => eventId);
const read = async (eventId: string) => (await stage.call("GET /v1/events/{eventId}", { params: { eventId } })).body;
const bought = async (eventId: string, wishes: object = {}) => {
  const user = await stage.user({ balance: 1_000_000, ...wishes });
  const { orderId } = await steps.held(user, { eventId, pick: { quantity: 1, sectionId: "G" } });
  await steps.pay(user, orderId);
  await stage.settle();
  return { ...user, orderId };
};

test("every fact can be changed, and everybody reads the new one", async () => {
  const { eventId } = await made();
  const facts = {
    ...{ title: "Another", venue: "B hall", prices: { Standard: 20_000 } },
    ...{ maxSeatsPerOrder: 2, maxSeatsPerUser: 3, holdSeconds: 60 },
    ...{ startsAt: at(start + dayMs), salesCloseAt: at(start - dayMs), cancelUntil: at(start - 2 * dayMs) },
  };
  const { status, body } = await desk.patch(eventId, facts);
  expect([status, body]).toMatchObject([200, { ...facts, revision: 1 }]);
  expect(await read(eventId)).toEqual(body);
  expect((await desk.patch(eventId, facts)).body).toEqual(body); // repeated, it is no change
  const [change, ...more] = await desk.log(eventId);
  expect(more).toHaveLength(1);
  expect(change).toMatchObject({
    action: "event.changed",
    by: admin.userId,
    email: admin.email,
    changes: {
      title: { from: "A draft", to: "Another" },
      prices: { from: { Standard: 10_000 }, to: { Standard: 20_000 } },
      startsAt: { from: at(start), to: at(start + dayMs) },
      cancelUntil: { from: at(start - dayMs), to: at(start - 2 * dayMs) },
    },
  });
});

test("a flight's route and times change, and searches by its route follow", async () => {
  const flight = { origin: "ICN", destination: "NRT", departsAt: at(start), arrivesAt: at(start + 7_200_000) };
  const { eventId } = await made({ kind: "flight", title: "Flight 1", flight });
  expect(await search({ origin: "ICN", destination: "NRT" })).toEqual([eventId]);
  await desk.patch(eventId, { flight: { ...flight, destination: "HND" } });
  expect(await search({ origin: "ICN", destination: "NRT" })).toEqual([]);
  for (const query of [{ destination: "HND" }, { origin: "ICN", destination: "HND" }, { q: "hnd" }] as object[])
    expect(await search(query as Record<string, string>)).toEqual([eventId]);
});

test("a sale that closes at the start closes at the new one, and `cancelUntil` keeps its distance", async () => {
  const { eventId } = await made();
  expect((await desk.patch(eventId, { startsAt: at(start + 5 * dayMs) })).body).toMatchObject({
    salesCloseAt: at(start + 5 * dayMs),
    cancelUntil: at(start + 4 * dayMs),
  });
  const other = await made({ salesCloseAt: at(start - dayMs) });
  expect((await desk.patch(other.eventId, { startsAt: at(start + dayMs) })).body.salesCloseAt).toBe(at(start - dayMs));
});

test.each<[string, object, string]>([
  ["a new category", { prices: { Gold: 1 } }, "prices.Gold"],
  ["a start before the sale's close", { startsAt: at(start), salesCloseAt: at(start + 1) }, "salesCloseAt"],
  ["returning after the start", { cancelUntil: at(start + 1) }, "cancelUntil"],
  [
    "a concert's route",
    { flight: { origin: "ICN", destination: "NRT", departsAt: at(0), arrivesAt: at(1) } },
    "flight",
  ],
])("%s is refused, and nothing is written", async (_, body, path) => {
  const event = await made();
  const reply = await desk.patch(event.eventId, body);
  expect([reply.status, reply.body.errors?.[0].path]).toEqual([422, path]);
  expect(await read(event.eventId)).toEqual(event);
  expect(await desk.log(event.eventId)).toHaveLength(1);
});

test("a price that the gateway cannot charge is refused", async () => {
  const { eventId } = await made();
  const author = { by: admin.userId, now: Date.now(), announce: Fanout.announce };
  const change = Catalog.change({ ...author, eventId, patch: { prices: { Standard: 3 } }, refusal: () => "is odd" });
  await expect(change).rejects.toMatchObject({ extra: { errors: [{ path: "prices.Standard", message: "is odd" }] } });
});

test("an order keeps the price of its hold, and the next one has the new price", async () => {
  const { eventId } = await made();
  const user = await stage.user({ balance: 1_000_000 });
  const { orderId } = await steps.held(user, { eventId, pick: { quantity: 1, sectionId: "G" } });
  await desk.patch(eventId, { prices: { Standard: 30_000 } });
  await steps.pay(user, orderId);
  await stage.settle();
  expect(await steps.get(user, orderId)).toMatchObject({ status: "confirmed", total: 10_000 });
  expect(await steps.wallet(user)).toBe(990_000);
  const other = await stage.user({ balance: 1_000_000 });
  expect(await steps.held(other, { eventId, pick: { quantity: 1, sectionId: "G" } })).toMatchObject({ total: 30_000 });
});

test("a cancelled event changes no more", async () => {
  const { eventId } = await made();
  await desk.cancel(eventId);
  for (const body of [{ title: "New" }, { status: "onsale" }, { queue: { maxActive: 1 } }])
    expect((await desk.patch(eventId, body)).body.code).toBe("event.cancelled");
  expect((await desk.publish(eventId)).body.code).toBe("event.cancelled");
});

test("of two changes of the same fact at the same time one is refused, and the log has what was written", async () => {
  for (let round = 0; round < 5; round++) {
    const { eventId } = await made();
    const titles = ["One", "Two", "Three"];
    const replies = await Promise.all(titles.map((title) => desk.patch(eventId, { title })));
    for (const { status, body } of replies)
      if (status !== 200) expect([status, body.code]).toEqual([409, "event.changed"]);
    const log = (await desk.log(eventId)).filter(({ action }: { action: string }) => action === "event.changed");
    const chain = log.map(({ changes }: { changes: { title: object } }) => changes.title).toReversed();
    expect(chain.length).toBeGreaterThan(0);
    expect(chain[0].from).toBe("A draft");
    expect(chain.at(-1).to).toBe((await read(eventId)).title);
    expect((await read(eventId)).revision).toBe(chain.length);
    await desk.patch(eventId, { title: `Last ${round}` });
    const { found, expected } = await listed(eventId);
    expect(found).toEqual(expected);
  }
});

test("the draw's commitment survives changes of the times before the freeze", async () => {
  const { eventId, draw } = await made({ salesOpenAt: at(Date.now() + dayMs), queue: { enabled: true } });
  await desk.patch(eventId, { startsAt: at(start + dayMs), salesOpenAt: at(Date.now() - 1_000) });
  await desk.postpone(eventId, { startsAt: at(start + 9 * dayMs), refundUntil: at(start) });
  const frozen = await Catalog.freeze({ eventId, lobby: 3, now: Date.now() });
  const { commitment, seed } = (await read(eventId)).draw;
  expect([commitment, seed]).toEqual([draw.commitment, frozen?.seed]);
  // The draw follows from the opening only, so the start may still move, and a sale's close with it.
  expect((await desk.patch(eventId, { salesOpenAt: at(Date.now() + dayMs) })).body.code).toBe("event.draw_frozen");
  const moved = await desk.patch(eventId, { startsAt: at(start + 20 * dayMs) });
  expect(moved.body).toMatchObject({ salesCloseAt: at(start + 20 * dayMs), draw: { commitment, seed } });
});

describe("buyers", () => {
  const told = async ({ email }: { email: string }) =>
    (await inbox()).filter(({ destination, subject }) => destination.to.includes(email) && /^변경 안내/.test(subject));

  test("are mailed once, with the old and the new value, in their language; their calendar takes the new entry", async () => {
    const { eventId } = await made();
    const user = await bought(eventId, { locale: "ko" });
    // A buyer may have read the event as it was for some seconds, so what they bought just before a change counts as seen after it.
    await desk.patch(eventId, { venue: "B hall", startsAt: at(start + dayMs), maxSeatsPerOrder: 3 });
    await runPages();
    const [mail, ...more] = await told(user);
    expect(more).toEqual([]);
    expect(mail?.body.text).toContain("B hall (변경 전: A hall)");
    const [calendar] = mail?.attachments.filter(({ filename }) => filename === "event.ics") ?? [];
    expect(Buffer.from(calendar?.content ?? "", "base64").toString()).toContain("SEQUENCE:1");
  });

  test("of a draft there are none, and a price concerns nobody: no message is sent", async () => {
    const { eventId } = (await desk.draft()).body;
    await desk.patch(eventId, { venue: "B hall" });
    const published = await made();
    await desk.patch(published.eventId, { prices: { Standard: 1 }, status: "paused", queue: { maxActive: 7 } });
    expect(SentAgain.pages()).toEqual([]);
    expect((await read(published.eventId)).revision).toBeUndefined();
  });
});

test("the sale's status, its times and its queue's settings are in the log", async () => {
  const { eventId } = await made();
  await desk.patch(eventId, { status: "paused", queue: { maxActive: 7 } });
  await desk.patch(eventId, { status: "onsale", salesCloseAt: at(start - dayMs) });
  const changes = (await desk.log(eventId)).map((entry: { changes: object }) => entry.changes);
  expect(changes.slice(0, 2)).toEqual([
    { status: { from: "paused", to: "onsale" }, salesCloseAt: { from: at(start), to: at(start - dayMs) } },
    { status: { from: "onsale", to: "paused" }, "queue.maxActive": { from: 1_000, to: 7 } },
  ]);
});

describe("lists", () => {
  const walk = async (query: Record<string, string>): Promise<string[]> => {
    const found: string[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await stage.call("GET /v1/events", {
        query: { ...query, limit: "2", ...(cursor && { cursor }) },
      });
      found.push(...body.items.map(({ eventId }: { eventId: string }) => eventId));
      if (body.next === null) return found;
      cursor = body.next;
    }
  };

  test("a change that is killed at any step leaves the event in its lists once, as it is; repeated, no entry is left over", async () => {
    let [before, after] = [0, 0];
    await everywhere(kill, async (killed, moment) => {
      const [old, next] = ["Old", "New"].map((word) => `${word}${before + after} Shared`) as [string, string];
      const { eventId } = await made({ title: old });
      const patch = { title: next, startsAt: at(start + 40 * dayMs) };
      const author = { by: admin.userId, now: Date.now(), announce: Fanout.announce };
      await killed(() => Catalog.change({ ...author, eventId, patch }));
      const isNew = (await Catalog.find(eventId))?.title === next;
      const seen = await Promise.all([search({ q: old }), search({ q: next }), walk({})]);
      expect([moment, seen[0], seen[1]]).toEqual([moment, isNew ? [] : [eventId], isNew ? [eventId] : []]);
      expect(seen[2].filter((id) => id === eventId)).toHaveLength(1);
      if (isNew) after++;
      else before++;
      expect((await desk.patch(eventId, patch)).status).toBe(200);
      const { found, expected } = await listed(eventId);
      expect([moment, found]).toEqual([moment, expected]);
      const changes = (await desk.log(eventId)).filter(({ action }: { action: string }) => action === "event.changed");
      expect(changes).toHaveLength(1);
    });
    expect([before > 2, after > 2]).toEqual([true, true]);
  });

  test("what a killed change has left is removed by another change, too", async () => {
    for (let n = 1; ; n++) {
      const { eventId } = await made();
      const author = { by: admin.userId, now: Date.now(), announce: Fanout.announce };
      const killed = await kill.run(n, "after", () => Catalog.change({ ...author, eventId, patch: { title: "Gone" } }));
      await desk.patch(eventId, { venue: "C hall" });
      const { found, expected } = await listed(eventId);
      expect([n, found]).toEqual([n, expected]);
      if (!killed) break;
    }
  });
});
