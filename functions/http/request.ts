/** From an API Gateway event to validated input: body, query, path, headers. */
import { timingSafeEqual } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import type { Principal } from "#core/account/schema.ts";
import { BODY, type Route } from "#core/contract/routes/route.ts";
import { keysOf } from "#core/lib/config.ts";
import {
  EncodingUnsupported,
  type Fault,
  Forbidden,
  invalid,
  Malformed,
  maxFaults,
  TooLarge,
  Unauthorized,
} from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Claims, verify } from "#core/lib/tokens.ts";
import { excess } from "./json.ts";

z.config(en());

/** Only CloudFront knows the header's value: whoever comes past it, and so past the WAF and the cache, gets nothing. */
export const throughTheEdge = (headers: Headers): void => {
  const given = Buffer.from(headers["x-onsale-origin"] ?? "");
  const isKey = (key: string) => given.length === key.length && timingSafeEqual(given, Buffer.from(key));
  if (!keysOf("OriginKey").some(isKey)) throw Forbidden("Call the public address.");
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

/** Refuses a compressed body wherever the route does not take one: inflating costs the receiver a thousand times what it costs the sender. */
export const encoding = (headers: Headers, { maxInflated }: Route): void => {
  const given = headers["content-encoding"];
  if (given === undefined || (maxInflated !== undefined && given === "gzip")) return;
  throw EncodingUnsupported(
    maxInflated === undefined
      ? "This route takes no Content-Encoding: send the body as it is."
      : "This route takes no other Content-Encoding than gzip.",
  );
};

/** A body as its route's schema gives it. None at all is an empty object, so that what is missing is said field by field. */
export const body = async (raw: Buffer, headers: Headers, { body: schema, maxInflated }: Route): Promise<unknown> => {
  if (!schema) return undefined;
  const isGzip = maxInflated !== undefined && headers["content-encoding"] === "gzip";
  const bytes = isGzip ? await inflate(raw, maxInflated) : raw;
  return validate(schema, json(bytes), bytes.length > BODY);
};

const json = (bytes: Buffer): unknown => {
  if (bytes.length === 0) return {};
  const tooMuch = excess(bytes);
  if (tooMuch) throw invalid({ path: "", message: tooMuch });
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw Malformed(`The body is not valid JSON: ${(error as Error).message}`);
  }
};

/** zlib is loaded when it is needed: only large plans come compressed. */
const inflate = async (raw: Buffer, maxOutputLength: number): Promise<Buffer> => {
  const { gunzipSync } = await import("node:zlib");
  try {
    return gunzipSync(raw, { maxOutputLength });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE")
      throw TooLarge(`The body has more than ${maxOutputLength} bytes once it is inflated.`);
    // API Gateway hands on as text what is called JSON, and spoils it
    throw Malformed("The body is not valid gzip. Send it with Content-Type: application/octet-stream.");
  }
};

const dotted = (path: PropertyKey[]): string => path.map(String).join(".");

/** One fault an issue, and one for each unknown field; of a union's alternatives, the one that fits best speaks. */
function* faults(issues: readonly z.core.$ZodIssue[], at: PropertyKey[] = []): Generator<Fault> {
  for (const issue of issues) {
    const path = [...at, ...issue.path];
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) yield { path: dotted([...path, key]), message: "is not a field of this request" };
    else if (issue.code === "invalid_union" && issue.errors.length > 0)
      yield* faults(issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [], path);
    else yield { path: dotted(path), message: issue.message };
  }
}

/**
 * The value as its schema gives it, or 422 with one entry a fault. `isLarge`: only the first fault is looked for, for a plan can be wrong
 * in a million places.
 */
export const validate = <T extends z.core.$ZodType>(schema: T, value: unknown, isLarge = false): z.output<T> => {
  const result = z.safeParse(schema, value, isLarge ? stopping : undefined);
  if (result.success) return result.data;
  throw invalid(...firstOf(faults(result.error.issues)));
};

const firstOf = (all: Iterable<Fault>): Fault[] => {
  const first: Fault[] = [];
  for (const fault of all) if (first.push(fault) === maxFaults) break;
  return first;
};

/** As zod's own `validate` has it. */
const stopping = { abortEarly: true } as z.core.ParseContext<z.core.$ZodIssue>;

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
