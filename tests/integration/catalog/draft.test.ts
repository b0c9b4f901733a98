/** A draft: nobody but its organisers sees it. It is published once, or deleted without a trace. */
import { beforeAll, expect, test } from "vitest";
import * as Catalog from "#core/catalog/index.ts";
import { everywhere, killer } from "#tests/support/bank.ts";
import * as Harness from "#tests/support/harness.ts";
import { inBetween } from "#tests/support/in-between.ts";
import { at, dayMs, listed, organiser } from "#tests/support/organiser.ts";
import { items, shop } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let admin: Harness.User;
let desk: ReturnType<typeof organiser>;
let kill: ReturnType<typeof killer>;
beforeAll(async () => {
  stage = await Harness.stage();
  admin = await stage.user({ roles: ["admin"] });
  desk = organiser(stage, admin);
  kill = killer();
});

const meanwhile = inBetween();

const search = async (q: string): Promise<string[]> =>
  (await stage.call("GET /v1/events", { query: { q } })).body.items.map(({ eventId }: { eventId: string }) => eventId);
/** Everything of an event in the Catalog, apart from its log. */
const traces = async (eventId: string) =>
  (await items("Catalog", "")).filter(({ pk, sk }) => `${pk} ${sk}`.includes(eventId) && !pk.startsWith("LOG#"));
const nobody = async () => {};

test("a draft is found by no visitor: not by its id, in a list, by a search, in its line, for a hold", async () => {
  const { status, body } = await desk.draft({ title: "Quokkas", plan: Harness.block(2, 3), queue: { enabled: true } });
  expect([status, body.status]).toEqual([201, "draft"]);
  const { eventId } = body;
  const { token } = await stage.user();
  const params = { eventId, sectionId: "A" };
  for (const key of [
    "GET /v1/events/{eventId}",
    "GET /v1/events/{eventId}/plan",
    "GET /v1/events/{eventId}/availability",
    "GET /v1/events/{eventId}/sections/{sectionId}/seats",
    "GET /v1/events/{eventId}/queue",
  ] as const)
    expect([key, (await stage.call(key, { params })).body.code]).toEqual([key, "event.not_found"]);
  const join = await stage.call("POST /v1/events/{eventId}/queue/places", { params, token, body: {} });
  const hold = await stage.call("POST /v1/orders", { token, body: { eventId, seats: ["A-1-1"] } });
  expect([join.body.code, hold.body.code]).toEqual(["event.not_found", "event.not_found"]);
  expect(await search("quokkas")).toEqual([]);
  const all = await stage.call("GET /v1/events", { query: { limit: "100" } });
  expect(String(all.raw)).not.toContain(eventId);
});

test("its organisers see a draft, alone and in their list", async () => {
  const { eventId } = (await desk.draft({ title: "Wombats" })).body;
  expect((await desk.read(eventId)).body).toMatchObject({ eventId, status: "draft", organisationId: "org_test" });
  expect((await desk.own({ limit: "100" })).body.items.map(({ title }: { title: string }) => title)).toContain(
    "Wombats",
  );
});

test("an organiser's list has the last start first, each event once, page by page", async () => {
  const own = await stage.user({ roles: ["admin"] });
  const starts = [40, 42, 41, 44, 43];
  for (const [n, day] of starts.entries())
    await desk.draft({ title: `Page ${day}`, startsAt: at(Date.now() + day * dayMs), publish: n % 2 === 0 });
  const found: string[] = [];
  for (let cursor = ""; ; ) {
    const { body } = await organiser(stage, own).own({ limit: "2", ...(cursor && { cursor }) });
    found.push(...body.items.map(({ title }: { title: string }) => title));
    if (body.next === null) break;
    expect(body.items).toHaveLength(2);
    cursor = body.next;
  }
  const pages = found.filter((title) => title.startsWith("Page"));
  expect(pages).toEqual(starts.toSorted((a, b) => b - a).map((day) => `Page ${day}`));
});

test("an organiser's list is filtered by state and by words of the title, with full pages", async () => {
  const own = await stage.user({ roles: ["admin"] });
  for (const n of [1, 2, 3, 4]) await desk.draft({ title: `Bettongs ${n}`, publish: n % 2 === 0 });
  const titles = async (query: Record<string, string>) => {
    const { body } = await organiser(stage, own).own({ q: "bettongs", ...query });
    return [body.items.map(({ title }: { title: string }) => title).toSorted(), body.next === null];
  };
  expect(await titles({ status: "draft" })).toEqual([["Bettongs 1", "Bettongs 3"], true]);
  expect(await titles({ status: "onsale", limit: "2" })).toEqual([["Bettongs 2", "Bettongs 4"], true]);
  const [first, isLast] = await titles({ status: "draft", limit: "1" });
  expect([first, isLast]).toEqual([["Bettongs 3"], false]);
});

