import { scenario } from "../scenario.ts";

/** The rate is what two cores give the system, its engines and the load generator together within the bounds. */
export default scenario({
  title: "50,000 visitors join at 1,087 a second, and wait",
  play: "queue",
  phases: [{ duration: 46, arrivalCount: 50_000 }],
  accounts: { count: 50_000 },
  event: { zones: 10, rows: 25, seats: 40, queue: { admitPerSecond: 500, maxActive: 50_000 } },
  thresholds: { failed: 0, impatient: 0, "join.p95": 250, "status.p95": 250, "claim.p95": 250 },
});
