/** WAF's rate rules in front of CloudFront. They count if `ONSALE_FIREWALL` is set, as on AWS. */
import { blocked, type RateRule, rateRules } from "#core/contract/firewall.ts";
import type { Edge } from "./edge.ts";
import { type HttpRequest, own } from "./payload.ts";

type Counter = { rule: RateRule; paths: RegExp; windows: Map<string, { until: number; count: number }> };

const counts = ({ rule: { method, query, others, scheme }, paths }: Counter, request: HttpRequest): boolean =>
  (others ? /^\/+v1\//.test(request.path) && !paths.test(request.path) : paths.test(request.path)) &&
  (method === undefined || method === request.method) &&
  (query === undefined || (request.query ?? "") !== "") &&
  (scheme === undefined || (request.headers?.authorization ?? "").startsWith(`${scheme} `));

const senderOf = ({ per }: RateRule, { viewer = "", headers }: HttpRequest): string | undefined =>
  per === "token" ? headers?.authorization : viewer.slice(0, viewer.lastIndexOf(":"));

/**
 * Counts in windows that begin with a sender's first request. On AWS the window slides and is checked every few seconds, so AWS lets a
 * little more through at once and blocks for a shorter time.
 */
export const createFirewall = (edge: Edge, rules: readonly RateRule[] = rateRules, now = Date.now): Edge => {
  const counters: Counter[] = rules.map((rule) => ({
    rule,
    paths: new RegExp(`^(?:${rule.paths.join("|")})$`),
    windows: new Map(),
  }));
  const isOver = (counter: Counter, request: HttpRequest): boolean => {
    const { rule, windows } = counter;
    const sender = senderOf(rule, request);
    if (sender === undefined || !counts(counter, request)) return false;
    const at = now();
    const window = windows.get(sender);
    if (window && window.until > at) return ++window.count > rule.limit;
    for (const [other, { until }] of windows) if (until <= at) windows.delete(other);
    windows.set(sender, { until: at + rule.seconds * 1000, count: 1 });
    return rule.limit < 1;
  };
  return {
    ...edge,
    fetch: async (request) => {
      if (!counters.some((counter) => isOver(counter, request))) return edge.fetch(request);
      const answer = own(blocked.status, JSON.parse(blocked.body));
      return { ...answer, headers: { ...answer.headers, "retry-after": String(blocked.retryAfter) } };
    },
  };
};
