/** Tickets' codes: JWS by EdDSA, so that a door without network can check them with the public key alone. */
import { type CryptoKey, importJWK, jwtVerify, SignJWT } from "jose";
import { link } from "./config.ts";
import type { Claims } from "./tokens.ts";

type TicketJwk = { kty: "OKP"; crv: "Ed25519"; x: string; d: string };

const keys = new Map<string, Promise<CryptoKey>>();

const ticketKey = (half: "private" | "public") => {
  const { d, ...open } = JSON.parse(link("TicketKey").value) as TicketJwk;
  const name = `${half}:${open.x}`;
  const key = keys.get(name) ?? (importJWK(half === "private" ? { ...open, d } : open, "EdDSA") as Promise<CryptoKey>);
  keys.set(name, key);
  return key;
};

/** Signs a ticket's claims. */
export const signTicket = async (claims: Claims): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA" })
    .setAudience("ticket")
    .sign(await ticketKey("private"));

/** A ticket's claims, or undefined if its signature is not ours. */
export const verifyTicket = async <T extends Claims>(code: string): Promise<T | undefined> => {
  try {
    return (await jwtVerify<T>(code, await ticketKey("public"), { audience: "ticket", algorithms: ["EdDSA"] })).payload;
  } catch {
    return undefined;
  }
};
