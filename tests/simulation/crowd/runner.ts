/** Runs sales one after another, two at a time, and the crowd that goes from one to the next. */
import { setTimeout as sleep } from "node:timers/promises";
import { chance } from "#tests/support/faults/board.ts";
import type { Record } from "./ask.ts";
import { visit } from "./buyer.ts";
import type { Fixture } from "./fixture.ts";
import { openSale, type Sale, shapes } from "./sale.ts";
import type { Story } from "./story.ts";

/** The number of "none left" answers after which no more buyers come. */
const SOLD_OUT_ANSWERS = 3;
/** The number of simultaneous sales. */
const SALES_AT_ONCE = 2;
/** ms without progress that a finished sale may take while the next sales have faults. */
const REST_MS = 60_000;

type Selling = { sale: Sale; inside: number; soldOut: number };

export type Tally = {
  sales: { begun: number; soldOut: number; audited: number };
  buyers: number;
  ends: Map<string, number>;
  violations: string[];
};

type Options = { fixture: Fixture; seed: number; record: Record; booked: () => void };

export const openRunner = ({ fixture, seed, record, booked }: Options) => {
  const random = chance(seed);
  const selling: Selling[] = [];
  const closing = new Set<Promise<void>>();
  const sales: Sale[] = [];
  const tally: Tally = { sales: { begun: 0, soldOut: 0, audited: 0 }, buyers: 0, ends: new Map(), violations: [] };
  let opening: Promise<void> | undefined;
  let crowd = 0;
  let workers = 0;
  let over = false;
  let broken: unknown;

  const open = async () => {
    const sale = await openSale(fixture.stage, shapes[tally.sales.begun++ % shapes.length] ?? {});
    sales.push(sale);
    selling.push({ sale, inside: 0, soldOut: 0 });
  };

  const choose = async (): Promise<Selling> => {
    for (;;) {
      if (selling.length < SALES_AT_ONCE)
        opening ??= open().finally(() => {
          opening = undefined;
        });
      if (selling.length === 0) await opening;
      const one = selling[Math.floor(random() * selling.length)];
      if (one) return one;
    }
  };

  const note = (one: Selling, { end }: Story) => {
    tally.ends.set(end, (tally.ends.get(end) ?? 0) + 1);
    if (end === "confirmed" || end === "refunded") booked();
    if (end === "sold out" && ++one.soldOut >= SOLD_OUT_ANSWERS && selling.includes(one)) close(one);
  };

  /** No new buyers come. After the last one has left, abandoned seats are sold too, and then the sale is checked. */
  const close = (one: Selling) => {
    selling.splice(selling.indexOf(one), 1);
    const done = closeDown(one)
      .catch((error: Error) => void tally.violations.push(`${one.sale.eventId}: ${error.stack}`))
      .finally(() => closing.delete(done));
    closing.add(done);
  };

  const closeDown = async (one: Selling) => {
    const { sale } = one;
    while (one.inside > 0) await sleep(50);
    if (!over && !(sale.last && (await isSoldOut(sale)))) {
      if (!sale.last) sale.leap();
      sale.last = true;
      one.soldOut = 0;
      if (!over) return void selling.unshift(one);
    }
    if (sale.last && (await isSoldOut(sale))) tally.sales.soldOut++;
    tally.violations.push(...(await fixture.judge(sale, REST_MS, 2_000)));
    tally.sales.audited++;
  };

  const isSoldOut = async (sale: Sale): Promise<boolean> => {
    const { seats } = await fixture.look([sale]);
    const sold = seats.filter(({ state }) => state === "sold").length;
    return sold === sale.sections.reduce((sum, { capacity }) => sum + capacity, 0);
  };

  const worker = async (n: number) => {
    while (n < crowd && !over && !broken) {
      const one = await choose();
      one.inside++;
      const own = chance(seed * 1_000_003 + tally.buyers++);
      const story = await visit(one.sale, own, record);
      one.inside--;
      note(one, story);
      if (story.end === "sold out") await sleep(100);
    }
  };

  return {
    tally,
    sales,
    /** The number of simultaneous buyers. */
    sendIn: (buyers: number): void => {
      crowd = buyers;
      while (workers < crowd)
        worker(workers++)
          .catch((error) => {
            broken = error;
          })
          .finally(() => workers--);
    },
    /** Throws the error that stopped the crowd, if any. */
    check: (): void => {
      if (broken) throw broken;
    },
    /** Admits no new buyers, and resolves when all have left and every sale was checked. */
    end: async (): Promise<void> => {
      over = true;
      while (workers > 0) await sleep(50);
      for (const one of [...selling]) close(one);
      while (closing.size > 0) await Promise.all(closing);
    },
  };
};

export type Runner = ReturnType<typeof openRunner>;
