/** The API, typed by its own OpenAPI document. A call answers the body or throws an `ApiProblem`. */
import createClient, { type Middleware } from "openapi-fetch";
import { heard } from "./clock.ts";
import { ApiProblem } from "./problem.ts";
import type { components, paths } from "./schema.d.ts";
import * as Session from "./session.ts";

export type Schemas = components["schemas"];
export type Event = Schemas["Event"];
export type Order = Schemas["Order"];
export type QueueStatus = Schemas["QueueStatus"];

/** After this a request counts as lost; the slowest answer of the API, a password's hash on a busy day, is well below it. */
const PATIENCE = 20_000;

const PUBLIC = /^\/v1\/(accounts$|sessions(\/refresh)?$|events|openapi|health)/;
const isPublic = (request: Request) => {
  const { pathname } = new URL(request.url);
  return PUBLIC.test(pathname) && !/\/queue\/(places|admissions)$/.test(pathname) && request.method !== "DELETE";
};

const sent = async (request: Request): Promise<Response> => {
  try {
    return await fetch(
      new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE)]) }),
    );
  } catch {
    throw new ApiProblem({ code: "offline", detail: "No answer from the server." }, 0);
  }
};

/** Sends as who is signed in; a refused access token is refreshed once. */
const send = async (request: Request): Promise<Response> => {
  if (isPublic(request)) return sent(request);
  const first = await Session.token();
  const again = request.clone();
  if (first) request.headers.set("authorization", `Bearer ${first}`);
  const response = await sent(request);
  if (response.status !== 401 || !first) return response;
  const second = await Session.token(first);
  if (!second) return response;
  again.headers.set("authorization", `Bearer ${second}`);
  return sent(again);
};

/** Learns the server's time from an answer; a refusal is thrown. */
const judged = async (response: Response): Promise<void> => {
  // Answers from the browser's own cache carry an old date.
  if (!response.headers.has("age")) heard(Date.parse(response.headers.get("date") ?? ""));
  if (response.ok) return;
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  throw new ApiProblem(await response.json().catch(() => ({})), response.status, retryAfter);
};

const honest: Middleware = { onResponse: ({ response }) => judged(response) };

/** Sends what the typed client cannot: a body that is compressed. */
export const sendRaw = async (path: string, init: RequestInit): Promise<unknown> => {
  const response = await send(new Request(path, init));
  await judged(response);
  return response.json();
};

const client = createClient<paths>({ baseUrl: location.origin, fetch: send });
client.use(honest);

/** Unwraps an answer's body; a refusal has been thrown by then. */
const body = async <T>(answer: Promise<{ data?: T }>): Promise<T> => (await answer).data as T;

export const api = client;
export { body };

/** A fresh `Idempotency-Key`. */
export const freshKey = (): string => crypto.randomUUID();
