/** Turns an API Gateway event into validated input: body, query, path, headers. */
import { timingSafeEqual } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import type { Principal } from "#core/account/schema.ts";
import { defaultMaxBodyBytes, type Route } from "#core/contract/routes/route.ts";
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
import { credentialPattern, pattern, prefixes } from "#core/lib/id-form.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Claims, verify } from "#core/lib/tokens.ts";
import { excess } from "./json.ts";

z.config(en());

/** Only CloudFront sends the header's secret value. A request without it bypassed the WAF and the cache, and is refused. */
export const throughTheEdge = (headers: Headers): void => {
  const given = Buffer.from(headers["x-onsale-origin"] ?? "");
  const isKey = (key: string) => given.length === key.length && timingSafeEqual(given, Buffer.from(key));
  if (!keysOf("OriginKey").some(isKey)) throw Forbidden("Call the public address.");
};

export type Headers = Record<string, string | undefined>;

/**
 * The body's bytes as sent, without API Gateway's base64. The body of a GET is ignored: its answer may be cached for everybody, so it must
 * not depend on the body.
 */
export const bytes = (event: APIGatewayProxyEventV2, route: Route): Buffer => {
  if (event.requestContext.http.method === "GET") return Buffer.alloc(0);
  const raw = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const maxBytes = route.maxBody ?? defaultMaxBodyBytes;
  if (raw.length > maxBytes) throw TooLarge(`The body has ${raw.length} bytes; this route takes at most ${maxBytes}.`);
  return raw;
};

/** Refuses a compressed body if the route does not take one: inflating costs the receiver a thousand times what it costs the sender. */
export const encoding = (headers: Headers, { maxInflated }: Route): void => {
  const given = headers["content-encoding"];
  if (given === undefined || (maxInflated !== undefined && given === "gzip")) return;
  throw EncodingUnsupported(
    maxInflated === undefined
      ? "This route takes no Content-Encoding: send the body uncompressed."
      : "This route takes no Content-Encoding other than gzip.",
  );
};

/** The body, parsed by its route's schema. An absent body counts as an empty object, so that the answer names each missing field. */
export const body = async (raw: Buffer, headers: Headers, { body: schema, maxInflated }: Route): Promise<unknown> => {
  if (!schema) return undefined;
  const isGzip = maxInflated !== undefined && headers["content-encoding"] === "gzip";
  const bytes = isGzip ? await inflate(raw, maxInflated) : raw;
  return validate(schema, json(bytes), bytes.length > defaultMaxBodyBytes);
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

/** zlib is loaded only here, because only large plans are sent compressed. */
const inflate = async (raw: Buffer, maxOutputLength: number): Promise<Buffer> => {
  const { gunzipSync } = await import("node:zlib");
  try {
    return gunzipSync(raw, { maxOutputLength });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE")
      throw TooLarge(`The body has more than ${maxOutputLength} bytes once it is inflated.`);
    // API Gateway passes a body with a JSON content type on as text, which damages gzip bytes
    throw Malformed("The body is not valid gzip. Send it with Content-Type: application/octet-stream.");
  }
};

const dotted = (path: PropertyKey[]): string => path.map(String).join(".");

/** One fault for each issue, and one for each unknown field. Of a union's alternatives, the one with the fewest issues is reported. */
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
 * The value, parsed by its schema, or 422 with one entry for each fault. `isLarge`: stops at the first fault, because a plan can have a
 * million faults.
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

/** zod's own `validate` uses this option; its public types lack it. */
const stopping = { abortEarly: true } as z.core.ParseContext<z.core.$ZodIssue>;

/** A signed token must also have a user and a session. */
const bearer = ({ sub, sid, ver }: Claims): Principal | undefined =>
  typeof sub === "string" && typeof sid === "string"
    ? { userId: sub, sessionId: sid, verified: ver === true }
    : undefined;

/**
 * The user who sent the request, if the route asks. 401 without a valid access token. Where a token is optional, a token that is sent has to
 * be valid too, because it changes what the request does.
 */
export const principal = (headers: Headers, auth: Route["auth"], now: number): Principal | undefined => {
  if (auth === "public" || (auth === "optional" && headers.authorization === undefined)) return undefined;
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization ?? "")?.[1];
  const claims = token ? verify("access", token, now) : undefined;
  const user = claims && bearer(claims);
  if (!user) throw Unauthorized();
  return user;
};

/** The signature of a device at the entrance, if it sent the request. */
export const deviceProof = ({ authorization = "" }: Headers): string | undefined =>
  /^Device ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization)?.[1];

/** The request's idempotency: the client's key, or a fresh one. `hash` shows whether a key was used again with another request. */
export type Idempotency = { key: string; hash: string };

export const idempotency = (headers: Headers, path: string, body: Buffer, now: number): Idempotency => {
  const key = headers["idempotency-key"] ?? Ids.make("req", now);
  if (!/^[!-~]{1,64}$/.test(key))
    throw invalid({ path: "Idempotency-Key", message: "is not 1–64 visible ASCII characters" });
  return { key, hash: Ids.sha256(Buffer.concat([Buffer.from(`${path}\n`), body])) };
};

/** The viewer's address as CloudFront added it, without its port. */
export const viewer = (headers: Headers): string =>
  (headers["cloudfront-viewer-address"] ?? "").replace(/:\d+$/, "") || "unknown";

const idPatterns: Record<string, RegExp> = {
  ...Object.fromEntries(Object.entries(prefixes).map(([name, prefix]) => [name, pattern(prefix)])),
  passkeyId: credentialPattern,
};

/** The first path parameter that cannot name anything, or undefined. Such a request gets 404 before any read. */
export const plausible = (params: Record<string, string | undefined>): string | undefined =>
  Object.entries(params).find(([name, value]) => !(idPatterns[name] ?? /^[^\p{Cc}]{1,200}$/u).test(value ?? ""))?.[0];
