import { scenario } from "../scenario.ts";
import journey from "./journey.ts";

const { "join.p95": _, ...thresholds } = journey.thresholds;

export default scenario({
  ...journey,
  title: "The same journey by 2,000 users in a minute, without a queue",
  phases: [{ duration: 60, arrivalCount: 2_000 }],
  accounts: { count: 2_000 },
  event: { zones: 8, rows: 25, seats: 30 },
  thresholds,
});
