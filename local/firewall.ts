/** WAF's rate rule before CloudFront's cache, where `ONSALE_FIREWALL` asks for it, as on AWS. */
import { rateRule } from "#functions/firewall.ts";
import type { Edge } from "./edge.ts";
import { own } from "./payload.ts";

/**
 * Lets an address have `limit` requests in a window (0: as many as it likes) that begins with the first of them. AWS's window slides, and
 * AWS looks every few seconds, so that there a little more gets through at once and blocking ends sooner.
 */
export const createFirewall = (edge: Edge, limit: number, now = Date.now): Edge => {
  const windows = new Map<string, { until: number; count: number }>();
  const counted = (viewer: string): number => {
    const at = now();
    const address = viewer.slice(0, viewer.lastIndexOf(":"));
    const window = windows.get(address);
    if (window && window.until > at) return ++window.count;
    for (const [other, { until }] of windows) if (until <= at) windows.delete(other);
    windows.set(address, { until: at + rateRule.seconds * 1000, count: 1 });
    return 1;
  };
  if (limit === 0) return edge;
  return {
    ...edge,
    fetch: async (request) =>
      !request.path.endsWith(rateRule.uncounted) && counted(request.viewer ?? "") > limit
        ? own(403, { message: "Forbidden" })
        : edge.fetch(request),
  };
};
