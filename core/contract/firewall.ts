/**
 * The firewall's rate rules at the edge, as pure data: stacks/ makes WAF's rules of them, local/ counts by them. They keep one sender far
 * below what a route takes of everybody. A page's polls of what the edge answers are not counted: thousands wait behind one address. Nor is
 * an address counted on the routes of those who are signed in, but each access token is: the edge itself turns away whoever has none.
 */
import { TooManyRequests } from "#core/lib/errors.ts";
import { spelling } from "./edge-table.ts";
import { type Route, routes } from "./routes.ts";

export type RateRule = {
  name: string;
  /** Requests in `seconds`. */
  limit: number;
  seconds: 60;
  per: "address" | "token";
  /** Only requests of this method. */
  method?: string;
  /** Regular expressions of the paths that count; with `others`, all paths of the API but those. */
  paths: string[];
  others?: true;
  /** Only requests that have a query. */
  query?: true;
};

/** What blocked requests are answered, as JSON. */
export const blocked = {
  status: TooManyRequests.status,
  retryAfter: 60,
  body: JSON.stringify({
    type: `urn:onsale:problem:${TooManyRequests.code}`,
    title: TooManyRequests.title,
    status: TooManyRequests.status,
    detail: TooManyRequests.title,
    code: TooManyRequests.code,
  }),
};

const seconds = 60;
/** What one address may take of a route that is open to everybody. */
const share = 1 / 10;

const all = Object.entries<Route>(routes).map(([key, route]) => {
  const [method = "", path = ""] = key.split(" ");
  return { method, path: spelling(path), route };
});

const nameOf = (method: string, path: string): string =>
  [method.toLowerCase(), ...path.replace("/v1/", "").split(/[^a-zA-Z]+/)]
    .map((word) => `${word[0]?.toUpperCase() ?? ""}${word.slice(1)}`)
    .join("");

/** Routes that nobody signs in for and that the edge does not answer: each request costs work of ours. */
const open = Object.entries<Route>(routes).filter(
  ([, { auth, cache, query }]) => auth === "public" && (!cache || query),
);

export const rateRules: RateRule[] = [
  {
    name: "OddSpellings",
    limit: 100,
    seconds,
    per: "address",
    paths: [...new Set(all.map(({ path }) => path))],
    others: true,
  },
  ...open.map(([key, { cache, throttle }]): RateRule => {
    const [method = "", path = ""] = key.split(" ");
    const limit = throttle.rate * seconds * share;
    const paths = [spelling(path)];
    const rule: RateRule = { name: nameOf(method, path), limit, seconds, per: "address", method, paths };
    return cache ? { ...rule, query: true } : rule;
  }),
  // a page asks a few times a second at most, ten entrances that share an organiser's account twenty times
  { name: "Tokens", limit: 1_200, seconds, per: "token", paths: ["/v1/.*"] },
];
