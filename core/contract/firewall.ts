/**
 * The firewall's rate rules at the edge, as pure data. stacks/ makes WAF's rules from them, and local/ counts by them. They keep one sender
 * far below a route's throttle for all senders. Polls that the edge answers from its cache are not counted, because thousands of visitors
 * may share one address. Routes for signed-in users count each access token, not the address: the edge refuses requests without a token. Each
 * request of a device at an entrance has another header, so devices are counted by address.
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
  /** Regular expressions of the paths that count. With `others`, all other paths of the API count instead. */
  paths: string[];
  others?: true;
  /** Only requests that have a query. */
  query?: true;
  /** Only requests whose Authorization header has this scheme. */
  scheme?: "Device";
};

/** The answer to blocked requests. `body` is JSON. */
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
/** The share of a public route's throttle that one address may use. */
const share = 1 / 10;

const all = Object.entries<Route>(routes).map(([key, route]) => {
  const [method = "", path = ""] = key.split(" ");
  return { method, path: spelling(path), route };
});

const nameOf = (method: string, path: string): string =>
  [method.toLowerCase(), ...path.replace("/v1/", "").split(/[^a-zA-Z]+/)]
    .map((word) => `${word[0]?.toUpperCase() ?? ""}${word.slice(1)}`)
    .join("");

/** Public routes whose answers are not cached, or only by query: each request can run a function. */
const open = Object.entries<Route>(routes).filter(
  ([, { auth, cache, query }]) => (auth === "public" || auth === "optional") && (!cache || query),
);

/** One rule for the routes of a group, or for one route. A group's routes have the same method and throttle. */
const ruleOf = (name: string, group: [string, Route][]): RateRule => {
  const [[key, { cache, throttle }]] = group as [[string, Route]];
  const [method = "", path = ""] = key.split(" ");
  return {
    name: name === key ? nameOf(method, path) : name,
    limit: throttle.rate * seconds * share,
    seconds,
    per: "address",
    method,
    paths: group.map(([each]) => spelling(each.split(" ")[1] ?? "")),
    ...(cache && { query: true as const }),
  };
};

export const rateRules: RateRule[] = [
  {
    name: "OddSpellings",
    limit: 100,
    seconds,
    per: "address",
    paths: [...new Set(all.map(({ path }) => path))],
    others: true,
  },
  ...Object.entries(Object.groupBy(open, ([key, { rateGroup }]) => rateGroup ?? key)).map(([name, group = []]) =>
    ruleOf(name, group),
  ),
  // a page sends at most a few requests a second; ten entrances that share an organiser's account send twenty
  { name: "Tokens", limit: 1_200, seconds, per: "token", paths: ["/v1/.*"] },
  // twenty requests a second: twenty scanners behind one address that each scan a ticket a second
  { name: "Devices", limit: 1_200, seconds, per: "address", paths: ["/v1/.*"], scheme: "Device" },
];
