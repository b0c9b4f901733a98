import { scenario } from "../scenario.ts";

export default scenario({
  title: "150 users confirm and pay within a second; every fifth has too few points, charges, pays again",
  play: "confirmAndPay",
  phases: [{ duration: 1, arrivalCount: 150 }],
  accounts: { count: 150, balance: 100_000, poor: 5 },
  event: { zones: 4, rows: 10, seats: 20 },
  thresholds: { failed: 0, "pay.p95": 200, "settled.p95": 1_000 },
  measures: "dynamodb",
});
