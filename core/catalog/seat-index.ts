/** The seats of an event's immutable plan: whether a seat exists, its section, row, neighbours and category. */
import { memo } from "#core/lib/memo.ts";
import type { Meta } from "./catalog.table.ts";
import { freshMeta } from "./event.ts";
import { generalNumber, seatedZones } from "./plan.ts";
import type { Plan } from "./plan-schema.ts";
import * as PlanStore from "./plan-store.ts";
import type { PlanSeat, Section } from "./schema.ts";

/** Neighbouring seats of a row. An aisle ends one run and begins the next. */
export type Run = PlanSeat[];

export type SeatIndexSection = Section & {
  /** Runs of neighbours by row, in the plan's order. Empty in general admission. */
  rows: Run[][];
  /** A seated section's categories, or the only one of general admission. */
  categories: Set<string>;
};

export type SeatIndex = {
  sections: Map<string, SeatIndexSection>;
  /** A seat of the plan, or one of general admission's virtual seats `<sectionId>-<n>`. */
  seat: (seatId: string) => PlanSeat | undefined;
};

const indexes = memo<SeatIndex>(12);
/** A plan never changes, so an index is dropped only when the memo is full. */
const always = { now: 0, maxAge: Number.POSITIVE_INFINITY };

/** An event's seats, read once per environment. 404 `event.not_found`. */
export const seats = (eventId: string): Promise<SeatIndex> =>
  indexes.get(eventId, always, async () => {
    const meta = await freshMeta(eventId);
    const plan = meta.planChunks > 0 ? PlanStore.parse(await PlanStore.read(eventId, meta.planChunks)) : undefined;
    return index(meta, plan);
  });

/** The n-th place of general admission, from 1. */
export const generalSeat = (section: SeatIndexSection, n: number): PlanSeat => ({
  seatId: `${section.sectionId}-${n}`,
  sectionId: section.sectionId,
  row: null,
  number: null,
  category: [...section.categories][0] ?? "",
});

/** The index of a plan, a pure function of it. */
export const index = ({ sections, general }: Pick<Meta, "sections" | "general">, plan: Plan | undefined): SeatIndex => {
  const byId = new Map<string, PlanSeat>();
  const zones = new Map((plan ? seatedZones(plan) : []).map(({ sectionId, zone }) => [sectionId, zone]));
  const indexed = sections.map((section): SeatIndexSection => {
    const zone = zones.get(section.sectionId);
    if (!zone) return { ...section, rows: [], categories: new Set([general[section.sectionId] ?? ""]) };
    const rows = (zone.rows ?? []).map((row) => runs(row, section.sectionId));
    for (const seat of rows.flat(2)) byId.set(seat.seatId, seat);
    return { ...section, rows, categories: new Set(rows.flat(2).map(({ category }) => category)) };
  });
  const standing = indexed.filter(({ kind }) => kind === "general");
  return {
    sections: new Map(indexed.map((section) => [section.sectionId, section])),
    seat: (seatId) => byId.get(seatId) ?? virtualSeat(standing, seatId),
  };
};

const virtualSeat = (standing: SeatIndexSection[], seatId: string): PlanSeat | undefined => {
  for (const section of standing) {
    const n = generalNumber(seatId, section.sectionId);
    if (n !== undefined && n <= section.capacity) return generalSeat(section, n);
  }
  return undefined;
};

type Row = NonNullable<Plan["zones"][number]["rows"]>[number];
type Seat = Row["seats"][number];

const distance = (a: Seat, b: Seat): number => Math.hypot(a.position.x - b.position.x, a.position.y - b.position.y);

/** A gap of more than 1.6 times the row's usual step is an aisle. */
const runs = (row: Row, sectionId: string): Run[] => {
  const steps = row.seats.slice(1).map((seat, n) => distance(seat, row.seats[n] ?? seat));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor((steps.length - 1) / 2)] ?? 0;
  const found: Run[] = [];
  for (const [n, seat] of row.seats.entries()) {
    const planned: PlanSeat = {
      seatId: seat.seat_guid,
      sectionId,
      row: row.row_number || null,
      number: seat.seat_number || null,
      category: seat.category,
    };
    const run = found.at(-1);
    if (!run || (steps[n - 1] ?? 0) > usual * 1.6) found.push([planned]);
    else run.push(planned);
  }
  return found;
};
