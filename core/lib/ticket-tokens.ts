/**
 * Codes of tickets: JWS (EdDSA), so that an entrance without network can check them with the public keys. A ticket is valid until its
 * event. So a key that no longer signs stays among the public keys, and each code names its key (`kid`).
 */
import { type CryptoKey, decodeProtectedHeader, importJWK, jwtVerify, SignJWT } from "jose";
import { link } from "./config.ts";
import type { Claims } from "./tokens.ts";

type Jwk = { kty: string; crv: string; x: string; d?: string };

/** One key, or a list of keys. The first one signs. */
const jwksOf = (name: "TicketKey" | "TicketPublicKey"): Jwk[] => [JSON.parse(link(name).value)].flat();

/** The name of a key: the first characters of its public half. */
const kidOf = ({ x }: Jwk): string => x.slice(0, 8);

const imported = new Map<string, Promise<CryptoKey>>();

/** Each value is imported once. */
const keyOf = (jwk: Jwk): Promise<CryptoKey> => {
  const value = jwk.d ?? jwk.x;
  const key = imported.get(value) ?? (importJWK({ ...jwk }, "EdDSA") as Promise<CryptoKey>);
  imported.set(value, key);
  return key;
};

/** Signs a ticket's claims. */
export const signTicket = async (claims: Claims): Promise<string> => {
  const [jwk] = jwksOf("TicketKey") as [Jwk];
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA", kid: kidOf(jwk) })
    .setAudience("ticket")
    .sign(await keyOf(jwk));
};

/** The public keys that may have signed a code. A code without a `kid` was made before codes had one, so it may be of any key. */
const namedIn = (code: string): Jwk[] => {
  const { kid } = decodeProtectedHeader(code);
  return jwksOf("TicketPublicKey").filter((jwk) => kid === undefined || kid === kidOf(jwk));
};

/** A ticket's claims, or undefined if its signature is not ours. */
export const verifyTicket = async <T extends Claims>(code: string): Promise<T | undefined> => {
  const options = { audience: "ticket", algorithms: ["EdDSA"] };
  try {
    return (await Promise.any(namedIn(code).map(async (jwk) => jwtVerify<T>(code, await keyOf(jwk), options)))).payload;
  } catch {
    return undefined;
  }
};
