/**
 * A chaos run: finds the machine's highest throughput, measures it without faults, plays faults, and waits until it is as fast as before.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Audit } from "#ops/audit/index.ts";
import { type Checked, check } from "../checker.ts";
import { begin } from "../schedule.ts";
import type { Fixture } from "./fixture.ts";
import { rate, returned, type Second, type Series, series } from "./latency.ts";
import { openRunner, type Tally } from "./runner.ts";

export type Options = {
  seed: number;
  /** Simultaneous buyers; found by trying by default. */
  buyers?: number | undefined;
  /** Seconds. */
  normal: number;
  struck: number;
  after: number;
  say: (line: string) => void;
  /** Ends the part with faults early. */
  stopped: () => boolean;
};

export type Result = {
  seed: number;
  buyers: number;
  tally: Tally;
  normal: Second[];
  struck: Second[];
  after: Second[];
  /** Seconds after the last fault; undefined: not within the measured time. */
  returned: number | undefined;
  faults: { kind: string; times: number; struck: number }[];
  /** E-mails sent twice because a fault had lost SES's answer or the mark. */
  repeatedMails: number;
  audit: Audit;
  violations: string[];
};

/** The numbers of simultaneous buyers that are tried, and the seconds of each. More buyers do not make one process faster. */
const CROWD_SIZES = [8, 16, 32, 48, 64];
const EACH_SECONDS = 8;
/** A larger crowd whose throughput is at most this much higher only waits longer. */
const GAIN = 1.1;

/** This also warms the machine up. */
const find = async (sendIn: (buyers: number) => void, seen: Series, say: Options["say"]): Promise<number> => {
  let best = { buyers: CROWD_SIZES[0] as number, rate: 0 };
  for (const buyers of CROWD_SIZES) {
    sendIn(buyers);
    await sleep(EACH_SECONDS * 1_000);
    const booked = rate(seen.slice(seen.now() - EACH_SECONDS + 2, seen.now()));
    say(`${buyers} buyers at a time: ${booked.toFixed(1)} bookings/s`);
    if (booked < best.rate * GAIN) break;
    best = { buyers, rate: booked };
  }
  return best.buyers;
};

/** Checks everything once more, including items of no single sale. */
const whole = async (fixture: Fixture, sales: Parameters<Fixture["look"]>[0]): Promise<Checked> => {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = check(await fixture.look(sales, true));
    if (found.audit.clean || performance.now() > deadline) return found;
    await sleep(1_000);
  }
};

export const chaos = async (fixture: Fixture, options: Options): Promise<Result> => {
  const { seed, say, stopped } = options;
  const seen = series(() => performance.now());
  const runner = openRunner({ fixture, seed, record: seen.record, booked: seen.booked });
  const rest = fixture.operate({ reconcile: 2_000, giveUp: 10_000, redrive: 3_000 });
  let over = "";
  const telling = setInterval(() => say(progress(over, seen, runner.tally)), 5_000);

  const watch = async (name: string, seconds: number, faults?: () => string): Promise<Second[]> => {
    const from = seen.now() + 1;
    while (seen.now() < from + seconds && !(stopped() && name !== "after")) {
      over = `${name} ${seen.now() - from} s${faults ? `, ${faults() || "none now"}` : ""}`;
      runner.check();
      await sleep(200);
    }
    return seen.slice(from, seen.now());
  };

  over = "finding";
  const buyers = options.buyers ?? (await find(runner.sendIn, seen, say));
  runner.sendIn(buyers);
  const normal = await watch("normal", options.normal);
  const schedule = fixture.faults && begin(fixture.faults, seed);
  const struck = await watch("faults", options.struck, () => schedule?.now().join(" and ") ?? "");
  await schedule?.clear();
  const after = await watch("after", options.after);
  over = "closing";
  await runner.end();
  const last = await whole(fixture, runner.sales);
  clearInterval(telling);
  await rest();

  const strikes = fixture.faults?.struck();
  return {
    ...{ seed, buyers, normal, after, struck, tally: runner.tally, audit: last.audit },
    returned: returned(normal, after),
    faults: [...(schedule?.switched ?? [])].map(([kind, times]) => ({ kind, times, struck: strikes?.[kind] ?? 0 })),
    repeatedMails: fixture.post.repeated(),
    violations: [...new Set([...runner.tally.violations, ...last.violations])],
  };
};

const progress = (over: string, seen: Series, { sales, buyers, violations }: Tally): string => {
  const booked = rate(seen.slice(seen.now() - 5, seen.now())).toFixed(1);
  return `${over}: ${sales.begun} sales, ${buyers} buyers, ${booked} bookings/s, ${violations.length} violations`;
};
