/**
 * A stage of its own on running engines: tables and queues with a unique prefix, and the deployed handlers called in this process
 * through API Gateway's events.
 */
import { randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Fetch } from "#client/http.ts";
import { emailKey, membershipItem, profileItem, sessionItem } from "#core/account/account.table.ts";
import type { Locale } from "#core/account/schema.ts";
import { errorsOf } from "#core/contract/route-errors.ts";
import type { RouteKey } from "#core/contract/routes.ts";
import * as Declines from "#core/declines/index.ts";
import { now } from "#core/lib/clock.ts";
import { keyOf } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";
import type { Membership } from "#core/organisation/schema.ts";
import { type Invoke, invoke as invokeHere } from "#local/lambda.ts";
import { type HttpAnswer, type HttpRequest, toAnswer, toEvent } from "#local/payload.ts";
import { createPollers, type Pollers } from "#local/pollers.ts";
import { createResources, type ResourceOptions } from "#local/resources.ts";
import { type Match, match } from "#local/route-table.ts";

export type User = { userId: string; email: string; name: string; token: string };

/** Of a user. The role `admin` means owner of the organisation that all events of tests belong to. */
type Wishes = { roles?: string[]; memberships?: Membership[]; balance?: number; locale?: Locale };

export type CallOptions = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** An object is sent as JSON; a string or bytes as they are. */
  body?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields it expects.
export type Reply = { status: number; body: any; headers: Record<string, string>; raw: Buffer };

export const route = (key: string, params: Record<string, string> = {}) => {
  const [method = "GET", template = "/nowhere"] = key.split(" ");
  return { method, path: template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? "")) };
};

