import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanSeat, SeatIndexSection } from "#core/catalog/index.ts";
import { adjacent, scattered, span, standing } from "#core/order/blocks.ts";

/** Rows as they are drawn: one character a seat, its category; a space is an aisle; `.` is a taken seat of category a. */
const section = (...rows: string[]) => {
  const taken = new Set<string>();
  const built = rows.map((row, r) => {
    let n = 0;
    return row.split(" ").map((run) =>
      [...run].map((character): PlanSeat => {
        const seatId = `${r + 1}-${++n}`;
        if (character === ".") taken.add(seatId);
        const category = character === "." ? "a" : character;
        return { seatId, sectionId: "S", row: String(r + 1), number: String(n), category };
      }),
    );
  });
  const seats = built.flat(2);
  const indexed: SeatIndexSection = {
    sectionId: "S",
    name: "S",
    kind: "seated",
    capacity: seats.length,
    rows: built,
    categories: new Set(seats.map(({ category }) => category)),
  };
  return { indexed, free: (seatId: string) => !taken.has(seatId), taken };
};

const first = () => 0;
const ids = (seats: PlanSeat[] | undefined) => seats?.map(({ seatId }) => seatId);

describe("neighbours", () => {
  test("the front and the middle are best", () => {
    const { indexed, free } = section("aaaaaaaaaa", "aaaaaaaaaa");
    expect(ids(adjacent(indexed, { quantity: 2 }, free, 0, first))).toEqual(["1-5", "1-6"]);
  });

  test("a taken seat, an aisle and another category end a block", () => {
    const { indexed, free } = section("aa.aa", "aa aa", "aabba");
    expect(adjacent(indexed, { quantity: 3 }, free, 0, first)).toBeUndefined();
    expect(ids(adjacent(indexed, { quantity: 2, category: "b" }, free, 0, first))).toEqual(["3-3", "3-4"]);
  });

  test("the best seats at the back are picked before the worst at the front, if the front is far from the middle", () => {
    const { indexed, free } = section(`aa${".".repeat(96)}aa`, "a".repeat(100));
    expect(ids(adjacent(indexed, { quantity: 2 }, free, 0, first))).toEqual(["2-49", "2-50"]);
  });

  test("a crowd spreads over many blocks, and wider with each try", () => {
    const { indexed, free } = section(...Array(40).fill("a".repeat(40)));
    const seen = (tries: number) =>
      new Set(
        Array.from(
          { length: 2_000 },
          (_, n) => ids(adjacent(indexed, { quantity: 2 }, free, tries, (most) => n % most))?.[0],
        ),
      ).size;
    expect(seen(0)).toBeGreaterThanOrEqual(24);
    expect(seen(2)).toBeGreaterThanOrEqual(4 * seen(0) - 4);
  });

  test("picked seats are free, in one row and category, and without gaps, whatever is taken", () => {
    const row = fc.string({ unit: fc.constantFrom("a", "b", ".", " "), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (rows, quantity, die) => {
          const { indexed, free } = section(...rows);
          const below = (most: number) => die % most;
          const found = adjacent(indexed, { quantity }, free, 0, below);
          if (found) {
            expect(found).toHaveLength(quantity);
            expect(found.every(({ seatId }) => free(seatId))).toBe(true);
            expect(new Set(found.map(({ category }) => category)).size).toBe(1);
            const run = indexed.rows.flat().find((seats) => seats.includes(found[0] as PlanSeat)) ?? [];
            const at = run.indexOf(found[0] as PlanSeat);
            expect(run.slice(at, at + quantity)).toEqual(found);
          }
          const apart = scattered(indexed, { quantity }, free, below);
          const left = indexed.rows.flat(2).filter(({ seatId }) => free(seatId)).length;
          expect(apart?.length).toBe(left >= quantity ? quantity : undefined);
          expect(new Set(ids(apart)).size).toBe(apart?.length ?? 0);
          if (found) expect(apart).toBeDefined();
        },
      ),
    );
  });
});

describe("general admission", () => {
  const floor = (capacity: number): SeatIndexSection => ({
    sectionId: "floor",
    name: "Floor",
    kind: "general",
    capacity,
    rows: [],
    categories: new Set(["Standing"]),
  });

  test("picked places are different and free, down to the last", () => {
    const taken = new Set(["floor-1", "floor-3"]);
    const found = standing(floor(5), 3, (id) => !taken.has(id), first);
    expect(ids(found)).toEqual(["floor-2", "floor-4", "floor-5"]);
    expect(standing(floor(5), 4, (id) => !taken.has(id), first)).toBeUndefined();
  });

  test("a span has exactly a range of ids, and every place can be picked", () => {
    const section = floor(1_234);
    const ids = Array.from({ length: 1_234 }, (_, n) => `floor-${n + 1}`).sort();
    const seen = new Set<number>();
    for (let at = 0; at <= 1_234 - 100; at++) {
      const { from, to, numbers } = span(section, 100, () => at);
      expect(numbers.map((n) => `floor-${n}`)).toEqual(ids.filter((id) => id >= from && id <= to));
      for (const n of numbers) seen.add(n);
    }
    expect(seen.size).toBe(1_234);
  });
});
