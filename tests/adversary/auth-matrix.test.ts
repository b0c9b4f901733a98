/** Who may call a route: every route of the table × every bearer, with the exact answer. Tokens in other inputs: tokens.test.ts. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { sessionItem } from "#core/account/account.table.ts";
import { isChecked, type Route, type RouteKey, routes } from "#core/contract/routes.ts";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";
import { castOf, type Owner, settled } from "#tests/adversary/auth-matrix/cast.ts";
import { matrix } from "#tests/adversary/auth-matrix/table.ts";
import { confused, damaged, kinds, payloadOf } from "#tests/adversary/auth-matrix/tokens.ts";
import { answerOf, possessions, writingNothing } from "#tests/adversary/auth-matrix/traces.ts";
import { stage as makeStage, type Stage, type User } from "#tests/support/harness.ts";
import { unused } from "#tests/support/stage.ts";

const LATER = 3_600_000;

const all = Object.entries(routes) as [RouteKey, Route][];
const closed = all.filter(([, { auth }]) => auth !== "public");

/** The routes that refuse the owner, too, because an order is open or no payment window is configured. */
const REFUSED: Partial<Record<RouteKey, string>> = {
  "DELETE /v1/me": "account.orders_open",
  "POST /v1/orders": "order.open_exists",
  "POST /v1/orders/{orderId}/payment/form": "order.not_payable",
  "POST /v1/wallet/charges/form": "wallet.cards_off",
  "POST /v1/devices": "device.pass_invalid",
  "POST /v1/accounts/password": "code.invalid",
  "POST /v1/sessions/passkey": "passkey.invalid",
  "POST /v1/passkeys": "passkey.refused",
  "POST /v1/accounts/verification": "code.invalid",
  "POST /v1/accounts/disown": "account.disown_invalid",
};

let stage: Stage;
let admin: User;
let stranger: User;
let owner: Owner;

beforeAll(async () => {
  stage = await makeStage();
  ({ admin, stranger, owner } = await castOf(stage));
}, 60_000);

