/** Breakages of who is who: tokens' signatures, audiences and owners, sessions, roles, failed sign-ins. */
import type { Mutation } from "./mutation.ts";

const tokens = "core/lib/tokens.ts";
const session = "tests/integration/account-session.test.ts";
const request = "functions/http/request.ts";

export const doors: Mutation[] = [
  {
    promise: "a token that we did not sign opens nothing",
    file: tokens,
    text: 'if (!jws.verify(token, "HS256", keyOf(audience))) return undefined;',
    becomes: "keyOf(audience);",
    tests: "tests/unit/tokens.test.ts",
    name: "whose bytes were changed anywhere",
  },
  {
    promise: "an expired token opens nothing",
    file: tokens,
    text: "now < exp * 1000",
    becomes: "now > 0",
    tests: "tests/unit/tokens.test.ts",
    name: "until the second of its expiry",
  },
  {
    promise: "an admission is its owner's alone",
    file: "core/queue/tokens.ts",
    text: "claims?.sub !== userId || claims.evt !== eventId",
    becomes: "claims?.evt !== eventId",
    tests: "tests/integration/order-conflict.test.ts",
    name: "nobody holds without an admission of their own",
  },
  {
    promise: "an admission is its event's alone",
    file: "core/queue/tokens.ts",
    text: "claims?.sub !== userId || claims.evt !== eventId",
    becomes: "claims?.sub !== userId",
    tests: "tests/integration/order-conflict.test.ts",
    name: "nobody holds without an admission of their own",
  },
  {
    promise: "a place is its owner's alone",
    file: "core/queue/tokens.ts",
    text: "if (claims.sub !== userId) throw NotYourPlace();",
    becomes: "",
    tests: "tests/integration/queue-line.test.ts",
    name: "of another account, event or kind opens nothing",
  },
  {
    promise: "a ticket that we did not sign lets nobody in",
    file: "core/lib/ticket-tokens.ts",
    text: 'return (await jwtVerify<T>(code, await ticketKey("public"), { audience: "ticket", algorithms: ["EdDSA"] })).payload;',
    becomes: 'return JSON.parse(Buffer.from(code.split(".")[1] ?? "", "base64url").toString()) as T;',
    tests: "tests/integration/ticket-check-in.test.ts",
    name: "nothing but a ticket's own code is one",
  },
  {
    promise: "the API answers nobody past the edge",
    file: request,
    text: 'throw Forbidden("Call the public address.");',
    becomes: "return;",
    tests: "tests/integration/attack-doors.test.ts",
    name: "past the edge, without its secret header",
  },
  {
    promise: "organisers' routes are organisers'",
    file: request,
    text: 'if (auth === "admin" && !user.roles.includes("admin"))',
    becomes: 'if (auth === "admin" && !user.roles)',
    tests: "tests/integration/order-organiser.test.ts",
    name: "are for organisers",
  },
  {
    promise: "a role is one of a list, and no part of a text",
    file: request,
    text: "Array.isArray(roles)",
    becomes: "(roles as string[]).includes",
    tests: "tests/integration/attack-doors.test.ts",
    name: "does not say who, in which session, as what",
  },
  {
    promise: "one address is one account",
    file: "core/account/index.ts",
    text: 'ConditionExpression: "attribute_not_exists(pk)"',
    becomes: 'ConditionExpression: "attribute_not_exists(pk) OR attribute_exists(pk)"',
    tests: "tests/integration/account-sign-up.test.ts",
    name: "of twenty sign-ups at once",
  },
  {
    promise: "a refresh token is spent once",
    file: "core/account/session.ts",
    text: '"#family = :family AND #current = :current AND #until > :now AND attribute_not_exists(revoked)"',
    becomes: '"(#family = :family OR #current = :current) AND #until > :now AND attribute_not_exists(revoked)"',
    tests: session,
    name: "a spent refresh token revokes the whole family",
  },
  {
    promise: "guessing passwords ends",
    file: "core/account/throttle.ts",
    text: "failures.until <= now || failures.count < subject.limit",
    becomes: "failures.until <= now || failures.count < 1_000_000",
    tests: session,
    name: "an account's failures are throttled from any address",
  },
];
