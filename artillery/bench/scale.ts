/**
 * `npm run bench:scale`: the queue with more and more visitors, beyond what one machine could send. It runs the real core and its real
 * scripts on a real Redis, without HTTP. Time is an argument, so an hour of waiting takes minutes. Counts are exact; CPU and times are
 * this machine's.
 */
import "./quiet.ts";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { now } from "../../core/lib/clock.ts";
import * as Ids from "../../core/lib/ids.ts";
import * as Queue from "../../core/queue/index.ts";
import { startEngines } from "../../tests/support/engines.ts";
import { stage as makeStage } from "../../tests/support/stage.ts";
import { type Direct, direct } from "./direct.ts";
import { type Measured, meter, number } from "./meter.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "1000,10000,100000,1000000" },
    json: { type: "boolean", default: false },
  },
});

const AT_ONCE = 16;
/** The number of visitors who enter and leave while all others wait. */
const ENTERING = 20_000;
/** Visitors who join in one second of the sale's time. */
const ARRIVALS = 2_000;
const RULES = { admitPerSecond: 1_000, maxActive: 100_000, sessionSeconds: 600, claimSeconds: 60 };

const say = (line: string) => console.error(line);

const inLanes = async (count: number, work: (n: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
      for (let n = next++; n < count; n = next++) await work(n);
    }),
  );
};

const percentile = (times: number[], p: number): number =>
  times.sort((a, b) => a - b)[Math.floor(times.length * p)] ?? 0;

/** Status calls while all visitors wait: the counts of one call, and the time of each alone. */
const polls = async (measure: ReturnType<typeof meter>, eventId: string, at: number) => {
  const CALLS = 500;
  const times: number[] = [];
  const cost = await measure(CALLS, async () => {
    for (let n = 0; n < CALLS; n++) {
      const began = performance.now();
      await Queue.status({ eventId, now: at + n * 1_000 });
      times.push(performance.now() - began);
    }
  });
  return { cost, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
};

/** Every visitor joins and waits. The line is paused meanwhile. */
const sale = async (stage: Awaited<ReturnType<typeof makeStage>>, server: Redis, wire: Direct, visitors: number) => {
  const { eventId } = await stage.event({ queue: RULES });
  const measure = meter(server, wire);
  const start = now();
  let clock = start;
  const users = Array.from({ length: visitors }, () => Ids.make("usr", start));
  const places: string[] = new Array(visitors);
  const numbers: number[] = new Array(visitors);
  const before = number(await server.info("memory"), "used_memory");
  // the line does not move while they join, so that all wait at once
  await stage.call("PATCH /v1/admin/events/{eventId}", {
    params: { eventId },
    token: (await stage.user({ roles: ["admin"] })).token,
    body: { status: "paused" },
  });
  const join = await measure(visitors, () =>
    inLanes(visitors, async (n) => {
      clock = Math.max(clock, start + 3_000 + Math.floor((n * 1000) / ARRIVALS));
      const { place, number } = await Queue.join({ userId: users[n] as string, eventId, now: clock });
      places[n] = place;
      numbers[n] = number as number;
    }),
  );
  const memory = (number(await server.info("memory"), "used_memory") - before) / visitors;
  const status = await polls(measure, eventId, clock + 1_000);
  clock += 502_000;
  return { eventId, measure, users, places, numbers, clock, join, status, memory };
};

/** The line moves, and called visitors enter and leave. One status call is made in each second of the sale's time. */
const enter = async (stage: Awaited<ReturnType<typeof makeStage>>, sale_: Awaited<ReturnType<typeof sale>>) => {
  const { eventId, measure, users, places, numbers } = sale_;
  await stage.call("PATCH /v1/admin/events/{eventId}", {
    params: { eventId },
    token: (await stage.user({ roles: ["admin"] })).token,
    body: { status: "onsale" },
  });
  const byNumber: number[] = [];
  for (const [visitor, number] of numbers.entries()) byNumber[number] = visitor;
  let clock = sale_.clock + 5_000;
  const entering = Math.min(users.length, ENTERING);
  let served = 0;
  let seconds = 0;
  const moves = await measure(entering, async () => {
    while (served < entering) {
      clock += 1_000;
      seconds++;
      const { serving } = await Queue.status({ eventId, now: clock });
      const called: number[] = [];
      for (let number = served + 1; number <= Math.min(serving, entering); number++) {
        const visitor = byNumber[number];
        if (visitor !== undefined) called.push(visitor);
      }
      served = Math.max(served, serving);
      await inLanes(called.length, async (n) => {
        const visitor = called[n] as number;
        const userId = users[visitor] as string;
        await Queue.claim({ userId, eventId, now: clock, place: places[visitor] as string });
        await Queue.free({ userId, eventId });
      });
    }
  });
  return { moves, seconds };
};

const fixed = (value: number): number => Math.round(value * 100) / 100;
const row = (measured: Measured) =>
  Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, fixed(value)])) as Measured;

