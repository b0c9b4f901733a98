import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import * as Catalog from "#core/catalog/index.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import * as Harness from "#tests/support/harness.ts";
import { items, type Order, shop, tally } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
/** The sections read since then, and hooks before and after the next consistent read. */
let read: { section: string; consistent: boolean; part?: true }[] = [];
let meanwhile: { before: () => Promise<unknown>; after: () => Promise<unknown> } | undefined;

beforeAll(async () => {
  stage = await Harness.stage();
  steps = shop(stage);
  db().middlewareStack.add(
    (next, context) => async (args) => {
      const { ConsistentRead: consistent = false, ExpressionAttributeValues: values } = args.input as Query;
      const section = values?.[":pk"]?.split("#")[1];
      if ((context as { commandName?: string }).commandName !== "QueryCommand" || !section) return next(args);
      read.push({ section, consistent, ...(values?.[":from"] && { part: true }) });
      const acts = consistent ? meanwhile : undefined;
      if (acts) meanwhile = undefined;
      await acts?.before();
      const answer = await next(args);
      await acts?.after();
      return answer;
    },
    { step: "initialize", priority: "low" },
  );
});
type Query = { ConsistentRead?: boolean; ExpressionAttributeValues?: { ":pk"?: string; ":from"?: string } };

afterEach(() => {
  vi.useRealTimers();
  meanwhile = undefined;
});

const users = (count: number) => Promise.all(Array.from({ length: count }, () => stage.user()));
const pick = (user: Harness.User, eventId: string, wanted: object) => steps.hold(user, { eventId, pick: wanted });

const two = (first: string, second: string) => ({
  prices: { Expensive: 50_000, Cheap: 10_000 },
  plan: {
    ...Harness.block(4, 10, "A", "Cheap"),
    categories: ["Expensive", "Cheap"].map((name) => ({ name, color: "#336699" })),
    zones: [...Harness.block(4, 10, "A", first).zones, ...Harness.block(4, 10, "B", second).zones],
  },
});

test("of 80 buyers who pick at the same moment at least 95 % get seats while enough are left", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(14, 14) });
  const buyers = await users(80);
  const replies = await Promise.all(buyers.map((user) => pick(user, eventId, { quantity: 2 })));
  const counts = tally(replies);
  expect(counts[201], JSON.stringify(counts)).toBeGreaterThanOrEqual(76);
  const seats = replies.flatMap(({ body }) => (body.seats ?? []).map(({ seatId }: { seatId: string }) => seatId));
  expect(new Set(seats).size).toBe(seats.length);
  expect(await items("Seats", eventId)).toHaveLength(seats.length);
});

test("picked seats are neighbours, in one row and category", async () => {
  const { eventId } = await stage.event();
  for (const user of await users(5)) {
    const { body } = await pick(user, eventId, { quantity: 4 });
    const numbers = body.seats.map(({ number }: { number: string }) => Number(number));
    expect(new Set(body.seats.map(({ row }: { row: string }) => row)).size).toBe(1);
    expect(numbers).toEqual([0, 1, 2, 3].map((n) => numbers[0] + n));
  }
});

test("without neighbours left, separate seats are picked; with too few left, the answer is none_left and nothing is written", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 6) });
  const [first, second, third] = (await users(3)) as [Harness.User, Harness.User, Harness.User];
  await steps.held(first, { eventId, seats: ["A-1-2", "A-1-4", "A-1-5"] });
  const { body } = await pick(second, eventId, { quantity: 2 });
  expect(body.seats).toHaveLength(2);
  const reply = await pick(third, eventId, { quantity: 2 });
  expect([reply.status, reply.body.code]).toEqual([409, "seat.none_left"]);
  expect((await pick(third, eventId, { quantity: 1 })).status).toBe(201);
  expect((await pick(await stage.user(), eventId, { quantity: 1 })).body.code).toBe("seat.none_left");
  expect(await items("Seats", eventId)).toHaveLength(6);
});

test("the buyer of the last seats is told about their own order, not that nothing is left", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 2), maxSeatsPerUser: 2 });
  const buyer = await stage.user({ balance: 20_000 });
  const wanted = { eventId, pick: { quantity: 2 } };
  const order = await steps.held(buyer, wanted, { "idempotency-key": "the-last-two" });
  expect((await steps.held(buyer, wanted, { "idempotency-key": "the-last-two" })).orderId).toBe(order.orderId);
  expect((await pick(buyer, eventId, { quantity: 1 })).body).toMatchObject({
    code: "order.open_exists",
    orderId: order.orderId,
  });
  await steps.pay(buyer, order.orderId);
  await stage.settle();
  expect((await pick(buyer, eventId, { quantity: 1 })).body.code).toBe("order.limit_reached");
  expect((await pick(await stage.user(), eventId, { quantity: 1 })).body.code).toBe("seat.none_left");
});

