/** Availability: taken and free seats, and sold-out sales. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as Catalog from "#core/catalog/index.ts";
import { db, table, transact } from "#core/lib/dynamo.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
const start = Date.parse("2026-11-21T10:00:00.000Z");
beforeAll(async () => {
  stage = await Harness.stage();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

const me = { orderId: "ord_1", userId: "usr_1" };
const seatOf = (eventId: string, seatId: string, sectionId = "A") => ({ eventId, sectionId, seatId });
const hold = (eventId: string, seatId: string, now: number, { orderId, userId } = me, sectionId = "A") =>
  transact([
    Catalog.holdSeat({ seat: seatOf(eventId, seatId, sectionId), orderId, userId, heldUntil: now + 60_000, now }),
  ]);
const available = (eventId: string) => stage.call("GET /v1/events/{eventId}/availability", { params: { eventId } });
const seats = (eventId: string, sectionId = "A") =>
  stage.call("GET /v1/events/{eventId}/sections/{sectionId}/seats", { params: { eventId, sectionId } });
const shown = async (eventId: string) =>
  (await stage.call("GET /v1/events/{eventId}", { params: { eventId } })).body.status;
const listed = async (eventId: string) => {
  const { body } = await stage.call("GET /v1/events", { query: { limit: "100" } });
  return body.items.find((event: { eventId: string }) => event.eventId === eventId)?.status;
};

test("a held or sold seat is shown as taken and every other as free, at most a second late", async () => {
  const standing = { sectionId: "floor", name: "Floor", capacity: 10, category: "Standard" };
  const { eventId } = await stage.event({ plan: Harness.block(2, 3), generalAdmission: [standing] });
  expect((await available(eventId)).body).toEqual({
    sections: [
      { sectionId: "A", capacity: 6, free: 6 },
      { sectionId: "floor", capacity: 10, free: 10 },
    ],
    asOf: new Date(start).toISOString(),
  });
  await hold(eventId, "A-1-1", start);
  await hold(eventId, "A-1-2", start);
  await hold(eventId, "floor-3", start, me, "floor");
  await transact([Catalog.sellSeat({ seat: seatOf(eventId, "A-1-2"), orderId: me.orderId, price: 10_000 })]);
  vi.setSystemTime(start + 1_001);
  const { body, headers } = await available(eventId);
  expect(headers["cache-control"]).toBe("public, max-age=1");
  expect(body.sections.map(({ free }: { free: number }) => free)).toEqual([4, 9]);
  expect((await seats(eventId)).body).toEqual({
    sectionId: "A",
    taken: { "A-1-1": "held", "A-1-2": "sold" },
    asOf: new Date(start + 1_001).toISOString(),
  });
  expect(await seats(eventId, "floor")).toMatchObject({ headers: { "cache-control": "public, max-age=1" } });
  for (const unknown of ["B", "a#b", "%", "x".repeat(300)])
    expect(await seats(eventId, unknown), unknown).toMatchObject({ status: 404, body: { code: "section.not_found" } });
});

test("a lapsed hold is shown as free at once, and the next buyer takes it over without a sweeper", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 2) });
  await hold(eventId, "A-1-1", start);
  const after = start + 60_001;
  vi.setSystemTime(after);
  expect((await seats(eventId)).body.taken).toEqual({});
  expect((await available(eventId)).body.sections[0].free).toBe(2);
  expect(
    await hold(eventId, "A-1-1", start + 60_000, { orderId: "ord_2", userId: "usr_2" }),
    "not at heldUntil",
  ).toBeDefined();
  expect(await hold(eventId, "A-1-1", after, { orderId: "ord_2", userId: "usr_2" }), "but past it").toBeUndefined();
  const late = [
    Catalog.sellSeat({ seat: seatOf(eventId, "A-1-1"), orderId: me.orderId, price: 1 }),
    Catalog.keepSeat({ seat: seatOf(eventId, "A-1-1"), orderId: me.orderId, heldUntil: after + 1 }),
    Catalog.freeSeat({ seat: seatOf(eventId, "A-1-1"), orderId: me.orderId }),
  ];
  for (const item of late) expect(await transact([item]), "the first holder comes too late").toBeDefined();
});

test("a hold that is refused shows that another buyer has the seat", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 1) });
  await hold(eventId, "A-1-1", start);
  const [refusal] = (await hold(eventId, "A-1-1", start, { orderId: "ord_2", userId: "usr_2" })) ?? [];
  expect(Catalog.toTakenSeat(refusal?.item ?? {})).toMatchObject({ seatId: "A-1-1", state: "held", ...me });
});

test("a sale reads as sold out when nothing is free, and as on sale when a hold lapses or a seat comes back", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 2) });
  await hold(eventId, "A-1-1", start);
  await hold(eventId, "A-1-2", start);
  await transact([Catalog.sellSeat({ seat: seatOf(eventId, "A-1-2"), orderId: me.orderId, price: 10_000 })]);
  expect(await shown(eventId)).toBe("soldout");
  expect(await listed(eventId), "lists read the mark that was left").toBe("soldout");

  vi.setSystemTime(start + 61_000);
  expect(await shown(eventId), "the hold has lapsed").toBe("onsale");
  expect(await listed(eventId)).toBe("onsale");

  await hold(eventId, "A-1-1", start + 61_000);
  vi.setSystemTime(start + 67_000);
  await available(eventId);
  expect(await listed(eventId), "a later count keeps the mark").toBe("soldout");

  await transact([Catalog.freeSeat({ seat: seatOf(eventId, "A-1-2"), orderId: me.orderId })]);
  vi.setSystemTime(start + 73_000);
  expect(await shown(eventId), "a seat was given back").toBe("onsale");
});

test("an older count never overwrites a later one", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 1) });
  await db().send(
    new UpdateCommand({
      TableName: table("Catalog"),
      Key: { pk: `EVENT#${eventId}`, sk: "META" },
      UpdateExpression: "SET countedAt = :later",
      ExpressionAttributeValues: { ":later": start + 10_000 },
    }),
  );
  await hold(eventId, "A-1-1", start);
  await available(eventId);
  expect(await listed(eventId)).toBe("onsale");
});

test("a thousand readers at once cost one count", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 2) });
  await available(eventId); // warm
  vi.setSystemTime(start + 1_500);
  let queries = 0;
  const counting = db().middlewareStack;
  counting.add(
    (next, context) => (args) => {
      if (context.commandName === "QueryCommand") queries++;
      return next(args);
    },
    { step: "initialize", name: "counting" },
  );
  try {
    await Promise.all(Array.from({ length: 1_000 }, () => available(eventId)));
    await Promise.all(Array.from({ length: 1_000 }, () => seats(eventId)));
  } finally {
    counting.remove("counting");
  }
  expect(queries).toBe(1);
});

test("the cost of a read follows the number of taken seats, not the size of the hall", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(100, 100) });
  await hold(eventId, "A-1-1", start);
  const before = performance.now();
  const taken = await Catalog.taken(eventId, "A", start);
  expect([...taken.keys()]).toEqual(["A-1-1"]);
  expect(performance.now() - before).toBeLessThan(500);
});