describe("every route × every bearer", () => {
  const bearers = async (): Promise<Record<string, string | undefined>> => {
    const { access, ...others } = await kinds(owner);
    const claims = { sub: owner.userId, sid: payloadOf(access).sid, org: true };
    return {
      none: undefined,
      expired: await sign("access", claims, now() - 1_000),
      ...others,
      ...damaged(access, stranger),
      ...(await confused("access", owner)),
    };
  };

  test("a protected route answers 401 without a valid bearer, and writes nothing", { timeout: 60_000 }, async () => {
    const all = await bearers();
    expect(Object.keys(all).length).toBeGreaterThan(25);
    await writingNothing(async () => {
      for (const [name, token] of Object.entries(all))
        for (const [key, { auth }] of closed) {
          if (!token && auth === "optional") continue;
          const reply = await stage.call(key, { ...matrix[key].request(owner), token });
          expect([name, key, answerOf(reply)]).toEqual([name, key, "401 request.unauthorized"]);
          expect(reply.headers).toMatchObject({
            "content-type": "application/problem+json",
            "cache-control": "no-store",
            "www-authenticate": "Bearer",
          });
        }
    });
  });

  test.each(["", "Basic", "Token", "Bearer Bearer", "Bearer,"])("the scheme '%s' is refused", async (scheme) => {
    for (const [key] of closed) {
      const headers = { authorization: `${scheme} ${admin.token}`.trim() };
      const reply = await stage.call(key, { ...matrix[key].request(owner), headers });
      expect([key, answerOf(reply)]).toEqual([key, "401 request.unauthorized"]);
    }
  });

  test("a request that reaches the origin without the edge's secret header is refused on every route", async () => {
    await writingNothing(async () => {
      for (const [key, { auth }] of all)
        for (const origin of [undefined, "", "0".repeat(64), link("OriginKey").value.slice(1)]) {
          const options = matrix[key].request(owner);
          const headers = { ...options.headers, "x-onsale-origin": origin } as Record<string, string>;
          const token = auth === "public" ? undefined : admin.token;
          const reply = await stage.call(key, { ...options, token, headers });
          expect([key, origin, answerOf(reply)]).toEqual([key, origin, "403 request.forbidden"]);
        }
    });
  });

  test("a role in a token opens no organiser's route: only a membership does", async () => {
    const claims = { sub: owner.userId, sid: payloadOf(owner.token).sid };
    const roles = [undefined, ["admin"], ["owner"], "admin", { includes: true }].map((roles) => ({ roles, org: true }));
    await writingNothing(async () => {
      for (const given of roles)
        for (const [key] of all.filter(([, { auth }]) => auth === "admin")) {
          const token = sign("access", { ...claims, ...given }, now() + LATER);
          const reply = await stage.call(key, { ...matrix[key].request(owner), token });
          expect([given, key, answerOf(reply)]).toEqual([given, key, "403 request.forbidden"]);
        }
    });
  });

  test("the token of a missing, ended, revoked, unproven or foreign session is refused on checked routes, and accepted elsewhere", {
    timeout: 60_000,
  }, async () => {
    const ses = () => Ids.make("ses", now());
    const [gone, over, revoked, unproven] = [ses(), ses(), ses(), ses()];
    const keep = (sessionId: string, more: object) =>
      db().send(
        new PutCommand({
          TableName: table("Accounts"),
          Item: {
            ...sessionItem(owner.userId, sessionId, { ...unused, until: now() + LATER }),
            ...more,
          },
        }),
      );
    await keep(over, { until: now() });
    await keep(revoked, { revoked: true });
    await keep(unproven, { unproven: true });
    const checked = all.filter(([, route]) => isChecked(route));
    expect(checked.length).toBeGreaterThan(9);
    await writingNothing(async () => {
      for (const sid of [gone, over, revoked, unproven, payloadOf(stranger.token).sid])
        for (const [key] of checked) {
          const token = sign("access", { sub: owner.userId, sid, org: true }, now() + LATER);
          const reply = await stage.call(key, { ...matrix[key].request(owner), token });
          expect([sid, key, answerOf(reply)]).toEqual([sid, key, "401 session.ended"]);
          expect(reply.headers["www-authenticate"]).toBe("Bearer");
        }
    });
    // the access token is enough for joining, holding and paying, also with the claims of the previous release
    const unchecked: RouteKey[] = [
      "POST /v1/events/{eventId}/queue/places",
      "POST /v1/events/{eventId}/queue/admissions",
      "POST /v1/orders",
      "GET /v1/orders/{orderId}",
    ];
    for (const key of unchecked) {
      const token = sign("access", { sub: owner.userId, sid: gone, roles: [] }, now() + LATER);
      const reply = await stage.call(key, { ...matrix[key].request(owner), token });
      expect([key, reply.status, reply.body?.code]).toEqual([key, matrix[key].opens, REFUSED[key]]);
    }
  });

  test("a session of eleven minutes is refused where a recent sign-in is needed, and accepted elsewhere", async () => {
    const sid = Ids.make("ses", now() - 11 * 60_000);
    const Item = sessionItem(owner.userId, sid, { ...unused, until: now() + LATER });
    await db().send(new PutCommand({ TableName: table("Accounts"), Item }));
    const token = sign("access", { sub: owner.userId, sid }, now() + LATER);
    await writingNothing(async () => {
      for (const [key] of all.filter(([, { session }]) => session === "recent"))
        expect([key, answerOf(await stage.call(key, { ...matrix[key].request(owner), token }))]).toEqual([
          key,
          "403 session.not_recent",
        ]);
    });
    const reply = await stage.call("POST /v1/wallet/charges/form", {
      ...matrix["POST /v1/wallet/charges/form"].request(owner),
      token,
    });
    expect(reply.body.code).toBe("wallet.cards_off");
  });

  test("a token of ours without user or session is refused", { timeout: 60_000 }, async () => {
    const claims = { sub: owner.userId, sid: "ses_1", org: true };
    const nobody = [undefined, null, 7, [owner.userId]].flatMap((who) => [
      { ...claims, sub: who },
      { ...claims, sid: who },
    ]);
    await writingNothing(async () => {
      for (const given of nobody)
        for (const [key] of closed) {
          const token = await sign("access", given, now() + LATER);
          const reply = await stage.call(key, { ...matrix[key].request(owner), token });
          expect([given, key, answerOf(reply)]).toEqual([given, key, "401 request.unauthorized"]);
        }
    });
  });

  test.each(closed)("%s: another user can neither read nor change what belongs to its owner", async (key) => {
    const before = await possessions(owner);
    const { token } = key === "DELETE /v1/sessions" || key === "DELETE /v1/me" ? await stage.user() : stranger;
    const reply = await stage.call(key, { ...matrix[key].request(owner), token });
    expect(answerOf(reply)).toBe(matrix[key].another);
    for (const secret of [owner.userId, owner.email, owner.held, owner.confirmed, owner.ticketId])
      expect(reply.raw.toString()).not.toContain(secret);
    expect(await possessions(owner)).toEqual(before);
    const params = { eventId: owner.eventId };
    const again = { params, token: owner.token, body: { place: owner.place } };
    expect((await stage.call("POST /v1/events/{eventId}/queue/admissions", again)).body.admission).toBeDefined();
  });
});

test("the owner gets each route's answer, so the refusals above are due to the bearer", async () => {
  const last: RouteKey[] = [
    "POST /v1/orders/{orderId}/payment",
    "POST /v1/admin/orders/{orderId}/refund",
    "DELETE /v1/orders/{orderId}",
    "DELETE /v1/admin/organisations/{organisationId}/invitations/{invitationId}",
    "POST /v1/sessions/refresh",
    "DELETE /v1/events/{eventId}/queue/admissions",
    "PUT /v1/me/password",
    "DELETE /v1/me/sessions",
    "DELETE /v1/sessions",
  ];
  const [fresh, entering] = [await settled(stage), await settled(stage)];
  for (const [key, { auth }] of all.filter(([key]) => !last.includes(key) && !key.includes("check-ins"))) {
    const token = auth === "admin" ? admin.token : owner.token;
    const reply = await stage.call(key, { ...matrix[key].request(owner), token });
    expect([key, reply.status, reply.body?.code]).toEqual([key, matrix[key].opens, REFUSED[key]]);
  }
  for (const key of [...last, "POST /v1/admin/check-ins", "DELETE /v1/admin/check-ins/{ticketId}"] as RouteKey[]) {
    const someone = /DELETE .*(orders|invitations)/.test(key) ? fresh : owner;
    const whose = key.includes("check-ins") ? entering : someone;
    const token = routes[key].auth === "admin" ? admin.token : whose.token;
    expect([key, (await stage.call(key, { ...matrix[key].request(whose), token })).status]).toEqual([
      key,
      matrix[key].opens,
    ]);
  }
});