test("a buyer whose own order opens and closes during a pick is asked to retry, not told that nothing is left", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 1) });
  const [before, buyer] = (await users(2)) as [Harness.User, Harness.User];
  const first = await steps.held(before, { eventId, seats: ["A-1-1"] });
  let own: Order | undefined;
  meanwhile = {
    before: async () => {
      await steps.cancel(before, first.orderId);
      own = await steps.held(buyer, { eventId, seats: ["A-1-1"] });
    },
    after: () => steps.cancel(buyer, own?.orderId ?? ""),
  };
  expect((await pick(buyer, eventId, { quantity: 1 })).body.code).toBe("order.busy");
  expect((await pick(buyer, eventId, { quantity: 1 })).status).toBe(201);
});

test("an order that is open while a pick finds nothing is named in the answer, even if it is given back a moment later", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 1) });
  const buyer = await stage.user();
  const own = await steps.held(buyer, { eventId, seats: ["A-1-1"] });
  meanwhile = { before: async () => {}, after: () => steps.cancel(buyer, own.orderId) };
  expect((await pick(buyer, eventId, { quantity: 1 })).body).toMatchObject({
    code: "order.open_exists",
    orderId: own.orderId,
  });
});

test("late in a sale full sections are read once a second, however many buyers pick", async () => {
  const { eventId } = await stage.event(two("Cheap", "Expensive"));
  for (const user of await users(10))
    expect((await pick(user, eventId, { quantity: 4, sectionId: "B" })).status).toBe(201);
  vi.useFakeTimers({ toFake: ["Date"] });
  const buyers = await users(6);
  read = [];
  for (const user of buyers.slice(0, 5)) {
    const { body } = await pick(user, eventId, { quantity: 2 });
    expect(body.seats).toMatchObject([{ sectionId: "A" }, { sectionId: "A" }]);
  }
  expect(read.filter(({ section }) => section === "B")).toHaveLength(1);
  expect(read.filter(({ consistent }) => consistent)).toEqual([]);
  vi.setSystemTime(Date.now() + 1_001);
  read = [];
  await pick(buyers[5] as Harness.User, eventId, { quantity: 2 });
  expect(read.filter(({ section }) => section === "B")).toHaveLength(1);
});

/** Two sections of four seats, sold but for `held`, which lapse at `until`. */
const full = async ({ held = [], until = 0 }: { held?: string[]; until?: number } = {}) => {
  const { eventId } = await stage.event({
    plan: { ...Harness.block(1, 4), zones: ["A", "B"].flatMap((zone) => Harness.block(1, 4, zone).zones) },
  });
  const seats = ["A", "B"].flatMap((sectionId) =>
    [1, 2, 3, 4].map((n) => ({ sectionId, seatId: `${sectionId}-1-${n}` })),
  );
  const others = { orderId: "ord_of_somebody", userId: "usr_somebody" };
  const item = (seat: { sectionId: string; seatId: string }) => ({
    ...Catalog.seatKey({ eventId, ...seat }),
    ...others,
    ...(held.includes(seat.seatId) ? { state: "held", heldUntil: until } : { state: "sold" }),
  });
  await putAll("Seats", seats.map(item));
  return eventId;
};

const free = (eventId: string, sectionId: string, seatId: string) =>
  db().send(new DeleteCommand({ TableName: table("Seats"), Key: Catalog.seatKey({ eventId, sectionId, seatId }) }));

test("that nothing is left is read once a second, however many buyers ask, one by one or at once", async () => {
  const eventId = await full();
  vi.useFakeTimers({ toFake: ["Date"] });
  const buyers = await users(20);
  const codes = async (some: Harness.User[]) => {
    const replies = await Promise.all(some.map((user) => pick(user, eventId, { quantity: 2 })));
    return new Set(replies.map(({ body }) => body.code));
  };
  read = [];
  for (const user of buyers.slice(0, 5)) expect(await codes([user])).toEqual(new Set(["seat.none_left"]));
  expect(read).toHaveLength(4); // for each section a fast read, and a consistent one
  vi.setSystemTime(Date.now() + 1_001);
  read = [];
  expect(await codes(buyers.slice(5))).toEqual(new Set(["seat.none_left"]));
  expect(read.map(({ section }) => section).sort()).toEqual(["A", "B"]);
  expect(read.every(({ consistent }) => consistent)).toBe(true);
  vi.setSystemTime(Date.now() + 999);
  read = [];
  expect(await codes(buyers)).toEqual(new Set(["seat.none_left"]));
  expect(read).toEqual([]);
});

