import { scenario } from "../scenario.ts";

export default scenario({
  title: "50,000 visitors join at 2,000 a second, and wait",
  play: "queue",
  phases: [{ duration: 25, arrivalRate: 2_000 }],
  accounts: { count: 50_000 },
  event: { zones: 10, rows: 25, seats: 40, queue: { admitPerSecond: 500, maxActive: 50_000 } },
  thresholds: { failed: 0, impatient: 0, "join.p95": 250, "status.p95": 250, "claim.p95": 250 },
});