const toRequest = (
  key: RouteKey | "$default",
  { params, query, body, token, headers = {} }: CallOptions,
): HttpRequest => {
  const bytes = body instanceof Uint8Array;
  return {
    ...route(key, params),
    query: new URLSearchParams(query).toString(),
    headers: {
      "content-type": bytes ? "application/octet-stream" : "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
    ...(body !== undefined && {
      body: bytes ? Buffer.from(body) : typeof body === "string" ? body : JSON.stringify(body),
    }),
  };
};

const toReply = ({ status, headers, body }: HttpAnswer): Reply => {
  const json = /json/.test(String(headers["content-type"])) && headers["content-encoding"] === undefined;
  return {
    status,
    headers: headers as Record<string, string>,
    body: json ? JSON.parse(body.toString()) : undefined,
    raw: body,
  };
};

/** The fields of a session that no test refreshes. */
export const unused = { family: "", current: "", method: "password", device: "" } as const;

/** A session that is open for thirty days, as its item in the table, and an access token of it. */
export const signedIn = (
  userId: string,
  { organiser = false, verified = false, at = now(), lifeMs = 3_600_000 } = {},
) => {
  const sessionId = Ids.make("ses", at);
  const item = sessionItem(userId, sessionId, { ...unused, until: at + 30 * 86_400_000 });
  const claims = { sub: userId, sid: sessionId, ...(organiser && { org: true }), ...(verified && { ver: true }) };
  return { item, token: sign("access", claims, at + lifeMs) };
};

/** Checks in every test that a route answers only statuses and codes of the API's document. */
const documented = ({ routeKey, route }: Match, { status, body }: Reply): void => {
  if (!route) return;
  const [method = "GET"] = routeKey.split(" ");
  // API Gateway's answer, word for word, for a function that failed
  const known =
    body?.message === "Internal Server Error" ||
    status in route.answers ||
    errorsOf(method, route).some((error) => error.status === status && error.code === body?.code);
  if (!known) throw new Error(`${routeKey} answered ${status} ${body?.code}, which is not documented.`);
};

/** Makes a stage on these engines and sets its environment: once in a process. `invoke` may replace the invocation of functions. */
export const stage = async (engines: Omit<ResourceOptions, "prefix">, invoke: Invoke = invokeHere) => {
  const prefix = `t${randomUUID().slice(0, 8)}`;
  const resources = await createResources({ prefix, ...engines });
  Object.assign(process.env, resources.env);
  // all visitors of a test share one address, and many of its cards are declined on purpose; the test of the limit resets it
  Object.assign(Declines.LIMITS, { account: 10_000, crowded: 10_000 });

  /** Calls the handler of a request as CloudFront and API Gateway do, in this process. */
  const send = async ({ headers, ...sent }: HttpRequest): Promise<Reply> => {
    const edge = { "x-onsale-origin": keyOf("OriginKey"), "cloudfront-viewer-address": "198.51.100.7:40000" };
    const request = { ...sent, headers: { ...edge, ...headers } };
    const matched = match(request.method, request.path);
    const reply = toReply(toAnswer(await invoke(matched.route?.service ?? "catalog", toEvent(request, matched))));
    // requests that bypass the edge are refused, and the document does not describe that
    if (request.headers["x-onsale-origin"] === edge["x-onsale-origin"]) documented(matched, reply);
    return reply;
  };

  const call = async (key: RouteKey | "$default", options: CallOptions = {}): Promise<Reply> =>
    send(toRequest(key, options));

  /** For a client (`createClient`), whose requests have JSON bodies. */
  const fetch: Fetch = async (url, { method = "GET", headers, body }) => {
    const [path = "", query = ""] = url.split("?");
    const request = { method, path, query, headers: headers as Record<string, string> };
    const reply = await send({ ...request, ...(body && { body: String(body) }) });
    return new Response(reply.raw.length > 0 ? reply.raw.toString() : null, reply);
  };

  /** An account with a token, made without hashing a password. */
  const user = async (wishes: Wishes = {}): Promise<User> => {
    const { roles = [], balance = 0, locale } = wishes;
    const memberships: Membership[] =
      wishes.memberships ?? (roles.includes("admin") ? [{ organisationId: "org_test", role: "owner" }] : []);
    const userId = Ids.make("usr", now());
    const email = `${userId.toLowerCase()}@onsale.test`;
    const name = "A Buyer";
    const organiser = memberships.length > 0;
    const { item, token } = signedIn(userId, { organiser });
    const items = [
      profileItem({ userId, email, name, locale, organiser }, now()),
      { ...emailKey(email), userId },
      item,
      { pk: `USER#${userId}`, sk: "WALLET", balance, currency: "KRW" },
      ...memberships.map((membership) => membershipItem(userId, membership, now())),
    ];
    await Promise.all(items.map((Item) => db().send(new PutCommand({ TableName: table("Accounts"), Item }))));
    return { userId, email, name, token };
  };

  /** An event on sale without a queue: one section of ten rows of twenty seats, unless told otherwise. */
  const event = async (overrides: Record<string, unknown> = {}) => {
    const admin = await user({ roles: ["admin"] });
    const body = {
      kind: "concert",
      title: "A concert",
      venue: "A hall",
      startsAt: new Date(now() + 30 * 86_400_000).toISOString(),
      salesOpenAt: new Date(now() - 60_000).toISOString(),
      prices: { Standard: 10_000 },
      queue: { enabled: false },
      ...("generalAdmission" in overrides ? {} : { plan: block(10, 20) }),
      ...overrides,
    };
    const made = await call("POST /v1/admin/events", { token: admin.token, body });
    if (made.status !== 201) throw new Error(`The event was refused: ${JSON.stringify(made.body)}`);
    return made.body as { eventId: string } & Record<string, unknown>;
  };

  let polling: Promise<Pollers> | undefined;
  const pollers = () => {
    polling ??= createPollers({ redeliverAfter: 0, invoke });
    return polling;
  };

  /** Delivers the messages of the settle queue, as Lambda does, until none is left; returns their number. */
  const settle = async () => (await pollers()).run("settle");

  /** Delivers what waits in the mail queue, until nothing is left; answers how many messages were delivered. */
  const notify = async () => (await pollers()).run("notify");

  /** Hands the stream's records to the service that frees slots and requests refunds. */
  const leave = async () => (await pollers()).run("leave");

  /** Delivers messages and stream records until nothing is left anywhere. */
  const drain = async () => (await pollers()).drain();

  /** One run of the reconcile schedule. */
  const reconcile = async () => (await pollers()).run("reconcile");

  /** Handles the pages of cancelled and changed events that wait. */
  const fanout = async () => (await pollers()).run("fanout");

  return { call, fetch, user, event, settle, notify, fanout, leave, drain, reconcile, resources, env: resources.env };
};

export type Stage = Awaited<ReturnType<typeof stage>>;

/** A plan of one zone of equal rows, category Standard. Seats are `A-1-1` … (zone, row, number). */
export const block = (rows: number, seats: number, zone = "A", category = "Standard") => ({
  name: "A block",
  size: { width: seats * 10, height: rows * 10 },
  categories: [{ name: category, color: "#336699" }],
  zones: [
    {
      name: zone,
      zone_id: zone,
      position: { x: 0, y: 0 },
      areas: [],
      rows: Array.from({ length: rows }, (_, row) => ({
        row_number: String(row + 1),
        position: { x: 0, y: row * 10 },
        seats: Array.from({ length: seats }, (_, seat) => ({
          seat_guid: `${zone}-${row + 1}-${seat + 1}`,
          seat_number: String(seat + 1),
          position: { x: seat * 10, y: 0 },
          category,
        })),
      })),
    },
  ],
});
