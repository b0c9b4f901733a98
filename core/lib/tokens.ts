/**
 * Our tokens: JWS (HS256). Each kind has its own key and audience, so that no token is valid as another kind. jws checks them
 * synchronously, because each request has one or two; WebCrypto would use a thread for each.
 */
import jws from "jws";
import { keyOf, keysOf } from "./config.ts";

export type Audience = "access" | "place" | "admission" | "challenge" | "disown" | "passkey";
export type Claims = Record<string, unknown>;

const secrets = {
  access: "AccessKey",
  place: "PlaceKey",
  admission: "AdmissionKey",
  challenge: "ChallengeKey",
  disown: "CodeKey",
  passkey: "CodeKey",
} as const;

/** Signs claims for an audience. `expiresAt` is in epoch ms, rounded down to seconds (RFC 7519). Without it the token does not expire. */
export const sign = (audience: Audience, claims: Claims, expiresAt?: number): string => {
  const exp = expiresAt === undefined ? {} : { exp: Math.floor(expiresAt / 1000) };
  const payload = { ...claims, aud: audience, ...exp };
  return jws.sign({ header: { alg: "HS256" }, payload, secret: keyOf(secrets[audience]) });
};

/** The claims of a token of this audience that is valid at `now` (epoch ms). Undefined if it is forged, expired, or of another audience. */
export const verify = <T extends Claims>(audience: Audience, token: string, now: number): T | undefined => {
  try {
    if (!keysOf(secrets[audience]).some((key) => jws.verify(token, "HS256", key))) return undefined;
    const { header, payload } = jws.decode(token, { json: true }) as jws.Signature;
    const { aud, exp } = payload as { aud?: unknown; exp?: unknown };
    const current = exp === undefined || (typeof exp === "number" && now < exp * 1000);
    return header.alg === "HS256" && aud === audience && current ? payload : undefined;
  } catch {
    return undefined; // a token that cannot be read is invalid
  }
};
