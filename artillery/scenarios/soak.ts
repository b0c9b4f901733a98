import { scenario } from "../scenario.ts";
import flow from "./flow.ts";

export default scenario({
  ...flow,
  title: "15 minutes of the whole flow at half of capacity: memory, handles and latency must not drift",
  phases: [{ duration: 900, arrivalRate: 14 }],
  accounts: { count: 12_600, balance: 1_000_000 },
  thresholds: {
    ...flow.thresholds,
    ...{ "hold.drift": 1.5, "pay.drift": 1.5, "settled.drift": 1.5, "memory.drift": 1.15, "handles.drift": 1.15 },
  },
  event: { zones: 30, rows: 25, seats: 40, queue: { admitPerSecond: 100, maxActive: 2_000 } },
});
