/** Makes requests: what a client would send, and the same with something wrong in it. */
import { gzipSync } from "node:zlib";
import { now } from "#core/lib/clock.ts";
import { BODY } from "#functions/routes.ts";
import type { HttpRequest } from "#local/payload.ts";
import { match } from "#local/route-table.ts";
import { signature } from "#local/sandbox/webhooks.ts";
import { block } from "#tests/stage.ts";
import { type Json, type Operation, operations } from "./api.ts";
import type { Random } from "./random.ts";
import { bent, type Hint, mutated, odd, valid } from "./values.ts";
import { PASSWORD, someone, type Visitor, type World } from "./world.ts";

export type Asked = {
  /** What it leads to; undefined where nothing is. */
  operation: Operation | undefined;
  request: HttpRequest & { headers: Record<string, string> };
  visitor: Visitor | undefined;
  eventId: string | undefined;
  /** What the bearer may do, as far as it is known. */
  access: "nobody" | "user" | "admin" | "unknown";
  /** What was changed. */
  wrong: string[];
};

const all = operations();
const byKey = new Map<string, Operation>(all.map((operation) => [operation.key, operation]));

type Making = { random: Random; world: World; operation: Operation; visitor: Visitor; n: number; eventId: string };

const CARDS = [
  "tok_approve",
  "tok_approve",
  "tok_decline",
  "tok_twice",
  "tok_async",
  "tok_timeout_after",
  "tok_webhook_early",
  "tok_nobody",
] as const;

/** What is better not sent than made up. */
const LEFT_OUT = Symbol("left out");

const seat = (random: Random) => `A-${1 + random.below(20)}-${1 + random.below(20)}`;
const DAY = 86_400_000;
const day = (from: number) => new Date(now() + from * DAY).toISOString();

/** What is best given for a field of this name, by what is known. */
const hints = ({ random, world, operation, visitor, n, eventId }: Making): Hint => {
  const account = random.of(world.accounts) ?? { email: "nobody@onsale.test", password: PASSWORD };
  const entering = operation.key === "POST /v1/sessions";
  const place = () => (random.chance(0.9) ? visitor : someone(world, random)).places.get(eventId);
  const known: Record<string, () => unknown> = {
    email: () => (entering ? account.email : `fuzz-${n}@onsale.test`),
    password: () => (entering ? account.password : PASSWORD),
    refreshToken: () => random.of(world.refreshTokens) ?? "none",
    eventId: () => eventId,
    seats: () => [...new Set(Array.from({ length: 1 + random.below(3) }, () => seat(random)))],
    quantity: () => 1 + random.below(4),
    sectionId: () => "A",
    category: () => "Standard",
    place: () => place() ?? (operation.key.endsWith("/places") ? LEFT_OUT : "none yet"),
    code: () => random.of(someone(world, random).codes) ?? "x",
    token: () => random.pick(CARDS),
    amount: () => 1 + random.below(100_000),
    userId: () => visitor.userId,
    prices: () => ({ Standard: 1_000 }),
    plan: () => (random.chance(0.7) ? block(2, 3) : undefined),
    generalAdmission: () => [{ sectionId: "G", name: "Floor", capacity: 20, category: "Standard" }],
    startsAt: () => day(30),
    salesOpenAt: () => day(random.chance(0.7) ? -1 : 1),
    salesCloseAt: () => day(20),
    cancelUntil: () => day(10),
    departsAt: () => day(30),
    arrivesAt: () => day(30.5),
  };
  return (name) => {
    const value = Object.hasOwn(known, name) ? known[name]?.() : undefined;
    if (value === LEFT_OUT) return { value: undefined };
    return value === undefined ? undefined : { value };
  };
};

/** An event that the route makes sense for. */
const eventFor = ({ key }: Operation, { events, patched }: World, random: Random): string => {
  if (key === "POST /v1/orders" && random.chance(0.5)) return events.all[0] ?? "";
  const some =
    key.startsWith("PATCH") || random.chance(0.1) ? patched : key.includes("queue") ? events.queued : events.all;
  return random.of(some) ?? "";
};