test("a seat that another environment gives back is found a second later, and at once by a buyer who had an order of the event", async () => {
  const eventId = await full();
  vi.useFakeTimers({ toFake: ["Date"] });
  const [owner, asker, later] = (await users(3)) as [Harness.User, Harness.User, Harness.User];
  await free(eventId, "A", "A-1-1");
  const order = await steps.held(owner, { eventId, seats: ["A-1-1"] });
  await steps.cancel(owner, order.orderId);
  const again = await steps.held(later, { eventId, seats: ["A-1-1"] });
  expect((await pick(asker, eventId, { quantity: 1 })).body.code).toBe("seat.none_left");
  await free(eventId, "A", "A-1-1"); // as another environment does
  expect((await pick(asker, eventId, { quantity: 1 })).body.code).toBe("seat.none_left");
  expect((await pick(owner, eventId, { quantity: 1 })).body.seats).toMatchObject([{ seatId: "A-1-1" }]);
  await free(eventId, "A", "A-1-1");
  vi.setSystemTime(Date.now() + 1_001);
  expect((await pick(asker, eventId, { quantity: 1 })).body.seats).toMatchObject([{ seatId: "A-1-1" }]);
  expect(again.status).toBe("held");
});

test("seats of a lapsed hold are found at once, even while the sold-out cache is set", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const until = Date.now() + 300;
  const eventId = await full({ held: ["B-1-3"], until });
  const [first, second] = (await users(2)) as [Harness.User, Harness.User];
  expect((await pick(first, eventId, { quantity: 1 })).body.code).toBe("seat.none_left");
  vi.setSystemTime(until);
  expect((await pick(first, eventId, { quantity: 1 })).body.code).toBe("seat.none_left");
  vi.setSystemTime(until + 1);
  read = [];
  expect((await pick(second, eventId, { quantity: 1 })).body.seats).toMatchObject([{ seatId: "B-1-3" }]);
  expect(read).toEqual([{ section: "B", consistent: true }]);
});

test("seats given back during a read are not hidden by what that read caches afterwards", async () => {
  const eventId = await full();
  vi.useFakeTimers({ toFake: ["Date"] });
  const [owner, asker, third] = (await users(3)) as [Harness.User, Harness.User, Harness.User];
  await free(eventId, "A", "A-1-1");
  const order = await steps.held(owner, { eventId, seats: ["A-1-1"] });
  meanwhile = { before: async () => {}, after: () => steps.cancel(owner, order.orderId) };
  await pick(asker, eventId, { quantity: 1, sectionId: "A" });
  expect((await pick(third, eventId, { quantity: 1, sectionId: "A" })).body.seats).toMatchObject([{ seatId: "A-1-1" }]);
});

test("a section without neighbours a moment ago still gives separate seats, and an empty one gives what was given back", async () => {
  const { eventId } = await stage.event({ plan: Harness.block(1, 4) });
  const [first, second, third, last] = (await users(4)) as [Harness.User, Harness.User, Harness.User, Harness.User];
  vi.useFakeTimers({ toFake: ["Date"] });
  const order = await steps.held(first, { eventId, seats: ["A-1-2"] });
  await steps.held(second, { eventId, seats: ["A-1-3"] });
  const fourth = await stage.user();
  expect((await pick(third, eventId, { quantity: 3 })).body.code).toBe("seat.none_left");
  const { body } = await pick(third, eventId, { quantity: 2 });
  await steps.cancel(third, body.orderId);
  read = [];
  expect((await pick(fourth, eventId, { quantity: 2 })).body.seats).toHaveLength(2);
  expect(read).toEqual([{ section: "A", consistent: false }]);
  expect((await pick(last, eventId, { quantity: 1 })).body.code).toBe("seat.none_left");
  await steps.cancel(first, order.orderId);
  expect((await pick(last, eventId, { quantity: 1 })).body.seats).toMatchObject([{ seatId: "A-1-2" }]);
});

