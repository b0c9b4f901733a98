/** CloudFront's cache behaviours, from the route table. Pure functions; they depend on AWS only by the syntax of the patterns. */
import { parametersOf, type Route, routes } from "../core/contract/routes.ts";

export type Behaviour = {
  /** CloudFront's path pattern. `*` matches any characters, including slashes. */
  pattern: string;
  /** Answers may be cached at the edge. Requests of all other behaviours pass through with their headers. */
  cached: boolean;
  /** The query parameters in the cache key. The API gets only these. */
  query: string[];
  /** The edge compresses, and caches one copy per encoding. */
  compressed: boolean;
};

const patternOf = (key: string): string => (key.split(" ")[1] ?? "").replace(/\{\w+\}/g, "*");

/** Not compressed: the queue's status, because it is one small answer for everyone, and a plan, because the API compresses it itself. */
const compresses = ({ service, answers }: Route): boolean => service !== "queue" && typeof answers[200] !== "string";

export const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`).test(path);

/** In the order in which CloudFront matches them: the longest pattern first, the rest of the API last. */
export const behaviours = (table: Record<string, Route> = routes): Behaviour[] => {
  const all = Object.entries(table).map(([key, route]) => ({ pattern: patternOf(key), route }));
  const cached = all.filter(({ route }) => route.cache);
  const shadowed = all.filter(
    ({ pattern, route }) => !route.cache && cached.some((one) => matches(one.pattern, pattern)),
  );
  const made = [...cached, ...shadowed].map(({ pattern, route }) => ({
    pattern,
    cached: route.cache !== undefined,
    query: route.cache ? parametersOf(route).sort() : [],
    compressed: route.cache !== undefined && compresses(route),
  }));
  const distinct = [...new Map(made.map((one) => [one.pattern, one])).values()];
  return [
    ...distinct.sort((a, b) => b.pattern.length - a.pattern.length),
    { pattern: "/v1/*", cached: false, query: [], compressed: false },
  ];
};