/** Mostly the latest one: it is the one that can still be paid. */
const orderOf = ({ orders }: Visitor, random: Random) => (random.chance(0.7) ? orders.at(-1) : random.of(orders));

const pathOf = ({ operation, world, random, visitor, eventId }: Making): string => {
  const owner = random.chance(0.9) ? visitor : someone(world, random);
  const params: Record<string, string> = {
    eventId,
    orderId: orderOf(owner, random) ?? "ord_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ticketId: random.of(owner.tickets) ?? "tkt_01ARZ3NDEKTSV4RRFFQ69G5FAV_1",
    sectionId: random.chance(0.9) ? "A" : "Z",
    provider: random.chance(0.9) ? "sandbox" : "another",
  };
  return operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ""));
};

const queryOf = (making: Making, hint: Hint): URLSearchParams => {
  const { random, operation, world } = making;
  const query = new URLSearchParams();
  for (const { name, required, schema } of operation.query) {
    if (!required && random.chance(0.6)) continue;
    const cursor = name === "cursor" ? (random.of(world.cursors.get(operation.key) ?? []) ?? "x") : undefined;
    query.set(name, String(cursor ?? hint(name, [])?.value ?? valid(random, schema, hint)));
  }
  return query;
};

/** A payment provider's word, signed as it should be. */
const webhook = ({ random, world, visitor }: Making, headers: Record<string, string>): string => {
  const body = JSON.stringify({
    type: random.pick(["payment.authorised", "payment.declined"]),
    paymentId: `pay_${random.below(1_000)}`,
    reference: `${visitor.userId}.${random.of(visitor.orders) ?? "ord_x"}.attempt`,
    status: "authorised",
    amount: 1_000,
    currency: "KRW",
    createdAt: day(0),
  });
  headers["onsale-signature"] = signature(world.secrets.WebhookKey, body);
  return body;
};

const viewer = (random: Random) =>
  random.chance(0.8) ? `203.0.${random.below(256)}.${random.below(256)}:1` : `[2001:db8:${random.below(9_999)}::1]:1`;

/** What a well-behaved client would send. */
const proper = (making: Making): Asked => {
  const { random, operation, visitor, world } = making;
  const { route } = operation;
  const hint = hints(making);
  const bearer = route.auth === "admin" ? world.admin : visitor;
  const headers: Record<string, string> = { host: "onsale.test", accept: "application/json" };
  if (route.auth !== "public") headers.authorization = `Bearer ${bearer.token}`;
  const admission = route.admission && visitor.admissions.get(making.eventId);
  if (admission) headers.admission = admission;
  if (route.idempotent && random.chance(0.5)) headers["idempotency-key"] = idempotencyKey(making);
  const request: Asked["request"] = {
    method: operation.method,
    path: pathOf(making),
    query: queryOf(making, hint).toString(),
    headers,
    viewer: viewer(random),
  };
  if (operation.body) request.body = JSON.stringify(valid(random, operation.body, hint));
  if (operation.key.includes("/webhooks/")) request.body = webhook(making, headers);
  if (request.body !== undefined) headers["content-type"] = "application/json";
  const access = route.auth === "public" ? "unknown" : route.auth;
  return { operation, request, visitor, eventId: making.eventId, access, wrong: [] };
};

const idempotencyKey = ({ random, world, n }: Making): string => {
  const again = random.chance(0.3) ? random.of(world.keys) : undefined;
  if (again) return again;
  world.keys.push(`key-${n}`);
  return `key-${n}`;
};

type Change = (asked: Asked, making: Making) => void;

