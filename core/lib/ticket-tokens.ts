/** Tickets' codes: JWS by EdDSA, so that a door without network can check them with the public key alone. */
import { type CryptoKey, importJWK, jwtVerify, SignJWT } from "jose";
import { link } from "./config.ts";
import type { Claims } from "./tokens.ts";

const keys = new Map<string, Promise<CryptoKey>>();

/** The key of this link, imported once a value. */
const keyOf = (name: "TicketKey" | "TicketPublicKey"): Promise<CryptoKey> => {
  const { value } = link(name);
  const key = keys.get(value) ?? (importJWK(JSON.parse(value), "EdDSA") as Promise<CryptoKey>);
  keys.set(value, key);
  return key;
};

/** Signs a ticket's claims. */
export const signTicket = async (claims: Claims): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA" })
    .setAudience("ticket")
    .sign(await keyOf("TicketKey"));

/** A ticket's claims, or undefined if its signature is not ours. */
export const verifyTicket = async <T extends Claims>(code: string): Promise<T | undefined> => {
  try {
    const options = { audience: "ticket", algorithms: ["EdDSA"] };
    return (await jwtVerify<T>(code, await keyOf("TicketPublicKey"), options)).payload;
  } catch {
    return undefined;
  }
};
