import { scenario } from "../scenario.ts";

/** What is abandoned stays held for `holdSeconds` and five minutes of grace: after that every seat is sold or free. */
export default scenario({
  title: "30,000 buyers for 15,000 seats; everyone wants the front, a third abandons what they hold",
  play: "sellOut",
  phases: [{ duration: 400, arrivalRate: 75 }],
  accounts: { count: 30_000, balance: 1_000_000 },
  event: {
    ...{ zones: 15, rows: 25, seats: 40, holdSeconds: 20 },
    queue: { admitPerSecond: 15, maxActive: 3_000, claimSeconds: 30 },
  },
  params: { rowSeats: 40, patience: 600 },
  thresholds: { failed: 0, "pick.success": 95, "seats.held": 0 },
  rest: 325,
  measures: "dynamodb",
});