const measureSize = async (
  stage: Awaited<ReturnType<typeof makeStage>>,
  server: Redis,
  wire: Direct,
  visitors: number,
) => {
  say(`${visitors} visitors join …`);
  const waiting = await sale(stage, server, wire, visitors);
  say(`${visitors} visitors enter and leave …`);
  const { moves, seconds } = await enter(stage, waiting);
  const { join, status, memory } = waiting;
  return {
    visitors,
    join: row(join),
    status: { ...row(status.cost), "p50 ms": fixed(status.p50), "p99 ms": fixed(status.p99) },
    "claim and leave": row(moves),
    "seconds of entering": seconds,
    "Redis bytes kept": fixed(memory),
    life: row(
      Object.fromEntries(
        Object.keys(join).map((name) => [name, join[name as keyof Measured] + moves[name as keyof Measured]]),
      ) as Measured,
    ),
  };
};

const print = (sizes: Awaited<ReturnType<typeof measureSize>>[]): void => {
  const table = (title: string, of: (size: (typeof sizes)[number]) => object) => {
    console.log(`\n${title}`);
    console.table(Object.fromEntries(sizes.map((size) => [size.visitors.toLocaleString("en"), of(size)])));
  };
  table("Joining, by visitor", ({ join }) => join);
  table("A status call, while all of them wait", ({ status }) => status);
  table("Being called, entering and leaving, by visitor", (size) => size["claim and leave"]);
  table("A visitor's whole visit", ({ life, ...size }) => ({ ...life, "Redis bytes kept": size["Redis bytes kept"] }));
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last || first === last) return;
  const ratio = (a: number, b: number) => (b / a).toFixed(3);
  console.log(`\n${last.visitors.toLocaleString("en")} ÷ ${first.visitors.toLocaleString("en")}:`);
  for (const name of ["Redis calls", "commands inside", "bytes"] as const)
    console.log(
      `  ${name} a visitor × ${ratio(first.life[name], last.life[name])}, a status call × ${ratio(first.status[name], last.status[name])}`,
    );
};

const main = async () => {
  const { addresses, redis, stop } = await startEngines({ say });
  const server = new Redis(addresses.redis.redisUrl);
  let wire: Direct | undefined;
  try {
    const stage = await makeStage(addresses);
    wire = direct(addresses.redis.redisUrl);
    const sizes: Awaited<ReturnType<typeof measureSize>>[] = [];
    console.log(
      `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${redis}, ${new Date().toISOString().slice(0, 10)}`,
    );
    await measureSize(stage, server, wire, 500); // warms everything up
    for (const size of values.sizes.split(",").map(Number)) sizes.push(await measureSize(stage, server, wire, size));
    if (values.json) console.log(JSON.stringify(sizes, null, 2));
    else print(sizes);
  } finally {
    wire?.stop();
    server.disconnect();
    await stop();
  }
};

await main();
process.exit(0);
