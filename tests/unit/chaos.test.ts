/** Tests the checks of the chaos run. */
import { expect, test } from "vitest";
import { empty, type OrderFacts } from "#ops/audit/index.ts";
import { bound, returned, type Second } from "#tests/simulation/crowd/latency.ts";
import type { Section } from "#tests/simulation/crowd/sale.ts";
import { type Kept, type Story, story } from "#tests/simulation/crowd/story.ts";
import { untruths } from "#tests/simulation/crowd/truth.ts";

const HOUR = 3_600_000;
const sections: Section[] = [{ sectionId: "A", kind: "seated", capacity: 2, seatIds: ["A-1-1", "A-1-2"] }];
const moment = (at: number) => ({ first: at - 2, sent: at - 1, at });

const kept = (orderId: string, at: number, more: Partial<Kept> = {}): Kept =>
  ({
    ...{ orderId, seats: [{ seatId: "A-1-1", sectionId: "A" }], total: 10_000, held: moment(at) },
    ...{ payBy: new Date(at + HOUR).toISOString(), status: "confirmed" },
    ...{ payment: { attemptId: "att_1", method: "points", status: "approved" } },
    ...more,
  }) as Kept;

const storyOf = (userId: string, more: Partial<Story>): Story => ({ ...story(userId, 0), ...more });

const facts = (userId: string, { orderId, status, total, payBy }: Kept): OrderFacts => ({
  ...{ userId, orderId, eventId: "evt_1", total, heldUntil: Date.parse(payBy) + 90_000 },
  ...{ status: status as OrderFacts["status"], seats: [{ seatId: "A-1-1", sectionId: "A", price: 10_000 }] },
});

const judged = (stories: Story[], orders: OrderFacts[]) => untruths({ stories, sections })({ ...empty(0), orders });

const mine = kept("ord_1", 1_000);
const buyer = storyOf("usr_1", { order: mine, asked: 990 });

test("a buyer's record that matches the tables is no violation", () => {
  expect(judged([buyer], [facts("usr_1", mine)])).toEqual([]);
});

test("an order that is missing, or is not what its buyer saw, is reported", () => {
  expect(judged([buyer], [])).toEqual(["ord_1 was promised, and is not there"]);
  expect(judged([buyer], [facts("usr_1", { ...mine, status: "released" })])[0]).toContain("is released");
  expect(judged([buyer], [facts("usr_1", { ...mine, total: 1 })])[0]).toContain("costs 1");
});

test("an order that its buyer was not told about is reported, unless it will lapse", () => {
  const silent = storyOf("usr_1", { asked: 990 });
  expect(judged([silent], [facts("usr_1", mine)])[0]).toContain("never told of it");
  expect(judged([silent], [facts("usr_1", { ...mine, status: "held" })])).toEqual([]);
});

test("a seat sold to a second buyer before the first gave it back is reported; after that it is not", () => {
  const theirs = kept("ord_2", 5_000);
  const other = storyOf("usr_2", { order: theirs, asked: 4_990 });
  expect(judged([buyer, other], [facts("usr_1", mine), facts("usr_2", theirs)])).toEqual([
    "A-1-1 was ord_1's when it was given to ord_2",
  ]);
  const back = kept("ord_1", 1_000, { status: "refunded", left: moment(4_000) });
  const gone = storyOf("usr_1", { order: back, asked: 990 });
  expect(judged([gone, other], [facts("usr_1", back), facts("usr_2", theirs)])).toEqual([]);
});

test("“taken” and “none left” are false only while a seat is certainly free", () => {
  const refused = (quantity: number, code: string, seats: string[] = []) =>
    storyOf("usr_2", { refusals: [{ code, quantity, seats, since: 2_000, at: 2_010 }] });
  const orders = [facts("usr_1", mine)];
  expect(judged([buyer, refused(1, "seat.none_left")], orders)[0]).toContain("while 1 were free");
  expect(judged([buyer, refused(2, "seat.none_left")], orders)).toEqual([]);
  expect(judged([buyer, refused(1, "seat.taken", ["A-1-2"])], orders)[0]).toContain("they were free");
  expect(judged([buyer, refused(1, "seat.taken", ["A-1-1"])], orders)).toEqual([]);
});

test("a cooldown is false unless three holds were released within ten minutes, and so is a fourth hold without one", () => {
  const back = (n: number) => kept(`ord_${n}`, n * 1_000, { status: "released", left: moment(n * 1_000 + 500) });
  const free = ({ payment: _, ...order }: Kept): Kept => order;
  const released = [1, 2, 3, 4].map((n) => free(back(n)));
  const orders = released.map((order) => facts("usr_1", order));
  const waits = (count: number, seconds: number) =>
    judged(
      [storyOf("usr_1", { released: released.slice(0, count), waits: [{ at: 5_000, seconds }] })],
      orders.slice(0, count),
    );
  expect(waits(3, 597)).toEqual([]);
  expect(waits(2, 597)).toEqual(["usr_1: had to wait 597 s, after 2 that were released"]);
  expect(waits(3, 700)).toEqual(["usr_1: had to wait 700 s, after 3 that were released"]);
  expect(waits(3, 400)).toEqual(["usr_1: had to wait 400 s, after 3 that were released"]);
  expect(judged([storyOf("usr_1", { released })], orders)).toEqual([
    "usr_1: held ord_4 without a wait, after three that were released",
  ]);
  expect(judged([storyOf("usr_1", { released: released.slice(0, 3) })], orders.slice(0, 3))).toEqual([]);
});

const second = (hold: number): Second => ({ hold: [hold, hold], pay: [10], settled: [], booked: 1 });
const times = (count: number, hold: number) => Array.from({ length: count }, () => second(hold));

test("the system has recovered when every ten seconds are normal from then on", () => {
  const normal = times(60, 100);
  expect(bound(normal, "hold")).toBe(150);
  expect(returned(normal, times(60, 140))).toBe(0);
  expect(returned(normal, [...times(20, 900), ...times(40, 100)])).toBe(20);
  expect(returned(normal, [...times(50, 100), ...times(10, 900)])).toBeUndefined();
});
