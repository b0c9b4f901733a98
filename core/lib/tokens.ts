/**
 * Tokens that we give and take back: JWS by HS256 with a key and an audience each, so that none can stand for another. Each request
 * carries one or two, so they are checked by node:crypto at once (jws); WebCrypto would send each to a thread and back.
 */
import jws from "jws";
import { keyOf, keysOf } from "./config.ts";

export type Audience = "access" | "place" | "admission" | "challenge";
export type Claims = Record<string, unknown>;

const secrets = {
  access: "AccessKey",
  place: "PlaceKey",
  admission: "AdmissionKey",
  challenge: "ChallengeKey",
} as const;

/** Signs claims for an audience. `expiresAt` in epoch ms, rounded down to seconds (RFC 7519); without it the token does not expire. */
export const sign = (audience: Audience, claims: Claims, expiresAt?: number): string => {
  const exp = expiresAt === undefined ? {} : { exp: Math.floor(expiresAt / 1000) };
  const payload = { ...claims, aud: audience, ...exp };
  return jws.sign({ header: { alg: "HS256" }, payload, secret: keyOf(secrets[audience]) });
};

/** The claims of a token of this audience that is valid at `now` (epoch ms), or undefined: forged, expired, or made for something else. */
export const verify = <T extends Claims>(audience: Audience, token: string, now: number): T | undefined => {
  try {
    if (!keysOf(secrets[audience]).some((key) => jws.verify(token, "HS256", key))) return undefined;
    const { header, payload } = jws.decode(token, { json: true }) as jws.Signature;
    const { aud, exp } = payload as { aud?: unknown; exp?: unknown };
    const current = exp === undefined || (typeof exp === "number" && now < exp * 1000);
    return header.alg === "HS256" && aud === audience && current ? payload : undefined;
  } catch {
    return undefined; // whatever is wrong with it, it opens nothing
  }
};
