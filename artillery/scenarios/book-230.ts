import { scenario } from "../scenario.ts";

/** 115 users × 3 requests in a second and a half. */
export default scenario({
  title: "115 users sign up, sign in and book two seats, at 230 requests/s",
  play: "signUpAndBook",
  phases: [{ duration: 1.5, arrivalCount: 115 }],
  accounts: { count: 1 },
  event: { zones: 4, rows: 10, seats: 20 },
  thresholds: { failed: 0, "hold.p95": 300 },
});
