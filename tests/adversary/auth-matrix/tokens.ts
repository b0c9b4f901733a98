/** Tokens to send: valid ones of every kind, damaged ones, and ones with the wrong key or audience. */
import { createHmac } from "node:crypto";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { signTicket } from "#core/lib/ticket-tokens.ts";
import { type Audience, sign } from "#core/lib/tokens.ts";
import type { User } from "#tests/support/harness.ts";
import type { Owner } from "./cast.ts";

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
export const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

const hmac = (header: object, claims: object, key: string): string => {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
};

/** Changes that make a token of any kind invalid. */
export const damaged = (token: string, stranger: User): Record<string, string> => {
  const [head = "", payload = "", mark = ""] = token.split(".");
  const claims = payloadOf(token);
  const { x } = JSON.parse(link("TicketKey").value);
  return {
    nothing: "",
    noise: "aaa.bbb.ccc",
    "without its signature": `${head}.${payload}.`,
    "cut short": token.slice(0, -2),
    "with a character more": `${token}A`,
    "with another payload": `${head}.${part({ ...claims, sub: stranger.userId, org: true })}.${mark}`,
    "of the algorithm none": `${part({ alg: "none" })}.${payload}.`,
    "of the algorithm none, with a signature": `${part({ alg: "none" })}.${payload}.${mark}`,
    "of the algorithm None": `${part({ alg: "None" })}.${payload}.${mark}`,
    "signed by HS512": `${part({ alg: "HS512" })}.${payload}.${mark}`,
    "signed with the tickets' public key": hmac({ alg: "HS256" }, claims, x),
    "signed with that key's bytes": hmac({ alg: "HS256" }, claims, Buffer.from(x, "base64url").toString("latin1")),
    "signed with an empty key": hmac({ alg: "HS256" }, claims, ""),
    "with a key of its own": hmac({ alg: "HS256", jwk: { kty: "oct", k: part({}) } }, claims, "{}"),
    "with a key's address": hmac({ alg: "HS256", jku: "http://127.0.0.1:9", kid: "../../dev/null" }, claims, ""),
  };
};

/** Valid tokens of every kind, each for this user and event, so that only the kind is wrong where another kind is expected. */
export const kinds = async (user: Owner) => ({
  access: user.token,
  place: user.place,
  admission: user.admission,
  challenge: sign("challenge", { sub: user.userId, evt: user.eventId }, now() + 600_000),
  disown: sign("disown", { sub: user.userId, kind: "code", id: "cod_none" }, now() + 600_000),
  ticket: user.code,
  refresh: user.refreshToken,
  pass: user.pass,
});

/** Every kind's claims with every other kind's audience: the right key with the wrong audience, and the reverse. */
export const confused = async (audience: Audience, owner: Owner): Promise<Record<string, string>> => {
  const claims = {
    sub: owner.userId,
    sid: payloadOf(owner.token).sid,
    org: true,
    evt: owner.eventId,
    num: 1,
    iat: now(),
  };
  const keys = {
    access: "AccessKey",
    place: "PlaceKey",
    admission: "AdmissionKey",
    challenge: "ChallengeKey",
    disown: "CodeKey",
    passkey: "CodeKey",
  } as const;
  const exp = Math.floor(now() / 1000) + 3_600;
  const others = (["access", "place", "admission", "challenge", "disown", "passkey", "ticket"] as const).filter(
    (other) => other !== audience,
  );
  return Object.fromEntries([
    ...others.map((aud) => [
      `with its own key for ${aud}`,
      hmac({ alg: "HS256" }, { ...claims, aud, exp }, link(keys[audience]).value),
    ]),
    ...others
      .filter((other) => other !== "ticket")
      .map((other) => [
        `with ${other}'s key`,
        hmac({ alg: "HS256" }, { ...claims, aud: audience, exp }, link(keys[other]).value),
      ]),
    ["with tickets' key", await signTicket({ ...claims, aud: audience, exp })],
    ["of no audience", hmac({ alg: "HS256" }, { ...claims, exp }, link(keys[audience]).value)],
    ["of two audiences", hmac({ alg: "HS256" }, { ...claims, aud: [audience, "x"], exp }, link(keys[audience]).value)],
    [
      "whose expiry is no number",
      hmac({ alg: "HS256" }, { ...claims, aud: audience, exp: "never" }, link(keys[audience]).value),
    ],
  ]);
};

/** A refresh token, which is no JWS, with each of its parts changed. */
export const broken = (token: string, stranger: User): Record<string, string> => {
  const [user = "", session = "", secrets = ""] = token.split(".");
  const id = (from: string) => `${from.slice(0, -1)}${from.endsWith("Z") ? "Y" : "Z"}`;
  return {
    nothing: "",
    "of another user": `${stranger.userId}.${session}.${secrets}`,
    "of another session": `${user}.${id(session)}.${secrets}`,
    "with another family": `${user}.${session}.${"A".repeat(32)}${secrets.slice(32)}`,
    "cut short": token.slice(0, -1),
    "with a character more": `${token}A`,
    "in lower case": token.toLowerCase(),
  };
};
