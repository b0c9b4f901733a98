/** From an API Gateway event to validated input: body, query, path, headers. */
import { timingSafeEqual } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import type { Principal } from "#core/account/schema.ts";
import { link } from "#core/lib/config.ts";
import { type Fault, Forbidden, invalid, Malformed, TooLarge, Unauthorized } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Claims, verify } from "#core/lib/tokens.ts";
import { BODY, type Route } from "../routes/route.ts";

z.config(en());

/** A compressed body may grow to this; more is a bomb. */
const INFLATED = 64 * 1024 * 1024;

/** Only CloudFront knows the header's value: whoever comes past it, and so past the WAF and the cache, gets nothing. */
export const throughTheEdge = (headers: Headers): void => {
  const given = Buffer.from(headers["x-onsale-origin"] ?? "");
  const expected = Buffer.from(link("OriginKey").value);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw Forbidden("Call the public address.");
};

export type Headers = Record<string, string | undefined>;

/**
 * The body's bytes as sent, but for API Gateway's base64. A GET has none, whatever was sent: what answers everybody for a second must
 * not depend on it.
 */
export const bytes = (event: APIGatewayProxyEventV2, route: Route): Buffer => {
  if (event.requestContext.http.method === "GET") return Buffer.alloc(0);
  const raw = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const most = route.maxBody ?? BODY;
  if (raw.length > most) throw TooLarge(`The body has ${raw.length} bytes; this route takes ${most}.`);
  return raw;
};

/** The JSON in a body; none at all is an empty object, so that what is missing is told field by field. */
export const json = async (raw: Buffer, encoding: string | undefined): Promise<unknown> => {
  if (raw.length === 0) return {};
  try {
    const inflated = encoding === "gzip" ? await inflate(raw) : raw;
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(inflated));
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw TooLarge("The inflated body is too large.");
    throw Malformed(`The body is not valid ${encoding === "gzip" ? "gzipped " : ""}JSON: ${(error as Error).message}`);
  }
};

/** zlib is loaded by who needs it: only large plans come compressed. */
const inflate = async (raw: Buffer): Promise<Buffer> => {
  const { gunzipSync } = await import("node:zlib");
  return gunzipSync(raw, { maxOutputLength: INFLATED });
};

const dotted = (path: PropertyKey[]): string => path.map(String).join(".");

/** One fault an issue; of a union's alternatives, the one that fits best speaks. */
const faults = (issues: readonly z.core.$ZodIssue[], at: PropertyKey[] = []): Fault[] =>
  issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ path: dotted([...path, key]), message: "is not a field of this request" }));
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const best = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
      return faults(best, path);
    }
    return [{ path: dotted(path), message: issue.message }];
  });

/** A plan may be wrong at a hundred thousand seats, an answer may not be larger than 6 MB. */
const MOST_FAULTS = 1_000;

/** The value as its schema gives it, or 422 with one entry a fault. */
export const validate = <T extends z.core.$ZodType>(schema: T, value: unknown): z.output<T> => {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw invalid(...faults(result.error.issues.slice(0, MOST_FAULTS)));
};

/** A token that we signed still has to say who, in which session and as what: in a text, too, "admin" would be found. */
const bearer = ({ sub, sid, roles }: Claims): Principal | undefined =>
  typeof sub === "string" && typeof sid === "string" && Array.isArray(roles)
    ? { userId: sub, sessionId: sid, roles }
    : undefined;

/** Who asks; 401 without a valid access token, 403 where the role is missing. */
export const principal = (headers: Headers, auth: "user" | "admin", now: number): Principal => {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization ?? "")?.[1];
  const claims = token ? verify("access", token, now) : undefined;
  const user = claims && bearer(claims);
  if (!user) throw Unauthorized();
  if (auth === "admin" && !user.roles.includes("admin")) throw Forbidden("This is for organisers.");
  return user;
};

/** The request's idempotency: the client's key, or a fresh one; the hash tells whether the same key comes with another request. */
export type Idempotency = { key: string; hash: string };

export const idempotency = (headers: Headers, path: string, body: Buffer, now: number): Idempotency => {
  const key = headers["idempotency-key"] ?? Ids.make("req", now);
  if (!/^[!-~]{1,64}$/.test(key))
    throw invalid({ path: "Idempotency-Key", message: "is not 1–64 visible ASCII characters" });
  return { key, hash: Ids.sha256(Buffer.concat([Buffer.from(`${path}\n`), body])) };
};

/** The viewer's address as CloudFront appended it, without its port. */
export const viewer = (headers: Headers): string =>
  (headers["cloudfront-viewer-address"] ?? "").replace(/:\d+$/, "") || "unknown";

const PARAMS: Record<string, RegExp> = { eventId: Ids.pattern("evt"), orderId: Ids.pattern("ord") };

/** Whether path parameters can name anything at all; what cannot is not found, before any read. */
export const plausible = (params: Record<string, string | undefined>): string | undefined =>
  Object.entries(params).find(([name, value]) => !(PARAMS[name] ?? /^[^\p{Cc}]{1,200}$/u).test(value ?? ""))?.[0];
