import { scenario } from "../scenario.ts";

export default scenario({
  title: "1,000 want one of 180 seats; cards that are declined or answer late",
  play: "flightDeal",
  phases: [{ duration: 20, arrivalRate: 50 }],
  accounts: { count: 1_000 },
  event: { zones: 1, rows: 30, seats: 6, queue: { admitPerSecond: 30, maxActive: 300 } },
  params: { patience: 120 },
  thresholds: { failed: 0, "hold.p95": 300, "pay.p95": 200 },
  measures: "dynamodb",
});
