import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import * as Harness from "#tests/support/harness.ts";
import { items, ofUser, shop, tally } from "#tests/support/shop.ts";

let stage: Harness.Stage;
let steps: ReturnType<typeof shop>;
beforeAll(async () => {
  stage = await Harness.stage();
  steps = shop(stage);
});

const users = (count: number) => Promise.all(Array.from({ length: count }, () => stage.user()));

describe("many buyers of the same seats", () => {
  test("a seat that 200 buyers want goes to exactly one, and the others leave nothing behind", async () => {
    const { eventId } = await stage.event();
    const buyers = await users(200);
    const replies = await Promise.all(buyers.map((user) => steps.hold(user, { eventId, seats: ["A-1-1"] })));
    expect(tally(replies)).toEqual({ 201: 1, "409 seat.taken": 199 });
    for (const { status, body } of replies) if (status === 409) expect(body.seats).toEqual(["A-1-1"]);
    const winner = buyers[replies.findIndex(({ status }) => status === 201)] as Harness.User;
    const seats = await items("Seats", eventId);
    expect(seats).toHaveLength(1);
    expect(seats[0]).toMatchObject({ sk: "A-1-1", state: "held", userId: winner.userId });
    const written = (await Promise.all(buyers.map(ofUser))).flat();
    expect(written.map(({ pk, type }) => [pk, type])).toEqual([
      [`USER#${winner.userId}`, undefined],
      [`USER#${winner.userId}`, "order"],
    ]);
  });

  test("500 buyers of overlapping groups of 2 to 4 of 200 seats get no seat twice, no partial hold, and no refusal without proof", async () => {
    const { eventId } = await stage.event();
    const buyers = await users(500);
    const begun: number[] = [];
    const ended: number[] = [];
    const replies: Harness.Reply[] = [];
    await Promise.all(
      buyers.map(async (user, n) => {
        const row = 1 + (n % 10);
        const size = 2 + (n % 3);
        const first = 1 + ((n * 7) % (20 - size + 1));
        const seats = Array.from({ length: size }, (_, i) => `A-${row}-${first + i}`);
        begun[n] = performance.now();
        replies[n] = await steps.hold(user, { eventId, seats });
        ended[n] = performance.now();
      }),
    );
    const codes = tally(replies);
    expect(Object.keys(codes).sort()).toEqual(["201", "409 seat.taken"]);

    const holder = new Map<string, number>(); // seat → its buyer
    for (const [n, { status, body }] of replies.entries()) {
      if (status !== 201) continue;
      for (const { seatId } of body.seats) {
        expect(holder.has(seatId)).toBe(false);
        holder.set(seatId, n);
      }
    }
    const taken = await items("Seats", eventId);
    expect(taken.map(({ sk }) => sk).sort()).toEqual([...holder.keys()].sort());
    for (const { sk, userId } of taken) expect(userId).toBe(buyers[holder.get(sk) as number]?.userId);

    // no seat was given back, so a refusal was true if the seat's holder had begun before the refusal ended
    for (const [n, { status, body }] of replies.entries()) {
      if (status !== 409) continue;
      expect(body.seats.length).toBeGreaterThan(0);
      for (const seatId of body.seats) {
        const by = holder.get(seatId);
        expect(by, `${seatId} was called taken and nobody has it`).toBeDefined();
        expect(begun[by as number]).toBeLessThan(ended[n] as number);
      }
    }
  });
});

describe("one open order per user", () => {
  test("the same idempotency key sent 50 times in parallel makes one order, with the same answer", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user();
    const key = { "idempotency-key": randomUUID() };
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => steps.hold(user, { eventId, seats: ["A-1-1", "A-1-2"] }, key)),
    );
    expect(tally(replies)).toEqual({ 201: 50 });
    expect(new Set(replies.map(({ raw }) => raw.toString())).size).toBe(1);
    expect((await ofUser(user)).filter(({ type }) => type === "order")).toHaveLength(1);
    expect(await items("Seats", eventId)).toHaveLength(2);
  });

  test("a key that is sent with another body is a mismatch, even if that body is refused for other reasons", async () => {
    const { eventId } = await stage.event({ maxSeatsPerOrder: 2 });
    const user = await stage.user();
    const key = { "idempotency-key": randomUUID() };
    await steps.held(user, { eventId, seats: ["A-1-1"] }, key);
    for (const seats of [["A-1-2"], ["A-1-1", "A-1-2"], ["A-1-1", "A-1-2", "A-1-3"], ["nowhere"]]) {
      const reply = await steps.hold(user, { eventId, seats }, key);
      expect([reply.status, reply.body.code]).toEqual([422, "request.idempotency_mismatch"]);
    }
  });

  test("a replay after the order closed answers with the order as it is now, and takes nothing", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user();
    const key = { "idempotency-key": randomUUID() };
    const body = { eventId, seats: ["A-1-1"] };
    const { orderId } = await steps.held(user, body, key);
    expect((await steps.cancel(user, orderId)).status).toBe(204);
    const replay = await steps.hold(user, body, key);
    expect(replay.status).toBe(201);
    expect(replay.body).toMatchObject({ orderId, status: "released" });
    expect(await items("Seats", eventId)).toEqual([]);
  });

  test("a second order while one is open is refused with the open order's id, also for a taken seat, also beyond the limit", async () => {
    const { eventId } = await stage.event({ maxSeatsPerUser: 2, maxSeatsPerOrder: 4 });
    const [user, other] = (await users(2)) as [Harness.User, Harness.User];
    await steps.held(other, { eventId, seats: ["A-2-1"] });
    const { orderId } = await steps.held(user, { eventId, seats: ["A-1-1"] });
    for (const seats of [["A-1-2"], ["A-2-1"], ["A-1-2", "A-1-3", "A-1-4"], ["A-1-1"]]) {
      const reply = await steps.hold(user, { eventId, seats });
      expect([reply.status, reply.body.code, reply.body.orderId]).toEqual([409, "order.open_exists", orderId]);
    }
  });

  test("of a user's 20 simultaneous requests for different seats, one opens an order", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => steps.hold(user, { eventId, seats: [`A-1-${n + 1}`] })),
    );
    expect(tally(replies)).toEqual({ 201: 1, "409 order.open_exists": 19 });
    expect(await items("Seats", eventId)).toHaveLength(1);
  });
});

