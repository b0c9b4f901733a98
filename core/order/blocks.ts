/** Blocks of free seats in one section. Pure: the caller gives the random numbers (`below(n)`: uniform in [0, n)). */
import * as Catalog from "#core/catalog/index.ts";

type Section = Catalog.SeatIndexSection;
type Seat = Catalog.PlanSeat;
type Wanted = { quantity: number; category?: string | undefined };
type Free = (seatId: string) => boolean;
type Below = (n: number) => number;

/** Free neighbours of one category in a row. `from` is the position of the first of them in its row, without aisles. */
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
      // Neighbours of another category have another price, so a block never has both.
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

/** The score of one seat away from the middle, in rows: one row further back is as bad as eight seats away from the middle. */
const rowsPerSeatOffCentre = 1 / 8;
/** A pick chooses among the best blocks of a section: at least this number, or this share of its seats. Each new try doubles it. */
const minBestBlocks = 24;
const bestBlocksPerSeat = 1 / 20;

/** Cuts a stretch into blocks side by side. They do not overlap, so two buyers' choices collide only if they are the same block. */
const tiles = ({ seats, row, from, width }: Stretch, quantity: number): Block[] =>
  Array.from({ length: Math.floor(seats.length / quantity) }, (_, n) => {
    const middle = from + n * quantity + quantity / 2;
    const score = row + Math.abs(middle - width / 2) * rowsPerSeatOffCentre;
    return { seats: seats.slice(n * quantity, (n + 1) * quantity), score };
  });

/** Neighbours: one of the best free blocks, at random. The front and the middle are best. Undefined if there is none. */
export const adjacent = (section: Section, wanted: Wanted, free: Free, tries: number, below: Below) => {
  const most = Math.max(minBestBlocks, section.capacity * bestBlocksPerSeat) * 2 ** tries;
  const blocks: Block[] = [];
  for (let row = 0; row < section.rows.length; row++) {
    // Once enough blocks are found, the rows behind them are not searched.
    if (blocks.length >= most && blocks.filter(({ score }) => score <= row).length >= most) break;
    for (const stretch of stretches(section, wanted, free, row)) blocks.push(...tiles(stretch, wanted.quantity));
  }
  if (blocks.length === 0) return undefined;
  blocks.sort((a, b) => a.score - b.score);
  return blocks[below(Math.min(blocks.length, Math.floor(most)))]?.seats;
};

/** Seats that are not all neighbours: from the longest stretches, so from as few as possible. Undefined if too few seats are free. */
export const scattered = (section: Section, wanted: Wanted, free: Free, below: Below): Seat[] | undefined => {
  const found = section.rows
    .flatMap((_, row) => stretches(section, wanted, free, row))
    .map((stretch) => ({ ...stretch, lot: below(1 << 30) }))
    .sort((a, b) => b.seats.length - a.seats.length || a.lot - b.lot)
    .flatMap(({ seats }) => seats);
  return found.length < wanted.quantity ? undefined : found.slice(0, wanted.quantity);
};

/** Places of general admission with consecutive ids, as the table sorts them. */
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

/** Random places of general admission among `numbers`: no place is better than another. Undefined if too few are free. */
export const standing = (
  section: Section,
  quantity: number,
  free: Free,
  below: Below,
  numbers: number[] = places(section),
): Seat[] | undefined => {
  const open = (n: number) => free(placeId(section, n));
  const chosen = new Set<number>();
  // While many places are free, a few random numbers find enough.
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
