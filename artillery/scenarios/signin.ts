import { scenario } from "../scenario.ts";

/** What it takes is the password's hash: about 30 ms of a core each. */
export default scenario({
  title: "200 users sign in within ten seconds",
  play: "signIn",
  phases: [{ duration: 10, arrivalCount: 200 }],
  accounts: { count: 200, login: true },
  event: { zones: 1, rows: 1, seats: 10 },
  thresholds: { failed: 0, "signin.p95": 1_000 },
});
