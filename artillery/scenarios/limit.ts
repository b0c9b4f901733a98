import { scenario } from "../scenario.ts";

export default scenario({
  title: "The generator's own limit: ever more requests to a server that answers at once",
  play: "ask",
  phases: [500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000].map((arrivalRate) => ({ duration: 5, arrivalRate })),
  accounts: { count: 1 },
  event: { zones: 1, rows: 1, seats: 10 },
  thresholds: { failed: 0 },
});
