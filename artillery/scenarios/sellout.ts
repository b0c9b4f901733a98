import { scenario } from "../scenario.ts";

/** A spike, then a stream that finds what the abandoned holds give back after `holdSeconds` and five minutes of grace. */
export default scenario({
  title: "30,000 buyers for 15,000 seats; everyone wants the front, a third abandons what they hold",
  play: "sellOut",
  phases: [
    { duration: 60, arrivalRate: 250, name: "the spike" },
    { duration: 360, arrivalRate: 42, name: "the rest" },
  ],
  accounts: { count: 30_120, balance: 1_000_000 },
  event: {
    ...{ zones: 15, rows: 25, seats: 40, holdSeconds: 20 },
    queue: { admitPerSecond: 60, maxActive: 2_000, claimSeconds: 30 },
  },
  params: { rowSeats: 40, patience: 400 },
  thresholds: { failed: 0, "pick.success": 95 },
  measures: "dynamodb",
  rest: 320,
});