test("once published, it is in all lists and can be bought; published again, nothing changes", async () => {
  const { eventId } = (await desk.draft({ title: "Numbats" })).body;
  expect((await stage.call("GET /v1/events/{eventId}", { params: { eventId } })).status).toBe(404);
  expect((await desk.publish(eventId)).body).toMatchObject({ eventId, status: "onsale" });
  const again = await desk.publish(eventId);
  expect([again.status, again.body.status]).toEqual([200, "onsale"]);
  expect((await stage.call("GET /v1/events/{eventId}", { params: { eventId } })).body.title).toBe("Numbats");
  expect(await search("numbats")).toEqual([eventId]);
  const user = await stage.user();
  await shop(stage).held(user, { eventId, pick: { quantity: 1, sectionId: "G" } });
  const { found, expected } = await listed(eventId);
  expect(found).toEqual(expected);
  expect((await desk.log(eventId)).map(({ action }: { action: string }) => action)).toEqual([
    "event.published",
    "event.created",
  ]);
});

test("of two publications at the same time one is written and logged, and both are answered", async () => {
  const { eventId } = (await desk.draft({ title: "Bilbies" })).body;
  meanwhile(new RegExp(`^EVENT#${eventId}/META`), async () => {
    expect((await desk.publish(eventId)).status).toBe(200);
  });
  expect((await desk.publish(eventId)).body.status).toBe("onsale");
  const actions = (await desk.log(eventId)).map(({ action }: { action: string }) => action);
  expect(actions).toEqual(["event.published", "event.created"]);
});

test("a publication that is killed at any step leaves a draft or the published event, and can be repeated", async () => {
  let published = 0;
  await everywhere(kill, async (killed, at) => {
    const title = `Killed ${at}`;
    const { eventId } = (await desk.draft({ title })).body;
    const publish = () => Catalog.publish({ eventId, by: admin.userId, now: Date.now(), announce: nobody });
    await killed(publish);
    const isDraft = (await Catalog.find(eventId))?.draft === true;
    expect([at, await search(title)]).toEqual([at, isDraft ? [] : [eventId]]);
    expect((await desk.publish(eventId)).status).toBe(200);
    expect(await search(title)).toEqual([eventId]);
    const { found, expected } = await listed(eventId);
    expect(found).toEqual(expected);
    const actions = (await desk.log(eventId)).map(({ action }: { action: string }) => action);
    expect(actions).toEqual(["event.published", "event.created"]);
    published += isDraft ? 0 : 1;
  });
  expect(published).toBeGreaterThan(3);
});

test("prices that the gateway cannot charge are refused at the publication, too", async () => {
  const { eventId } = (await desk.draft()).body;
  const refusal = () => "cannot be charged";
  const publish = Catalog.publish({ eventId, by: "usr_1", now: Date.now(), announce: nobody, refusal });
  await expect(publish).rejects.toMatchObject({ extra: { errors: [{ path: "prices.Standard" }] } });
  expect((await desk.read(eventId)).body.status).toBe("draft");
});

test("a deleted draft leaves its log only; a published event is not deleted", async () => {
  const { eventId } = (await desk.draft({ plan: Harness.block(3, 4) })).body;
  expect((await traces(eventId)).length).toBeGreaterThan(3);
  expect((await desk.remove(eventId)).status).toBe(204);
  expect(await traces(eventId)).toEqual([]);
  expect((await desk.remove(eventId)).body.code).toBe("event.not_found");
  expect((await desk.publish(eventId)).body.code).toBe("event.not_found");
  const deleted = (await items("Catalog", "LOG#org_test")).filter(({ subject }) => subject === eventId);
  expect(deleted).toMatchObject([{ action: "event.deleted", by: admin.userId }]);
  const other = await stage.event();
  expect((await desk.remove(other.eventId)).body.code).toBe("event.published");
  expect((await desk.read(other.eventId)).status).toBe(200);
});

test("a deletion that is killed at any step leaves nothing to see, and can be repeated until nothing is left", async () => {
  await everywhere(kill, async (killed, at) => {
    const { eventId } = (await desk.draft({ plan: Harness.block(3, 4) })).body;
    const remove = () => Catalog.remove({ eventId, by: admin.userId, now: Date.now() });
    await killed(remove);
    const isThere = (await Catalog.find(eventId)) !== undefined;
    const left = await traces(eventId);
    if (!isThere) expect((await desk.publish(eventId)).body.code).toBe("event.not_found");
    else expect(left.length).toBeGreaterThan(3);
    expect([204, 404]).toContain((await desk.remove(eventId)).status);
    expect([at, await traces(eventId)]).toEqual([at, []]);
  });
});

test("of a publication and a deletion at the same time, one wins whole", async () => {
  for (let round = 0; round < 10; round++) {
    const { eventId } = (await desk.draft({ title: `Both ${round}` })).body;
    const [published, removed] = await Promise.all([desk.publish(eventId), desk.remove(eventId)]);
    expect([published.status === 200, removed.status === 204].filter(Boolean)).toHaveLength(1);
    expect(await search(`both ${round}`)).toEqual(published.status === 200 ? [eventId] : []);
  }
});