/** The JSON in a text; of one that is too deep to be walked through, as of none, an empty object. */
const parsed = (text: unknown): Json => {
  if (/[[{]{50}|(\{"a":){50}/.test(String(text))) return {};
  try {
    return JSON.parse(String(text));
  } catch {
    return {};
  }
};

const field: Change = ({ request }, { random }) => {
  if (request.body !== undefined) request.body = mutated(random, parsed(request.body));
};

const raw: Change = ({ request }, { random, operation }) => {
  const body = String(request.body ?? '{"a":1}');
  request.body = random.pick<Buffer | string>([
    "",
    "{",
    body.slice(0, random.below(body.length)),
    `${body}${body}`,
    `\ufeff${body}`,
    body.replace("{", '{"a":1,"a":2,'),
    body.replace(/}$/, ",}"),
    "nul",
    "[".repeat(30_000),
    '{"a":'.repeat(10_000),
    Buffer.from(body, "utf16le"),
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    Buffer.from(Array.from({ length: 64 }, () => random.below(256))),
    " ".repeat((operation.route.maxBody ?? BODY) + 1),
    `{"a":"${"x".repeat(60_000)}"}`,
  ]);
  request.headers["content-type"] ??= "application/json";
};

const encoding: Change = ({ request }, { random }) => {
  const { headers } = request;
  const body = Buffer.from((request.body as string) ?? "{}");
  const ways: (() => void)[] = [
    () => Object.assign(headers, { "content-encoding": "gzip" }),
    () => {
      headers["content-encoding"] = "gzip";
      request.body = gzipSync(body);
    },
    () => {
      headers["content-encoding"] = "gzip";
      request.body = gzipSync(body).subarray(0, 12);
    },
    () =>
      Object.assign(headers, { "content-encoding": random.pick(["br", "deflate", "GZIP", "gzip, gzip", "\u0000"]) }),
    () =>
      Object.assign(headers, { "content-type": random.pick(["text/plain", "multipart/form-data", "", "a/b;q=", "*"]) }),
    () => Object.assign(headers, { "content-type": "application/json; charset=utf-16" }),
  ];
  random.of(ways)?.();
};

const bearer: Change = (asked, { random, world, visitor }) => {
  const { headers } = asked.request;
  const [head = "", payload = "", mark = ""] = world.admin.token.split(".");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forged = part({ sub: world.admin.userId, sid: "ses_x", roles: ["admin"], aud: "access", exp: 9_999_999_999 });
  const bad = random.pick([
    "",
    "Bearer",
    "Bearer ",
    "Bearer a.b.c",
    `Basic ${world.admin.token}`,
    world.admin.token,
    `Bearer ${part({ alg: "none" })}.${forged}.`,
    `Bearer ${part({ alg: "none" })}.${forged}.${mark}`,
    `Bearer ${head}.${forged}.${mark}`,
    `Bearer ${head}.${payload}.${mark.slice(0, -6)}`,
    `Bearer ${part({ alg: "HS256", crit: ["exp"] })}.${payload}.${mark}`,
    `Bearer ${random.of(world.others)}`,
    `Bearer ${visitor.token},${visitor.token}`,
    `Bearer ${"a".repeat(8_000)}.b.c`,
  ]);
  if (random.chance(0.3)) {
    headers.authorization = `Bearer ${visitor.token}`;
    asked.access = "user";
  } else if (bad === "") {
    delete headers.authorization;
    asked.access = "nobody";
  } else {
    headers.authorization = bad;
    asked.access = "nobody";
  }
};

const headers: Change = ({ request }, { random, world, operation }) => {
  const text = random.pick(["", "\u0000", "a\r\nb: c", "\u001b[31m", "x".repeat(10_000), "é", "🎫", "'", "null", "-1"]);
  const name = random.pick([
    "admission",
    "idempotency-key",
    "accept",
    "cookie",
    "if-none-match",
    "x-forwarded-for",
    "x-amzn-trace-id",
    "user-agent",
    "onsale-signature",
    "x-onsale-origin",
    "cloudfront-viewer-address",
    "__proto__",
    "constructor",
    "content-length",
  ]);
  if (name === "admission" && random.chance(0.5)) request.headers.admission = random.of(world.others) ?? "";
  // with the same body another key is the same request, and without the right signature it is nobody's
  else if (name !== "onsale-signature" || operation.key.includes("/webhooks/")) request.headers[name] = text;
};

const path: Change = (asked, { random }) => {
  const { request } = asked;
  const segments = request.path.split("/");
  const at = 1 + random.below(segments.length - 1);
  const ways: (() => void)[] = [
    () => segments.splice(at, 1, encodeURIComponent(bent(random, segments[at] ?? "").toWellFormed())),
    () =>
      segments.splice(at, 0, random.pick(["", ".", "..", "%2e%2e", "%00", "%", "%ff", "{eventId}", "x".repeat(3_000)])),
    () => segments.splice(at, 1),
    () => segments.push(""),
    () => segments.splice(at, 1, (segments[at] ?? "").toUpperCase()),
    () =>
      segments.splice(
        at,
        1,
        encodeURIComponent(random.pick(["__proto__", "constructor", "A/B", "A#B", "evt_", "가".repeat(70)])),
      ),
  ];
  random.of(ways)?.();
  request.path = segments.join("/");
};

const method: Change = ({ request }, { random }) => {
  request.method = random.pick(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "get", "X\r\nY"]);
};

const query: Change = ({ request }, { random, operation }) => {
  const name = random.of([
    ...operation.query.map((one) => one.name),
    "__proto__",
    "constructor",
    "limit[]",
    "surprise",
  ]);
  const value = random.chance(0.5)
    ? encodeURIComponent(odd(random).slice(0, 2_500).toWellFormed())
    : random.pick(["%", "%ff", "", "0", "101", "1,1", "a&b=c", "+"]);
  request.query = `${request.query}&${name}=${value}`;
};

const changes: [name: string, weight: number, change: Change, when: (operation: Operation) => boolean][] = [
  ["a field", 10, field, ({ body, key }) => body !== undefined || key.includes("/webhooks/")],
  ["the body", 3, raw, () => true],
  ["the encoding", 2, encoding, () => true],
  ["the bearer", 3, bearer, ({ route }) => route.auth !== "public"],
  ["a header", 3, headers, () => true],
  ["the path", 3, path, () => true],
  ["the method", 1, method, () => true],
  ["the query", 2, query, () => true],
];

const choose = (random: Random, operation: Operation) =>
  random.of(changes.filter(([, , , when]) => when(operation)).flatMap((one) => Array<typeof one>(one[1]).fill(one)));

/** The operation that the request leads to as it is now; undefined if there is none. */
const reached = ({ request }: Asked): Operation | undefined => byKey.get(match(request.method, request.path).routeKey);

/** The most rewarding routes are taken more often; the dear ones less. */
const weight = ({ key, method }: Operation): number => {
  if (/(accounts|sessions|openapi.json)$/.test(key)) return 1;
  if (method === "DELETE") return 2;
  return /orders|places|admissions|payment|charges/.test(key) ? 6 : 3;
};
const weighted = all.flatMap((operation) => Array<Operation>(weight(operation)).fill(operation));

/** The nth request: half of them proper, the others with one thing wrong or a few. */
export const make = (world: World, random: Random, n: number): Asked => {
  const operation = random.of(weighted) as Operation;
  const making = {
    random,
    world,
    operation,
    visitor: someone(world, random),
    n,
    eventId: eventFor(operation, world, random),
  };
  const asked = proper(making);
  if (random.chance(0.5)) return asked;
  for (let more = true; more; more = random.chance(0.2)) {
    const [name = "", , change] = choose(random, operation) ?? [];
    change?.(asked, making);
    asked.wrong.push(name);
  }
  return { ...asked, operation: reached(asked) };
};
