/**
 * Signed tokens (JWS, RFC 7515). Access, place and admission tokens are HS256 with a key and an audience each, so that none can stand
 * for another; tickets are EdDSA, so that a door without network can check them with the public key alone.
 *
 * Every request of a spike verifies one and signs another, so they are made with node:crypto on the spot: through WebCrypto, as JWT
 * libraries do it, each takes a trip to a thread and ten times the CPU. A token's header is not read but compared with the only one
 * that we write, so no token says how it is to be verified.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
} from "node:crypto";
import { link } from "./config.ts";

export type Audience = "access" | "place" | "admission";
type Claims = Record<string, unknown>;

const secrets = { access: "AccessKey", place: "PlaceKey", admission: "AdmissionKey" } as const;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const HS256 = encode({ alg: "HS256" });
const EDDSA = encode({ alg: "EdDSA" });

const hmac = (audience: Audience, input: string): string =>
  createHmac("sha256", link(secrets[audience]).value).update(input).digest("base64url");

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** Signs claims for an audience. `expiresAt` in epoch ms, rounded down to seconds (RFC 7519); without it the token does not expire. */
export const sign = async (audience: Audience, claims: Claims, expiresAt?: number): Promise<string> => {
  const exp = expiresAt === undefined ? {} : { exp: Math.floor(expiresAt / 1000) };
  const input = `${HS256}.${encode({ ...claims, aud: audience, ...exp })}`;
  return `${input}.${hmac(audience, input)}`;
};

/** The claims of a token of this audience that is valid at `now` (epoch ms), or undefined: forged, expired, or made for something else. */
export const verify = async <T extends Claims>(
  audience: Audience,
  token: string,
  now: number,
): Promise<T | undefined> => {
  const parts = split(token, HS256);
  if (!parts || !same(parts.signature, hmac(audience, parts.input))) return undefined;
  const claims = decode<T & { exp?: unknown }>(parts.payload, audience);
  if (claims?.exp !== undefined && !(Number(claims.exp) > Math.floor(now / 1000))) return undefined;
  return claims;
};

type Parts = { input: string; payload: string; signature: string };

const split = (token: string, header: string): Parts | undefined => {
  const [head, payload, signature, more] = token.split(".", 4);
  if (head !== header || payload === undefined || signature === undefined || more !== undefined) return undefined;
  return { input: `${head}.${payload}`, payload, signature };
};

/** Of a payload whose signature is right, so it is our own JSON. */
const decode = <T extends Claims>(payload: string, audience: string): T | undefined => {
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as T;
  return claims.aud === audience ? claims : undefined;
};

type TicketJwk = { kty: "OKP"; crv: "Ed25519"; x: string; d: string };
type Pair = { privateKey: KeyObject; publicKey: KeyObject };

let tickets: ({ jwk: string } & Pair) | undefined;

const ticketKeys = (): Pair => {
  const jwk = link("TicketKey").value;
  if (tickets?.jwk !== jwk) {
    const key = JSON.parse(jwk) as TicketJwk;
    const privateKey = createPrivateKey({ key, format: "jwk" });
    tickets = { jwk, privateKey, publicKey: createPublicKey(privateKey) };
  }
  return tickets;
};

/** Signs a ticket's claims. */
export const signTicket = async (claims: Claims): Promise<string> => {
  const input = `${EDDSA}.${encode({ ...claims, aud: "ticket" })}`;
  return `${input}.${signBytes(null, Buffer.from(input), ticketKeys().privateKey).toString("base64url")}`;
};

/** A ticket's claims, or undefined if its signature is not ours. */
export const verifyTicket = async <T extends Claims>(code: string): Promise<T | undefined> => {
  const parts = split(code, EDDSA);
  if (!parts) return undefined;
  const signature = Buffer.from(parts.signature, "base64url");
  // one spelling a signature: base64url has several for some bytes
  if (signature.toString("base64url") !== parts.signature) return undefined;
  const right = verifyBytes(null, Buffer.from(parts.input), ticketKeys().publicKey, signature);
  return right ? decode<T>(parts.payload, "ticket") : undefined;
};
