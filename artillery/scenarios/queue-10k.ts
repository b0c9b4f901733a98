import { scenario } from "../scenario.ts";

export default scenario({
  title: "10,000 visitors join at 1,000 a second, and wait",
  play: "queue",
  phases: [{ duration: 10, arrivalRate: 1_000 }],
  accounts: { count: 10_000 },
  event: { zones: 10, rows: 25, seats: 40, queue: { admitPerSecond: 250, maxActive: 10_000 } },
  thresholds: { failed: 0, impatient: 0, "join.p95": 250, "status.p95": 250, "claim.p95": 250 },
});
