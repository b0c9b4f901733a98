/**
 * Signed tokens (JWS). Access, place and admission tokens are HS256 with a key and an audience each, so that none can stand for
 * another; tickets are EdDSA, so that a door without network can check them with the public key alone.
 */
import { type CryptoKey, importJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { link } from "./config.ts";

export type Audience = "access" | "place" | "admission";

const secrets = { access: "AccessKey", place: "PlaceKey", admission: "AdmissionKey" } as const;
const keys = new Map<string, Promise<CryptoKey>>();

const once = (name: string, make: () => Promise<CryptoKey>): Promise<CryptoKey> => {
  const made = keys.get(name) ?? make();
  keys.set(name, made);
  return made;
};

const hmacKey = (audience: Audience) => {
  const secret = link(secrets[audience]).value;
  return once(`${audience}:${secret}`, () =>
    crypto.subtle.importKey("raw", Buffer.from(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
  );
};

/** Signs claims for an audience. `expiresAt` in epoch ms, rounded down to seconds (RFC 7519); without it the token does not expire. */
export const sign = async (audience: Audience, claims: JWTPayload, expiresAt?: number): Promise<string> => {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setAudience(audience);
  if (expiresAt !== undefined) jwt.setExpirationTime(Math.floor(expiresAt / 1000));
  return jwt.sign(await hmacKey(audience));
};

/** The claims of a token of this audience that is valid at `now` (epoch ms), or undefined: forged, expired, or made for something else. */
export const verify = async <T extends JWTPayload>(
  audience: Audience,
  token: string,
  now: number,
): Promise<T | undefined> => {
  try {
    const options = { audience, algorithms: ["HS256"], currentDate: new Date(now) };
    return (await jwtVerify<T>(token, await hmacKey(audience), options)).payload;
  } catch {
    return undefined; // whatever is wrong with it, it opens nothing
  }
};

type TicketJwk = { kty: "OKP"; crv: "Ed25519"; x: string; d: string };

const ticketKey = (half: "private" | "public") => {
  const { d, ...open } = JSON.parse(link("TicketKey").value) as TicketJwk;
  return once(
    `ticket:${half}:${open.x}`,
    () => importJWK(half === "private" ? { ...open, d } : open, "EdDSA") as Promise<CryptoKey>,
  );
};

/** Signs a ticket's claims. */
export const signTicket = async (claims: JWTPayload): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA" })
    .setAudience("ticket")
    .sign(await ticketKey("private"));

/** A ticket's claims, or undefined if its signature is not ours. */
export const verifyTicket = async <T extends JWTPayload>(code: string): Promise<T | undefined> => {
  try {
    return (await jwtVerify<T>(code, await ticketKey("public"), { audience: "ticket", algorithms: ["EdDSA"] })).payload;
  } catch {
    return undefined;
  }
};
