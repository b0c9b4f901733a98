/**
 * The API as typed calls: `await api.open("GET /v1/events/{eventId}", { params: { eventId } })`. A call answers the body, or throws an
 * `ApiProblem`. Routes, parameters and bodies are those of core/contract/routes.ts.
 */
import { accepted, type Call, exchange, type Fetch } from "./http.ts";
import type { Answer, PublicRoute, Reply, Request, RouteKey, UserRoute } from "./routes.ts";
import { createSession, type Session } from "./session.ts";

export type Options = {
  /** Where the API is; without it the page's own origin. */
  baseUrl?: string;
  /** Without it the global one. */
  fetch?: Fetch;
  /** After this a request counts as lost. The slowest answer of the API, a password's hash on a busy day, is well below the default. */
  timeoutMs?: number;
  /** Without it one in memory. */
  session?: Session;
  /** Is given the headers of every answer, also of a refusal. */
  onAnswer?: (headers: Headers) => void;
};

/** A request may be left out if nothing in it is required. */
type Given<K extends RouteKey> =
  Record<never, never> extends Request<K> ? [request?: Request<K>] : [request: Request<K>];

export type Client = ReturnType<typeof createClient>;

export const createClient = ({ baseUrl = "", timeoutMs = 20_000, onAnswer, ...options }: Options = {}) => {
  const target = {
    baseUrl: baseUrl.replace(/\/$/, ""),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs,
  };
  const session = options.session ?? createSession(target);

  const ask = async (key: string, call: Call) => {
    const received = await exchange(target, key, call);
    onAnswer?.(received.headers);
    return received;
  };

  /** A refused access token is refreshed once. */
  const asUser = async (key: string, call: Call) => {
    const first = await session.token();
    const received = await ask(key, { ...call, token: first });
    if (received.status !== 401 || !first) return received;
    const second = await session.token(first);
    return second ? ask(key, { ...call, token: second }) : received;
  };

  /** Calls a route as the signed-in user. The status distinguishes the answers of a route that has several. */
  const reply = async <K extends UserRoute>(key: K, ...[request]: Given<K>): Promise<Reply<K> & { headers: Headers }> =>
    accepted(await asUser(key, (request ?? {}) as Call)) as unknown as Reply<K> & { headers: Headers };

  /** Calls a route as the user who is signed in. */
  const call = async <K extends UserRoute>(key: K, ...given: Given<K>): Promise<Answer<K>> =>
    (await reply(key, ...given)).body;

  /** Calls a public route without a session: its answer may come from a cache, and never waits for a refresh. */
  const open = async <K extends PublicRoute>(key: K, ...[request]: Given<K>): Promise<Answer<K>> =>
    accepted(await ask(key, (request ?? {}) as Call)).body as Answer<K>;

  return { open, call, reply, session };
};

/** A fresh `Idempotency-Key`. */
export const freshKey = (): string => crypto.randomUUID();
