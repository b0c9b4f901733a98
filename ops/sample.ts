/** An event on sale with a queue, small and cheap, as an organiser would post it at `now` (epoch ms). */
import { generalAdmission, prices } from "./seed/plans/club.ts";

export const sampleEvent = (now: number) => ({
  kind: "concert",
  title: "A first evening",
  venue: "The club",
  startsAt: new Date(now + 30 * 86_400_000).toISOString(),
  salesOpenAt: new Date(now).toISOString(),
  currency: "KRW",
  prices,
  generalAdmission,
  queue: { enabled: true, admitPerSecond: 10, maxActive: 100 },
});
