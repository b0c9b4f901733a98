/**
 * A service: the route table's entries of one Lambda, each with its handler. Everything that the table defines is done here (who may ask,
 * what is valid, how long an answer may be cached), so that a handler is one core call.
 */
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type * as z from "zod/mini";
import type { Principal } from "#core/account/schema.ts";
import { isChecked, missing, opensToDevices, type Route } from "#core/contract/routes/route.ts";
import type { RouteKey, Routes } from "#core/contract/routes.ts";
import type { HttpService } from "#core/contract/services.ts";
import { now } from "#core/lib/clock.ts";
import { Forbidden, NotFound, Unavailable } from "#core/lib/errors.ts";
import { logger } from "#core/lib/logger.ts";
import type { Membership } from "#core/organisation/schema.ts";
import { observe } from "../observe.ts";
import { problem } from "./problem.ts";
import * as Request from "./request.ts";

type Params<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { [K in Name]: string } & Params<Rest>
  : unknown;

type Input<K extends RouteKey, Part extends "body" | "query"> =
  Routes[K] extends Record<Part, infer Schema extends z.core.$ZodType> ? z.output<Schema> : undefined;

/** The bearer, by what the route asks for. */
type Users = { public: undefined; optional: Principal | undefined; user: Principal; admin: Principal };

/** The input of a handler: everything is validated, `now` is in epoch ms. */
export type Call<K extends RouteKey> = {
  params: Params<K>;
  query: Input<K, "query">;
  body: Input<K, "body">;
  /** The body's bytes as sent. */
  raw: Buffer;
  user: Users[Routes[K]["auth"]];
  /** Of an organiser's route: all memberships of the caller, and the one that opened the route. It has none if its handler decides (`any`). */
  memberships: Membership[];
  membership: Membership;
  idempotency: Request.Idempotency;
  /** The `Admission` header. */
  admission: string | undefined;
  headers: Request.Headers;
  viewer: string;
  now: number;
};

type Answers<K extends RouteKey> = Routes[K]["answers"];

/** A status of the route, with the body that the table defines for it. */
export type Answer<K extends RouteKey> = {
  [S in keyof Answers<K>]: { status: S; headers?: Record<string, string> } & (Answers<K>[S] extends z.core.$ZodType
    ? { body: z.output<Answers<K>[S]> }
    : Answers<K>[S] extends string
      ? { body: string | Buffer }
      : { body?: undefined });
}[keyof Answers<K>];

type KeysOf<S extends HttpService> = { [K in RouteKey]: Routes[K]["service"] extends S ? K : never }[RouteKey];

/** All routes of a service. */
type Own<S extends HttpService> = { [K in KeysOf<S>]: Routes[K] };

export type Handlers<S extends HttpService> = { [K in KeysOf<S>]: (call: Call<K>) => Promise<Answer<K>> };

/** ms before the function's time-out at which the caller gets 503 with `Retry-After`. Otherwise API Gateway would answer its own 500. */
const answerBeforeTimeoutMs = 100;

/** Finds the membership that opens an organiser's route, or throws. Only services with such routes have it, because it reads orders. */
export type Authorise = (
  route: Route,
  memberships: Membership[],
  input: { params: Request.Headers; query: unknown; body: unknown; now: number },
) => Promise<Membership | undefined>;

/** Who sent a request, and an organiser's memberships. */
type Caller = { user: Principal | undefined; memberships: Membership[] };

/** Finds the device that signed a request, or throws. Only a service with routes for devices has it, because it reads devices. */
export type CheckDevice = (sent: { proof: string; method: string; path: string; now: number }) => Promise<Caller>;

/** A service that does not say how lets nobody call an organiser's route. */
const nobody: Authorise = () => Promise.reject(Forbidden());

/** Loaded only where a route needs it: the queue and the catalogue do not. Answers an organiser's memberships. */
const checked = async (user: Principal, { auth, session }: Route, at: number) => {
  const { check } = await import("#core/account/check.ts");
  return check(user, { organiser: auth === "admin", recent: session === "recent" }, at);
};

