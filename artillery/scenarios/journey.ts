import { scenario } from "../scenario.ts";

export default scenario({
  title: "500 users in a minute: 13 list pages, the event, the queue, two seats; 2 s between",
  play: "browseAndReserve",
  phases: [{ duration: 60, arrivalCount: 500 }],
  accounts: { count: 500 },
  catalogue: 280,
  event: { zones: 4, rows: 20, seats: 20, queue: { admitPerSecond: 50, maxActive: 1_000 } },
  params: { pause: 2 },
  thresholds: { failed: 0, "list.p95": 100, "event.p95": 100, "join.p95": 100, "hold.p95": 100 },
});
