/** Tokens are standard JWS; a forged, expired or foreign one is refused. */
import { createHmac, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { importJWK, jwtVerify, SignJWT } from "jose";
import { beforeAll, expect, test } from "vitest";
import { signTicket, verifyTicket } from "#core/lib/ticket-tokens.ts";
import { type Audience, sign, verify } from "#core/lib/tokens.ts";

const NOW = 1_800_000_000_000;
const secret = (name: string) => name.repeat(8);
const keys = {
  access: "AccessKey",
  place: "PlaceKey",
  admission: "AdmissionKey",
  challenge: "ChallengeKey",
  disown: "CodeKey",
  passkey: "CodeKey",
} as const;
const ticket = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });

beforeAll(() => {
  for (const name of Object.values(keys)) process.env[`SST_RESOURCE_${name}`] = JSON.stringify({ value: secret(name) });
  process.env.SST_RESOURCE_TicketKey = JSON.stringify({ value: JSON.stringify(ticket) });
  const { kty, crv, x } = ticket;
  process.env.SST_RESOURCE_TicketPublicKey = JSON.stringify({ value: JSON.stringify({ kty, crv, x }) });
});

const bytes = (audience: Audience) => Buffer.from(secret(keys[audience]));
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const forge = (header: object, payload: object, key = bytes("access")) => {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
};
const good = { sub: "usr_1", aud: "access", exp: NOW / 1000 + 60 };

test("a JWT library can read our tokens, and we can read a library's", async () => {
  const ours = sign("access", { sub: "usr_1", roles: ["admin"] }, NOW + 60_000);
  const options = { audience: "access", algorithms: ["HS256"], currentDate: new Date(NOW) };
  expect((await jwtVerify(ours, bytes("access"), options)).payload).toMatchObject({ sub: "usr_1", roles: ["admin"] });
  const theirs = await new SignJWT({ sub: "usr_2" })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience("access")
    .setExpirationTime(NOW / 1000 + 60)
    .sign(bytes("access"));
  expect(verify("access", theirs, NOW)).toMatchObject({ sub: "usr_2" });
});

test("a JWT library can verify our tickets with the public key alone", async () => {
  const { d: _, ...open } = ticket;
  const code = await signTicket({ sub: "usr_1", tid: "tkt_1" });
  const { payload } = await jwtVerify(code, await importJWK(open, "EdDSA"), { audience: "ticket" });
  expect(payload).toMatchObject({ sub: "usr_1", tid: "tkt_1" });
  expect(await verifyTicket(code)).toMatchObject({ tid: "tkt_1" });
});

test("a token is valid until the second of its expiry, and no longer", async () => {
  const token = sign("place", { sub: "usr_1" }, NOW + 10_000);
  expect(verify("place", token, NOW + 9_999)).toBeDefined();
  expect(verify("place", token, NOW + 10_000)).toBeUndefined();
  const lasting = sign("place", { sub: "usr_1" });
  expect(verify("place", lasting, NOW * 2)).toBeDefined();
});

test("one kind of token is not accepted as another", async () => {
  const audiences = Object.keys(keys) as Audience[];
  for (const made of audiences)
    for (const asked of audiences) {
      const claims = verify(asked, sign(made, { sub: "usr_1" }), NOW);
      expect(claims !== undefined).toBe(made === asked);
    }
  expect(await verifyTicket(sign("access", { sub: "usr_1" }))).toBeUndefined();
  expect(verify("access", await signTicket({ sub: "usr_1" }), NOW)).toBeUndefined();
  // the right key with another audience
  expect(verify("access", forge({ alg: "HS256" }, { ...good, aud: "place" }), NOW)).toBeUndefined();
});

test.each([
  ["no algorithm", () => `${part({ alg: "none" })}.${part(good)}.`],
  ["no algorithm, our signature", () => forge({ alg: "none" }, good)],
  ["another algorithm", () => forge({ alg: "HS512" }, good)],
  ["another key", () => forge({ alg: "HS256" }, good, Buffer.from("x".repeat(64)))],
  ["an expiry that is no number", () => forge({ alg: "HS256" }, { ...good, exp: "never" })],
  ["four parts", () => `${forge({ alg: "HS256" }, good)}.x`],
  ["two parts", () => `${part({ alg: "HS256" })}.${part(good)}`],
  ["nothing", () => ""],
])("a token with %s is refused", async (_how, token) => {
  expect(verify("access", forge({ alg: "HS256" }, good), NOW)).toBeDefined();
  expect(verify("access", token(), NOW)).toBeUndefined();
});

/** Two spellings of one token: base64url has several for the bits after the last byte. */
const bytesOf = (text: string) =>
  text
    .split(".")
    .map((each) => (/^[\w-]*$/.test(each) ? Buffer.from(each, "base64url").toString("hex") : `not base64url: ${each}`))
    .join(".");

test("a token or ticket with any changed byte is refused", async () => {
  const token = sign("access", { sub: "usr_1", roles: [] }, NOW + 60_000);
  const code = await signTicket({ sub: "usr_1", tid: "tkt_1" });
  const changed = (text: string, position: number, put: string) =>
    text.slice(0, position % text.length) + put + text.slice((position % text.length) + 1);
  const character = fc.constantFrom(..."ABCxyz019-_.=+/ ");
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), character, async (position, put) => {
      const [otherToken, otherCode] = [changed(token, position, put), changed(code, position, put)];
      if (bytesOf(otherToken) !== bytesOf(token)) expect(verify("access", otherToken, NOW)).toBeUndefined();
      if (bytesOf(otherCode) !== bytesOf(code)) expect(await verifyTicket(otherCode)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});
