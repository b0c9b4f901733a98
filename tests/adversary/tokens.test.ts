/** Every input that takes a token × every token there is, with the exact answer. A field with a token and without a row here fails. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import * as Throttle from "#core/account/throttle.ts";
import { type Route, type RouteKey, routes } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import { keysOf } from "#core/lib/schemas.ts";
import { sign } from "#core/lib/tokens.ts";
import { castOf, type Owner } from "#tests/adversary/auth-matrix/cast.ts";
import { broken, confused, damaged, kinds, payloadOf } from "#tests/adversary/auth-matrix/tokens.ts";
import { answerOf, writingNothing } from "#tests/adversary/auth-matrix/traces.ts";
import { solve } from "#tests/adversary/scalper/solve.ts";
import { someKey } from "#tests/support/device.ts";
import { stage as makeStage, type Reply, type Stage, type User } from "#tests/support/harness.ts";

const LATER = 3_600_000;

let stage: Stage;
let admin: User;
let stranger: User;
let owner: Owner;
let elsewhere: { eventId: string };
let guarded: { eventId: string };

beforeAll(async () => {
  stage = await makeStage();
  ({ admin, stranger, owner, elsewhere } = await castOf(stage));
  Throttle.signInLimits.workBits = 8;
  await spent("203.0.113.1");
  guarded = await stage.event({ queue: { enabled: true, challenge: "work", difficulty: 8 } });
  await stage.call("GET /v1/events/{eventId}/queue", { params: { eventId: guarded.eventId } }); // the first call freezes the lobby
}, 60_000);

/** Sets an address's failed sign-ins so that each sign-in from there needs proof of work. */
const spent = (viewer: string) => {
  const Item = { ...Throttle.address(viewer).Key, count: Throttle.signInLimits.address, until: now() + LATER };
  return db().send(new PutCommand({ TableName: table("Accounts"), Item }));
};

describe("every input that takes a token × every token", () => {
  type Slot = {
    kind: "place" | "admission" | "challenge" | "disown" | "ticket" | "refresh" | "pass";
    call: (token: string) => Promise<Reply>;
    refused: string;
    another?: string;
  };
  const atQueue = (key: RouteKey) => (place: string) =>
    stage.call(key, { params: { eventId: owner.eventId }, token: owner.token, body: { place } });
  const slots: Record<string, Slot> = {
    "POST /v1/sessions challenge": {
      kind: "challenge",
      // with proof of work, from an address that needs it
      call: (token) =>
        stage.call("POST /v1/sessions", {
          body: { email: owner.email, password: "correct horse", challenge: solve(token, 8) },
          headers: { "cloudfront-viewer-address": "203.0.113.1:1" },
        }),
      refused: "403 session.challenge_required",
      another: "403 session.challenge_required",
    },
    "POST /v1/accounts/disown token": {
      kind: "disown",
      call: (token) => stage.call("POST /v1/accounts/disown", { body: { token } }),
      refused: "401 account.disown_invalid",
    },
    "POST /v1/sessions/refresh refreshToken": {
      kind: "refresh",
      call: (refreshToken) => stage.call("POST /v1/sessions/refresh", { body: { refreshToken } }),
      refused: "401 session.invalid",
    },
    "POST /v1/events/{eventId}/queue/places place": {
      kind: "place",
      call: atQueue("POST /v1/events/{eventId}/queue/places"),
      refused: "403 queue.place_invalid",
      another: "403 queue.place_foreign",
    },
    "POST /v1/events/{eventId}/queue/places challenge": {
      kind: "challenge",
      // with proof of work, so that only the token can be wrong
      call: (token) =>
        stage.call("POST /v1/events/{eventId}/queue/places", {
          params: { eventId: guarded.eventId },
          token: owner.token,
          body: { challenge: solve(token, 8) },
        }),
      refused: "403 queue.challenge_required",
      another: "403 queue.challenge_required",
    },
    "POST /v1/events/{eventId}/queue/admissions place": {
      kind: "place",
      call: atQueue("POST /v1/events/{eventId}/queue/admissions"),
      refused: "403 queue.place_invalid",
      another: "403 queue.place_foreign",
    },
    "POST /v1/orders Admission": {
      kind: "admission",
      call: (admission) =>
        stage.call("POST /v1/orders", {
          token: owner.token,
          headers: { admission },
          body: { eventId: owner.eventId, seats: ["A-3-1"] },
        }),
      refused: "403 queue.admission_required",
      another: "403 queue.admission_required",
    },
    "POST /v1/admin/check-ins code": {
      kind: "ticket",
      call: (code) =>
        stage.call("POST /v1/admin/check-ins", { token: admin.token, body: { eventId: owner.confirmedEvent, code } }),
      refused: "422 ticket.invalid",
    },
    "POST /v1/devices token": {
      kind: "pass",
      call: (token) => stage.call("POST /v1/devices", { body: { token, publicKey: someKey() } }),
      refused: "401 device.pass_invalid",
    },
  };

  /** Eight digits from an e-mail are no token: tests/integration/account/codes. */
  const isMailed = (name: string, body: z.core.$ZodType) => name === "code" && keysOf(body).includes("codeId");

  test("every such input has a row", () => {
    const carrying = ["place", "challenge", "code", "refreshToken", "token", "admission"];
    const found = (Object.entries(routes) as [RouteKey, Route][]).flatMap(([key, { body, admission }]) => [
      ...(body ? keysOf(body).filter((name) => carrying.includes(name) && !isMailed(name, body)) : []).map(
        (name) => `${key} ${name}`,
      ),
      ...(admission ? [`${key} Admission`] : []),
    ]);
    expect(found).toEqual(Object.keys(slots));
  });

  test.each(Object.entries(slots))("%s", async (_, { kind, call, refused, another }) => {
    const { [kind]: own, ...others } = await kinds(owner);
    const bad: Record<string, string> = {
      ...others,
      ...(kind === "refresh" || kind === "pass" ? broken(own, stranger) : damaged(own, stranger)),
    };
    if (kind === "place" || kind === "admission" || kind === "challenge")
      Object.assign(bad, await confused(kind, owner));
    if (kind === "admission" || kind === "challenge") bad.expired = await sign(kind, payloadOf(own), now() - 1_000);
    if (kind === "place" || kind === "admission" || kind === "challenge")
      bad["of another event"] = await sign(kind, { ...payloadOf(own), evt: elsewhere.eventId }, now() + LATER);
    if (kind === "place")
      bad["of a place without an ordinal"] = await sign("place", { sub: owner.userId, evt: owner.eventId });
    await writingNothing(async () => {
      for (const [name, token] of Object.entries(bad)) {
        if (name === "nothing" && (kind === "ticket" || kind === "pass")) continue; // an empty text is a missing field: 422 request.invalid
        const reply = await call(token);
        expect([name, answerOf(reply)]).toEqual([name, refused]);
      }
      if (!another) return;
      const foreign = await sign(kind as "place", { ...payloadOf(own), sub: stranger.userId }, now() + LATER);
      expect(answerOf(await call(foreign))).toBe(another);
    });
  });
});