const callerOf = async (
  { headers, rawPath, requestContext }: APIGatewayProxyEventV2,
  route: Route,
  at: number,
  checkDevice: CheckDevice | undefined,
): Promise<Caller> => {
  const proof = opensToDevices(route) ? Request.deviceProof(headers) : undefined;
  if (proof && checkDevice) return checkDevice({ proof, method: requestContext.http.method, path: rawPath, now: at });
  const user = Request.principal(headers, route.auth, at);
  return { user, memberships: user && isChecked(route) ? await checked(user, route, at) : [] };
};

type Checks = { authorise?: Authorise; checkDevice?: CheckDevice };

const parse = async (event: APIGatewayProxyEventV2, route: Route, at: number, checks: Checks) => {
  const { authorise = nobody, checkDevice } = checks;
  const { headers } = event;
  Request.throughTheEdge(headers);
  const raw = Request.bytes(event, route);
  const { user, memberships } = await callerOf(event, route, at, checkDevice);
  Request.encoding(headers, route);
  const params = event.pathParameters ?? {};
  const odd = Request.plausible(params);
  if (odd) throw missing(route, odd)();
  const query = route.query && Request.validate(route.query, event.queryStringParameters ?? {});
  const body = await Request.body(raw, headers, route);
  const idempotency = route.idempotent && Request.idempotency(headers, event.rawPath, raw, at);
  const input = { params, query, body, now: at };
  const membership = route.auth === "admin" ? await authorise(route, memberships, input) : undefined;
  const { admission } = headers;
  const viewer = Request.viewer(headers);
  return { ...input, raw, user, memberships, membership, idempotency, admission, headers, viewer };
};

type AnyAnswer = { status: number; headers?: Record<string, string>; body?: unknown };

const serialise = (route: Route, { status, headers, body }: AnyAnswer): APIGatewayProxyStructuredResultV2 => {
  const kind = route.answers[status];
  const type = typeof kind === "string" ? kind : "application/json";
  const cache = { "cache-control": route.cache ?? "private, no-store" };
  if (body === undefined) return { statusCode: status, headers: { ...cache, ...headers } };
  const all = { "content-type": type, ...cache, ...headers };
  if (Buffer.isBuffer(body))
    return { statusCode: status, headers: all, body: body.toString("base64"), isBase64Encoded: true };
  return { statusCode: status, headers: all, body: typeof kind === "string" ? String(body) : JSON.stringify(body) };
};

/** The Lambda handler of a service. It answers 404 to routes that are not its own, such as API Gateway's `$default`. */
export const service = <S extends HttpService>(_name: S, own: Own<S>, handlers: Handlers<S>, checks: Checks = {}) => {
  const answer = async (
    event: APIGatewayProxyEventV2,
    context: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const started = now();
    const key = event.routeKey as KeysOf<S>;
    const route: Route | undefined = Object.hasOwn(handlers, key) ? own[key] : undefined;
    const result = await respond(event, context, route, key, started);
    logger.info("request", { operation: key, outcome: result.statusCode, ms: now() - started });
    return result;
  };

  const respond = async (
    event: APIGatewayProxyEventV2,
    context: Context,
    route: Route | undefined,
    key: KeysOf<S>,
    started: number,
  ) => {
    try {
      if (!route) throw NotFound();
      const call = await parse(event, route, started, checks);
      const handle = handlers[key] as unknown as (call: unknown) => Promise<AnyAnswer>;
      return serialise(route, await handle(call));
    } catch (error) {
      return problem(error, context.awsRequestId, route?.cache !== undefined);
    }
  };

  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: answerBeforeTimeoutMs,
  })
    .use(observe())
    .onError((request) => {
      request.response = problem(Unavailable(), request.context.awsRequestId, false);
    })
    .handler(answer);
};