test("a pick takes the most expensive section first, the next one when it is full, and the requested one if there is one", async () => {
  const { eventId } = await stage.event(two("Cheap", "Expensive"));
  const picked = async (wanted: object) => (await pick(await stage.user(), eventId, wanted)).body.seats;
  expect(await picked({ quantity: 1 })).toMatchObject([{ sectionId: "B", category: "Expensive", price: 50_000 }]);
  expect(await picked({ quantity: 1, category: "Cheap" })).toMatchObject([{ sectionId: "A", price: 10_000 }]);
  expect(await picked({ quantity: 2, sectionId: "A" })).toMatchObject([{ sectionId: "A" }, { sectionId: "A" }]);
  for (let n = 0; n < 9; n++) await picked({ quantity: 4, sectionId: "B" });
  expect(await picked({ quantity: 4 })).toMatchObject(Array(4).fill({ sectionId: "A" }));
});

test("an unknown section or category is named by its path", async () => {
  const { eventId } = await stage.event();
  const reply = await pick(await stage.user(), eventId, { quantity: 1, sectionId: "Z", category: "Gold" });
  expect(reply.status).toBe(422);
  expect(reply.body.errors.map(({ path }: { path: string }) => path)).toEqual(["pick.sectionId", "pick.category"]);
});

test("general admission is picked to its last place by 60 buyers at once, and no place twice", async () => {
  const { eventId } = await stage.event({
    generalAdmission: [{ sectionId: "floor", name: "Floor", capacity: 100, category: "Standard" }],
  });
  const replies = await Promise.all((await users(60)).map((user) => pick(user, eventId, { quantity: 2 })));
  const counts = tally(replies);
  expect(counts[201], JSON.stringify(counts)).toBe(50);
  expect(counts["409 seat.none_left"]).toBe(10);
  expect(await items("Seats", eventId)).toHaveLength(100);
  expect(replies.find(({ status }) => status === 201)?.body.seats[0]).toMatchObject({ row: null, number: null });
});

test("a pick reads a part of a large general admission, until that part has too few places", async () => {
  const { eventId } = await stage.event({
    generalAdmission: [{ sectionId: "floor", name: "Floor", capacity: 1_000, category: "Standard" }],
  });
  // every second place, so that any part has both
  const [odd, even] = [1, 2].map((from) => Array.from({ length: 500 }, (_, n) => from + 2 * n)) as [number[], number[]];
  const sold = (n: number) => ({
    ...Catalog.seatKey({ eventId, sectionId: "floor", seatId: `floor-${n}` }),
    ...{ state: "sold", orderId: "ord_of_somebody", userId: "usr_somebody" },
  });
  await putAll("Seats", odd.map(sold));
  const [first, second] = (await users(2)) as [Harness.User, Harness.User];
  read = [];
  const { body } = await pick(first, eventId, { quantity: 2 });
  for (const { seatId } of body.seats) expect(even).toContain(Number(seatId.split("-")[1]));
  expect(read).toEqual([{ section: "floor", consistent: false, part: true }]);
  await steps.cancel(first, body.orderId);
  await putAll("Seats", even.slice(0, -1).map(sold));
  expect((await pick(second, eventId, { quantity: 1 })).body.seats).toMatchObject([{ seatId: "floor-1000" }]);
});

test("it also does so when more expensive sections are read first and are sold out", async () => {
  const { eventId } = await stage.event({
    plan: { ...Harness.block(1, 2, "A", "Expensive"), categories: [{ name: "Expensive", color: "#336699" }] },
    prices: { Expensive: 50_000, Cheap: 10_000 },
    generalAdmission: [{ sectionId: "floor", name: "Floor", capacity: 1_000, category: "Cheap" }],
  });
  const [first, second] = (await users(2)) as [Harness.User, Harness.User];
  await steps.held(first, { eventId, seats: ["A-1-1", "A-1-2"] });
  read = [];
  expect((await pick(second, eventId, { quantity: 2 })).body.seats).toMatchObject([{ row: null }, { row: null }]);
  expect(read).toEqual([
    { section: "A", consistent: false },
    { section: "floor", consistent: false, part: true },
  ]);
});

test("a pick cannot ask for more seats than an order may have", async () => {
  const { eventId } = await stage.event({ maxSeatsPerOrder: 2 });
  expect((await pick(await stage.user(), eventId, { quantity: 3 })).body.code).toBe("order.limit_reached");
});
