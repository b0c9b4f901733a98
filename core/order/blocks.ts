/** Blocks of free seats in one section: pure, but for the die that the caller hands in (`below(n)`: uniform in [0, n)). */
import * as Catalog from "#core/catalog/index.ts";

type Section = Catalog.SeatIndexSection;
type Seat = Catalog.PlanSeat;
type Wanted = { quantity: number; category?: string | undefined };
type Free = (seatId: string) => boolean;
type Below = (n: number) => number;

/** Free neighbours of one category in a row. `from` is the place in its row of the first of them, aisles not counted. */
type Stretch = { seats: Seat[]; row: number; from: number; width: number };

const stretches = (section: Section, { category }: Wanted, free: Free, row: number): Stretch[] => {
  const runs = section.rows[row] ?? [];
  const width = runs.reduce((sum, run) => sum + run.length, 0);
  const found: Stretch[] = [];
  let from = 0;
  for (const run of runs) {
    let open: Stretch | undefined;
    for (const seat of run) {
      const fits = free(seat.seatId) && (category === undefined || seat.category === category);
      // neighbours of another category have another price: nobody gets both unasked
      if (!fits || (open && open.seats[0]?.category !== seat.category)) open = undefined;
      if (fits && !open) {
        open = { seats: [], row, from, width };
        found.push(open);
      }
      open?.seats.push(seat);
      from++;
    }
  }
  return found;
};

type Block = { seats: Seat[]; score: number };

/** A seat further back costs as much as eight seats away from the middle. */
const OFF_CENTRE = 1 / 8;
/** The best of a section are its best blocks, at least so many or this share of its seats, and twice as many at each new try. */
const BEST = 24;
const SHARE = 1 / 20;

/** A stretch in blocks side by side: they do not overlap, so that two buyers' choices collide only when they are the same. */
const tiles = ({ seats, row, from, width }: Stretch, quantity: number): Block[] =>
  Array.from({ length: Math.floor(seats.length / quantity) }, (_, n) => {
    const middle = from + n * quantity + quantity / 2;
    const score = row + Math.abs(middle - width / 2) * OFF_CENTRE;
    return { seats: seats.slice(n * quantity, (n + 1) * quantity), score };
  });

/** Neighbours: one of the best free blocks, by lot. The front and the middle are best. Undefined where there is none. */
export const adjacent = (section: Section, wanted: Wanted, free: Free, tries: number, below: Below) => {
  const most = Math.max(BEST, section.capacity * SHARE) * 2 ** tries;
  const blocks: Block[] = [];
  for (let row = 0; row < section.rows.length; row++) {
    // what is further back than enough blocks already found is not looked at
    if (blocks.length >= most && blocks.filter(({ score }) => score <= row).length >= most) break;
    for (const stretch of stretches(section, wanted, free, row)) blocks.push(...tiles(stretch, wanted.quantity));
  }
  if (blocks.length === 0) return undefined;
  blocks.sort((a, b) => a.score - b.score);
  return blocks[below(Math.min(blocks.length, Math.floor(most)))]?.seats;
};

/** Not all neighbours, but in as few and as long stretches as there are. Undefined where too few seats are free. */
export const scattered = (section: Section, wanted: Wanted, free: Free, below: Below): Seat[] | undefined => {
  const found = section.rows
    .flatMap((_, row) => stretches(section, wanted, free, row))
    .map((stretch) => ({ ...stretch, lot: below(1 << 30) }))
    .sort((a, b) => b.seats.length - a.seats.length || a.lot - b.lot)
    .flatMap(({ seats }) => seats);
  return found.length < wanted.quantity ? undefined : found.slice(0, wanted.quantity);
};

/** Places of general admission whose ids follow one another as the table sorts them. */
export type Span = { from: string; to: string; numbers: number[] };

const placeId = ({ sectionId }: Section, n: number): string => `${sectionId}-${n}`;

const sorted = new WeakMap<Section, number[]>();

/** The numbers of all places in the order of their ids: 1, 10, 100, 11, … */
const places = (section: Section): number[] => {
  const before = sorted.get(section);
  if (before) return before;
  const numbers = Array.from({ length: section.capacity }, (_, n) => n + 1).sort((a, b) => (`${a}` < `${b}` ? -1 : 1));
  sorted.set(section, numbers);
  return numbers;
};

/** `size` places (at most the capacity) from anywhere in the section. */
export const span = (section: Section, size: number, below: Below): Span => {
  const all = places(section);
  const at = below(all.length - size + 1);
  const numbers = all.slice(at, at + size);
  return { from: placeId(section, numbers[0] ?? 1), to: placeId(section, numbers.at(-1) ?? 1), numbers };
};

/** Places in general admission, where none is better than another, by lot among `numbers`. Undefined where too few are free. */
export const standing = (
  section: Section,
  quantity: number,
  free: Free,
  below: Below,
  numbers: number[] = places(section),
): Seat[] | undefined => {
  const open = (n: number) => free(placeId(section, n));
  const chosen = new Set<number>();
  // while much is free a few throws of the die find enough
  for (let throws = 0; throws < quantity * 8 && chosen.size < quantity; throws++) {
    const n = numbers[below(numbers.length)] ?? 0;
    if (open(n)) chosen.add(n);
  }
  if (chosen.size < quantity) {
    const left = numbers.filter((n) => !chosen.has(n) && open(n));
    while (chosen.size < quantity && left.length > 0) chosen.add(left.splice(below(left.length), 1)[0] ?? 0);
  }
  return chosen.size < quantity
    ? undefined
    : [...chosen].sort((a, b) => a - b).map((n) => Catalog.generalSeat(section, n));
};
