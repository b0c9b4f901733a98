/** The run: find what the machine can do, measure it in peace, storm, and see how fast it is as it was. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Audit, audit, violations } from "#ops/audit/index.ts";
import { openFair, type Tally } from "./fair.ts";
import type { Ground } from "./ground.ts";
import { rate, returned, type Second, type Series, series } from "./latency.ts";
import { begin } from "./weather.ts";

export type Options = {
  seed: number;
  /** At the same time; found out by trying unless given. */
  buyers?: number | undefined;
  /** Seconds. */
  normal: number;
  storm: number;
  after: number;
  say: (line: string) => void;
  /** Ends the storm early. */
  stopped: () => boolean;
};

export type Result = {
  seed: number;
  buyers: number;
  tally: Tally;
  normal: Second[];
  storm: Second[];
  after: Second[];
  /** Seconds after the last fault; undefined: not within the time that was watched. */
  returned: number | undefined;
  faults: { kind: string; times: number; struck: number }[];
  /** E-mails sent again because a fault had lost the word of them. */
  repeatedMails: number;
  audit: Audit;
  violations: string[];
};

/** Buyers at the same time that are tried, and seconds each; more than this a process does not make faster. */
const CROWDS = [8, 16, 32, 48, 64];
const EACH = 8;
/** A bigger crowd that books no more than this much faster only waits longer. */
const GAIN = 1.1;

/** Also warms the machine up. */
const find = async (sendIn: (buyers: number) => void, seen: Series, say: Options["say"]): Promise<number> => {
  let best = { buyers: CROWDS[0] as number, rate: 0 };
  for (const buyers of CROWDS) {
    sendIn(buyers);
    await sleep(EACH * 1_000);
    const booked = rate(seen.slice(seen.now() - EACH + 2, seen.now()));
    say(`${buyers} buyers at a time: ${booked.toFixed(1)} bookings/s`);
    if (booked < best.rate * GAIN) break;
    best = { buyers, rate: booked };
  }
  return best.buyers;
};

/** Everything there is, once more: what falls between two sales belongs to none. */
const whole = async (ground: Ground, sales: Parameters<Ground["look"]>[0]): Promise<Audit> => {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = audit(await ground.look(sales, true));
    if (found.clean || performance.now() > deadline) return found;
    await sleep(1_000);
  }
};

export const storm = async (ground: Ground, options: Options): Promise<Result> => {
  const { seed, say, stopped } = options;
  const seen = series(() => performance.now());
  const fair = openFair({ ground, seed, record: seen.record, booked: seen.booked });
  const rest = ground.tend({ reconcile: 2_000, giveUp: 10_000, redrive: 3_000 });
  let over = "";
  const telling = setInterval(() => say(progress(over, seen, fair.tally)), 5_000);

  const watch = async (name: string, seconds: number, weather?: () => string): Promise<Second[]> => {
    const from = seen.now() + 1;
    while (seen.now() < from + seconds && !(stopped() && name !== "after")) {
      over = `${name} ${seen.now() - from} s${weather ? `, ${weather() || "calm"}` : ""}`;
      fair.check();
      await sleep(200);
    }
    return seen.slice(from, seen.now());
  };

  over = "finding";
  const buyers = options.buyers ?? (await find(fair.sendIn, seen, say));
  fair.sendIn(buyers);
  const normal = await watch("normal", options.normal);
  const weather = begin(ground.faults, seed);
  const stormy = await watch("storm", options.storm, () => weather.now().join(" and "));
  await weather.clear();
  const after = await watch("after", options.after);
  over = "closing";
  await fair.end();
  const last = await whole(ground, fair.sales);
  clearInterval(telling);
  await rest();

  const struck = ground.faults.struck();
  return {
    ...{ seed, buyers, normal, after, storm: stormy, tally: fair.tally, audit: last },
    returned: returned(normal, after),
    faults: [...weather.switched].map(([kind, times]) => ({ kind, times, struck: struck[kind] })),
    repeatedMails: ground.post.repeated(),
    violations: [...new Set([...fair.tally.violations, ...violations(last)])],
  };
};

const progress = (over: string, seen: Series, { sales, buyers, violations }: Tally): string => {
  const booked = rate(seen.slice(seen.now() - 5, seen.now())).toFixed(1);
  return `${over}: ${sales.begun} sales, ${buyers} buyers, ${booked} bookings/s, ${violations.length} violations`;
};
