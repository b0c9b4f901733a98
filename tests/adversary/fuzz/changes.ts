/** The faults of a request: in its fields, bytes, encoding, bearer, headers, path, method or query. */
import { gzipSync } from "node:zlib";
import { defaultMaxBodyBytes } from "#core/contract/routes.ts";
import type { Json, Operation } from "./api.ts";
import type { Asked, Making } from "./proper.ts";
import type { Random } from "./random.ts";
import { bent, mutated, odd } from "./values.ts";

type Change = (asked: Asked, making: Making) => void;

/** The JSON of a text; an empty object if there is none or it is nested too deeply. */
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
    " ".repeat((operation.route.maxBody ?? defaultMaxBodyBytes) + 1),
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
  const forged = part({ sub: world.admin.userId, sid: "ses_x", org: true, aud: "access", exp: 9_999_999_999 });
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
  // elsewhere the header has no effect: only the webhooks' routes check this signature
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

/** A fault that makes sense for the operation. */
export const choose = (random: Random, operation: Operation) =>
  random.of(changes.filter(([, , , when]) => when(operation)).flatMap((one) => Array<typeof one>(one[1]).fill(one)));
