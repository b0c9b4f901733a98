import { scenario } from "../scenario.ts";
import journey from "./journey.ts";

export default scenario({
  ...journey,
  title: "The same journey by 2,000 users in a minute, with a queue",
  phases: [{ duration: 60, arrivalCount: 2_000 }],
  accounts: { count: 2_000 },
  event: { zones: 8, rows: 25, seats: 30, queue: { admitPerSecond: 50, maxActive: 1_000 } },
});
