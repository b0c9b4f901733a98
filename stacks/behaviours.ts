/** CloudFront's cache behaviours, from the route table. Pure: it knows nothing of AWS but the patterns. */
import { parametersOf, type Route, routes } from "../core/contract/routes.ts";

export type Behaviour = {
  /** CloudFront's path pattern; `*` is any characters, slashes too. */
  pattern: string;
  /** Answers may be kept at the edge; all others pass through with their headers. */
  cached: boolean;
  /** The query parameters in its key, which are also all that the API sees. */
  query: string[];
  /** The edge compresses, and keeps one copy an encoding. */
  compressed: boolean;
};

const patternOf = (key: string): string => (key.split(" ")[1] ?? "").replace(/\{\w+\}/g, "*");

/** The queue's status is one small answer for everyone, a plan is compressed by the API itself: their key is the path alone. */
const compresses = ({ service, answers }: Route): boolean => service !== "queue" && typeof answers[200] !== "string";

export const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`).test(path);

/** In the order in which CloudFront asks them: the longest first; last, everything else of the API. */
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