describe("limits", () => {
  test("an order has at most as many seats as the event allows, and the limit is checked before taken seats", async () => {
    const { eventId } = await stage.event({ maxSeatsPerOrder: 2 });
    const [user, other] = (await users(2)) as [Harness.User, Harness.User];
    await steps.held(other, { eventId, seats: ["A-1-1"] });
    const reply = await steps.hold(user, { eventId, seats: ["A-1-1", "A-1-2", "A-1-3"] });
    expect([reply.status, reply.body.code]).toEqual([409, "order.limit_reached"]);
  });

  test("a user buys at most as many seats of an event as it allows, over several orders and in parallel", async () => {
    const { eventId } = await stage.event({ maxSeatsPerUser: 3, maxSeatsPerOrder: 2 });
    const user = await stage.user({ balance: 1_000_000 });
    const other = await stage.user();
    const first = await steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    await steps.pay(user, first.orderId);
    await stage.settle();
    await steps.held(other, { eventId, seats: ["A-2-1"] });
    const reply = await steps.hold(user, { eventId, seats: ["A-2-1", "A-2-2"] });
    expect([reply.status, reply.body.code]).toEqual([409, "order.limit_reached"]);
    const replies = await Promise.all(
      ["A-3-1", "A-3-2", "A-3-3"].map((seat) => steps.hold(user, { eventId, seats: [seat] })),
    );
    expect(tally(replies)).toEqual({ 201: 1, "409 order.open_exists": 2 });
    const second = replies.find(({ status }) => status === 201)?.body;
    await steps.pay(user, second.orderId);
    await stage.settle();
    expect((await steps.hold(user, { eventId, seats: ["A-4-1"] })).body.code).toBe("order.limit_reached");
    expect((await items("Seats", eventId)).filter(({ state }) => state === "sold")).toHaveLength(3);
  });
});

describe("what cannot be held", () => {
  test("unknown seats are named in the refusal, and nothing is written", async () => {
    const { eventId } = await stage.event();
    const user = await stage.user();
    const reply = await steps.hold(user, { eventId, seats: ["A-1-1", "A-99-1"] });
    expect([reply.status, reply.body.code, reply.body.seats]).toEqual([422, "seat.unknown", ["A-99-1"]]);
    expect(await ofUser(user)).toEqual([]);
  });

  test("a place in general admission cannot be chosen", async () => {
    const { eventId } = await stage.event({
      generalAdmission: [{ sectionId: "floor", name: "Floor", capacity: 10, category: "Standard" }],
    });
    const reply = await steps.hold(await stage.user(), { eventId, seats: ["floor-1"] });
    expect([reply.status, reply.body.code]).toEqual([422, "seat.unknown"]);
  });

  test("a hold is refused before the sale opens, after it closed, and for an event that does not exist", async () => {
    const user = await stage.user();
    const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString();
    const early = await stage.event({ salesOpenAt: hours(1) });
    const late = await stage.event({ salesOpenAt: hours(-2), salesCloseAt: hours(-1) });
    for (const { eventId } of [early, late]) {
      const reply = await steps.hold(user, { eventId, seats: ["A-1-1"] });
      expect([reply.status, reply.body.code]).toEqual([409, "event.not_onsale"]);
    }
    const reply = await steps.hold(user, { eventId: "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV", seats: ["A-1-1"] });
    expect([reply.status, reply.body.code]).toEqual([404, "event.not_found"]);
  });
});
