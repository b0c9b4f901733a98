import { scenario } from "../scenario.ts";

export default scenario({
  title: "Join, enter, look, hold, pay by points: 7, 14 and 28 users a second",
  play: "wholeFlow",
  phases: [7, 14, 28].map((arrivalRate) => ({ duration: 60, arrivalRate, name: `${arrivalRate} users a second` })),
  accounts: { count: 2_940, balance: 1_000_000 },
  event: { zones: 10, rows: 20, seats: 40, queue: { admitPerSecond: 100, maxActive: 2_000 } },
  thresholds: { failed: 0, "hold.p95": 300, "pay.p95": 200, "settled.p95": 1_000 },
  measures: "dynamodb",
});
