/**
 * CloudFront: its function, which refuses unknown addresses and invalid tokens, and its cache. The cache answers a GET of a cacheable
 * route while its `Cache-Control: public, max-age=N` lasts.
 * The key is the path and the query parameters that the route's schema names. The origin gets nothing beyond the key.
 * Misses of one key at the same time become one call to the origin. All other requests pass through and are never stored.
 */
import { createHash, randomUUID } from "node:crypto";
import { edgeTable } from "#core/contract/edge-table.ts";
import { parametersOf, type Route } from "#core/contract/routes.ts";
import { link } from "#core/lib/config.ts";
import { problem, refusal } from "#functions/edge/edge-function.js";
import { type HttpAnswer, type HttpRequest, own } from "./payload.ts";
import { type Match, match } from "./route-table.ts";

export type Origin = (request: HttpRequest, matched: Match) => Promise<HttpAnswer>;

export type Edge = {
  fetch(request: HttpRequest): Promise<HttpAnswer>;
  /** Calls to the origin so far, by route key: what Lambda would bill. */
  originCalls(): Record<string, number>;
  /** Requests answered from the cache so far. */
  hits(): number;
  /** Empties the cache. */
  clear(): void;
};

type Options = {
  maxBytes?: number;
  now?: () => number;
  /** The keys that sign access tokens. */
  accessKey?: () => string;
};

type Kept = { answer: HttpAnswer; at: number; until: number; size: number };

export const createEdge = (origin: Origin, options: Options = {}): Edge => {
  const { maxBytes = 64 * 1024 * 1024, now = Date.now, accessKey = () => link("AccessKey").value } = options;
  const kept = new Map<string, Kept>(); // in order of use, least recently used first
  const fetching = new Map<string, Promise<HttpAnswer>>();
  const calls = new Map<string, number>();
  let bytes = 0;
  let hits = 0;

  const ask: Origin = (request, matched) => {
    calls.set(matched.routeKey, (calls.get(matched.routeKey) ?? 0) + 1);
    return origin(request, matched);
  };

  const drop = (key: string) => {
    bytes -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };

  const keep = (key: string, answer: HttpAnswer) => {
    drop(key);
    const seconds = lifetime(answer);
    const size = answer.body.length + 2 * key.length + 500;
    if (seconds === 0 || size > maxBytes) return;
    kept.set(key, { answer, at: now(), until: now() + seconds * 1000, size });
    bytes += size;
    for (const oldest of kept.keys()) {
      if (bytes <= maxBytes) break;
      drop(oldest);
    }
  };

  const fresh = async (key: string, request: HttpRequest, matched: Match): Promise<HttpAnswer> => {
    const answer = tagged(await ask(request, matched));
    keep(key, answer);
    return answer;
  };

  const cached = async (request: HttpRequest, matched: Match, route: Route): Promise<HttpAnswer> => {
    const query = named(route, request.query ?? "");
    const key = `${request.path}?${query}`;
    const hit = kept.get(key);
    if (hit && hit.until > now()) {
      hits++;
      kept.delete(key);
      kept.set(key, hit);
      return unlessKnown(request, hit.answer, "Hit from cloudfront", Math.floor((now() - hit.at) / 1000));
    }
    const underway = fetching.get(key);
    // no other header of the visitor is passed on: a shared answer must not depend on it
    const passedOn = { method: request.method, path: request.path, query };
    const answer = await (underway ?? collapse(key, passedOn, matched));
    // A request that waited for another one's answer may share it only if the answer is public.
    if (underway && lifetime(answer) === 0) return unlessKnown(request, await fresh(key, passedOn, matched), MISS, 0);
    return unlessKnown(request, answer, MISS, 0);
  };

  const collapse = (key: string, request: HttpRequest, matched: Match): Promise<HttpAnswer> => {
    const fetched = fresh(key, request, matched).finally(() => fetching.delete(key));
    fetching.set(key, fetched);
    return fetched;
  };

  return {
    fetch: async (request) => {
      const refused = refuse(request, accessKey);
      if (refused) return refused;
      const matched = match(request.method, request.path);
      const { route } = matched;
      if (request.method === "GET" && route?.cache && route.auth === "public") return cached(request, matched, route);
      const answer = await ask(request, matched);
      return { ...answer, headers: { ...answer.headers, "x-cache": MISS } };
    },
    originCalls: () => Object.fromEntries(calls),
    hits: () => hits,
    clear: () => {
      kept.clear();
      bytes = 0;
    },
  };
};

/** The answer of CloudFront's function, or undefined if it lets the request through. */
const refuse = ({ method, path, headers }: HttpRequest, accessKey: () => string): HttpAnswer | undefined => {
  const code = refusal(
    edgeTable,
    { method, uri: path, authorization: headers?.authorization },
    accessKey(),
    Date.now(),
  );
  if (!code) return undefined;
  const body = problem(edgeTable, code, randomUUID());
  const answer = own(body.status, body, "application/problem+json");
  const all = {
    ...answer.headers,
    ...(body.status === 401 && { "www-authenticate": "Bearer" }),
    "x-cache": "FunctionGeneratedResponse from cloudfront",
  };
  return { ...answer, headers: all };
};

const MISS = "Miss from cloudfront";

/** How many seconds an answer may be kept: only `public, max-age=N` says so; an error is kept for a second at most. */
const lifetime = ({ status, headers }: HttpAnswer): number => {
  const directives = String(headers["cache-control"] ?? "")
    .toLowerCase()
    .split(/\s*,\s*/);
  if (
    !directives.includes("public") ||
    directives.some((directive) => /^(private|no-store|no-cache)\b/.test(directive))
  )
    return 0;
  if (headers["set-cookie"]) return 0;
  const seconds = Number(directives.find((directive) => /^max-age=\d+$/.test(directive))?.slice(8) ?? 0);
  return status >= 400 ? Math.min(seconds, 1) : seconds;
};

const names = new WeakMap<Route, string[]>();

/** The parameters that the route's schema names, in the schema's order, so that every spelling of a request has the same key. */
const named = (route: Route, query: string): string => {
  if (query === "" || !route.query) return "";
  const known = names.get(route) ?? parametersOf(route);
  names.set(route, known);
  const given = new URLSearchParams(query);
  const kept = new URLSearchParams();
  for (const name of known) for (const value of given.getAll(name)) kept.append(name, value);
  return kept.toString();
};

const tagged = (answer: HttpAnswer): HttpAnswer => {
  if (answer.status !== 200 || answer.headers.etag || lifetime(answer) === 0) return answer;
  const etag = `W/"${createHash("sha1").update(answer.body).digest("base64url")}"`;
  return { ...answer, headers: { ...answer.headers, etag } };
};

const NOTHING = Buffer.alloc(0);

/** The answer with the edge's own headers, or 304 if the client has it already. */
const unlessKnown = (request: HttpRequest, answer: HttpAnswer, outcome: string, age: number): HttpAnswer => {
  const headers: HttpAnswer["headers"] = {
    ...answer.headers,
    "x-cache": outcome,
    ...(age > 0 && { age: String(age) }),
  };
  const given = request.headers?.["if-none-match"];
  const known = answer.status === 200 && given?.split(/\s*,\s*/).includes(String(answer.headers.etag));
  if (!known) return { ...answer, headers };
  const { "content-type": _t, "content-encoding": _e, ...rest } = headers;
  return { status: 304, headers: rest, body: NOTHING };
};
