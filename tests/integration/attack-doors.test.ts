/**
 * Who gets in where: every route of the table × every bearer, and every place of a request that takes a token × every token there is,
 * with the exact answer. A route, or a field that takes a token, which has no line here fails.
 */
import { createHash, createHmac } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { db, type Table, table } from "#core/lib/dynamo.ts";
import { keysOf } from "#core/lib/schemas.ts";
import { signTicket } from "#core/lib/ticket-tokens.ts";
import { sign } from "#core/lib/tokens.ts";
import { type Route, type RouteKey, routes } from "#functions/routes.ts";
import { signature } from "#local/sandbox/webhooks.ts";
import { type CallOptions, stage as makeStage, type Reply, type Stage, type User } from "#tests/harness.ts";
import { shop } from "#tests/shop.ts";

const PASSWORD = "correct horse battery";
const LATER = 3_600_000;

type Owner = User & {
  eventId: string;
  place: string;
  admission: string;
  /** Held, and confirmed with a ticket. */
  held: string;
  confirmed: string;
  ticketId: string;
  code: string;
  refreshToken: string;
};

let stage: Stage;
let admin: User;
let stranger: User;
let owner: Owner;
let elsewhere: { eventId: string };

const queue = { enabled: true, admitPerSecond: 1_000, maxActive: 1_000, sessionSeconds: 3_600, claimSeconds: 600 };

const enter = async (user: User, eventId: string) => {
  const params = { eventId };
  const { token } = user;
  const joined = await stage.call("POST /v1/events/{eventId}/queue/places", { params, token, body: {} });
  const { place } = joined.body;
  const claim = () => stage.call("POST /v1/events/{eventId}/queue/admissions", { params, token, body: { place } });
  let claimed = await claim();
  for (let tries = 0; claimed.status === 409 && tries < 40; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    claimed = await claim();
  }
  return { place: place as string, admission: claimed.body.admission as string };
};

/** Somebody with everything that one can have. */
const settled = async (): Promise<Owner> => {
  const { hold, held, pay, get } = shop(stage);
  const user = await stage.user({ balance: 1_000_000 });
  const [{ eventId }, other] = await Promise.all([stage.event({ queue }), stage.event()]);
  const bought = await held(user, { eventId: other.eventId, seats: ["A-1-1"] });
  await pay(user, bought.orderId);
  await stage.drain();
  const [ticket] = (await get(user, bought.orderId)).tickets as { ticketId: string; code: string }[];
  const entered = await enter(user, eventId);
  const open = await hold(user, { eventId, seats: ["A-1-1"] }, { admission: entered.admission });
  await stage.call("POST /v1/accounts", { body: { email: `x${user.email}`, password: PASSWORD, name: "X" } });
  const session = await stage.call("POST /v1/sessions", { body: { email: `x${user.email}`, password: PASSWORD } });
  return {
    ...user,
    eventId,
    ...entered,
    held: open.body.orderId,
    confirmed: bought.orderId,
    ticketId: ticket?.ticketId ?? "",
    code: ticket?.code ?? "",
    refreshToken: session.body.refreshToken,
  };
};

beforeAll(async () => {
  stage = await makeStage();
  [admin, stranger, owner, elsewhere] = await Promise.all([
    stage.user({ roles: ["admin"] }),
    stage.user({ balance: 1_000_000 }),
    settled(),
    stage.event({ queue }),
  ]);
}, 60_000);

type Door = {
  /** A request that opens, but for who sends it. */
  request: (owner: Owner) => CallOptions;
  /** What its owner gets; checked last, for some of it changes what is there. */
  opens: number;
  /** What another signed-in user gets with the owner's ids and tokens. A bare status: something of their own, nothing of the owner's. */
  another: string;
};

const nothing = () => ({});
const ofEvent = ({ eventId }: Owner) => ({ params: { eventId } });
const hook = JSON.stringify({
  type: "payment.authorised",
  paymentId: "pay_1",
  reference: "a.b.c",
  status: "authorised",
  amount: 1,
  currency: "KRW",
  createdAt: "2026-11-21T00:00:00.000Z",
});

const future = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const newEvent = () => ({
  kind: "concert",
  title: "New",
  venue: "Hall",
  startsAt: future(20),
  salesOpenAt: future(1),
  prices: { Standard: 1 },
  generalAdmission: [{ sectionId: "G", name: "G", capacity: 1, category: "Standard" }],
});

const doors: Record<RouteKey, Door> = {
  "POST /v1/accounts": {
    request: () => ({ body: { email: `new${now()}@onsale.test`, password: PASSWORD, name: "New" } }),
    opens: 201,
    another: "201",
  },
  "POST /v1/sessions": {
    request: ({ email }) => ({ body: { email: `x${email}`, password: PASSWORD } }),
    opens: 201,
    another: "201",
  },
  "POST /v1/sessions/refresh": {
    request: ({ refreshToken }) => ({ body: { refreshToken } }),
    opens: 201,
    another: "201", // whoever bears it
  },
  "DELETE /v1/sessions": { request: nothing, opens: 204, another: "204" },
  "GET /v1/me": { request: nothing, opens: 200, another: "200" },
  "GET /v1/wallet": { request: nothing, opens: 200, another: "200" },
  "POST /v1/wallet/charges": {
    request: () => ({ body: { amount: 1 }, headers: { "idempotency-key": "mine" } }),
    opens: 201,
    another: "201",
  },
  "GET /v1/wallet/entries": { request: nothing, opens: 200, another: "200" },
  "GET /v1/events": { request: nothing, opens: 200, another: "200" },
  "GET /v1/events/{eventId}": { request: ofEvent, opens: 200, another: "200" },
  "GET /v1/events/{eventId}/plan": { request: ofEvent, opens: 200, another: "200" },
  "GET /v1/events/{eventId}/availability": { request: ofEvent, opens: 200, another: "200" },
  "GET /v1/events/{eventId}/sections/{sectionId}/seats": {
    request: ({ eventId }) => ({ params: { eventId, sectionId: "A" } }),
    opens: 200,
    another: "200",
  },
  "POST /v1/events/{eventId}/queue/places": {
    request: (owner) => ({ ...ofEvent(owner), body: { place: owner.place } }),
    opens: 200,
    another: "403 queue.place_foreign",
  },
  "GET /v1/events/{eventId}/queue": { request: ofEvent, opens: 200, another: "200" },
  "POST /v1/events/{eventId}/queue/admissions": {
    request: (owner) => ({ ...ofEvent(owner), body: { place: owner.place } }),
    opens: 201,
    another: "403 queue.place_foreign",
  },
  "DELETE /v1/events/{eventId}/queue/admissions": { request: ofEvent, opens: 204, another: "204" },
  "POST /v1/orders": {
    request: ({ eventId, admission }) => ({ body: { eventId, seats: ["A-2-1"] }, headers: { admission } }),
    opens: 409, // one is open: the admission was good
    another: "403 queue.admission_required",
  },
  "GET /v1/orders": { request: nothing, opens: 200, another: "200" },
  "GET /v1/orders/{orderId}": {
    request: ({ held }) => ({ params: { orderId: held } }),
    opens: 200,
    another: "404 order.not_found",
  },
  "POST /v1/orders/{orderId}/payment": {
    request: ({ held }) => ({ params: { orderId: held }, body: { method: "points" } }),
    opens: 202,
    another: "404 order.not_found",
  },
  "DELETE /v1/orders/{orderId}": {
    request: ({ confirmed }) => ({ params: { orderId: confirmed } }),
    opens: 202,
    another: "404 order.not_found",
  },
  "GET /v1/tickets/{ticketId}/qr": {
    request: ({ ticketId }) => ({ params: { ticketId } }),
    opens: 200,
    another: "404 ticket.not_found",
  },
  "POST /v1/payments/webhooks/{provider}": {
    request: () => ({
      params: { provider: "sandbox" },
      body: hook,
      headers: { "onsale-signature": signature(link("WebhookKey").value, hook) },
    }),
    opens: 202,
    another: "202",
  },
  "POST /v1/admin/events": { request: () => ({ body: newEvent() }), opens: 201, another: "403 request.forbidden" },
  "PATCH /v1/admin/events/{eventId}": {
    request: (owner) => ({ ...ofEvent(owner), body: { queue: { claimSeconds: 500 } } }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "GET /v1/admin/events/{eventId}/stats": { request: ofEvent, opens: 200, another: "403 request.forbidden" },
  "GET /v1/admin/orders": {
    request: ({ eventId }) => ({ query: { eventId } }),
    opens: 200,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/orders/{orderId}/refund": {
    request: ({ confirmed, userId }) => ({ params: { orderId: confirmed }, query: { userId } }),
    opens: 202,
    another: "403 request.forbidden",
  },
  "POST /v1/admin/check-ins": {
    request: ({ code }) => ({ body: { code } }),
    opens: 201,
    another: "403 request.forbidden",
  },
  "GET /v1/health": { request: nothing, opens: 200, another: "200" },
  "GET /v1/openapi.json": { request: nothing, opens: 200, another: "200" },
};

const all = Object.entries(routes) as [RouteKey, Route][];
const closed = all.filter(([, { auth }]) => auth !== "public");

const told = ({ status, body }: Reply): string => (status < 400 ? String(status) : `${status} ${body.code}`);

/** A digest of everything in the tables. */
const everything = async (): Promise<string> => {
  const names: Table[] = ["Catalog", "Seats", "Orders", "Accounts"];
  const pages = names.map((name) => db().send(new ScanCommand({ TableName: table(name), ConsistentRead: true })));
  const lines = (await Promise.all(pages)).flatMap(({ Items = [] }) => Items.map((item) => JSON.stringify(item)));
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
};

const writingNothing = async (work: () => Promise<unknown>) => {
  const before = await everything();
  await work();
  expect(await everything()).toBe(before);
};

/** What the owner has, as the tables say it, but for the queue's own. */
const possessions = async (): Promise<string[]> => {
  const found = await Promise.all(
    (["Orders", "Accounts", "Seats"] as const).map((name) =>
      db().send(new ScanCommand({ TableName: table(name), ConsistentRead: true })),
    ),
  );
  const items = found.flatMap(({ Items = [] }) => Items.map((item) => JSON.stringify(item)));
  return items.filter((item) => item.includes(owner.userId)).sort();
};

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

const hmac = (header: object, claims: object, key: string): string => {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
};

/** What makes a token no token, whatever kind it is. */
const damaged = (token: string): Record<string, string> => {
  const [head = "", payload = "", mark = ""] = token.split(".");
  const claims = payloadOf(token);
  const { x } = JSON.parse(link("TicketKey").value);
  return {
    nothing: "",
    noise: "aaa.bbb.ccc",
    "without its signature": `${head}.${payload}.`,
    "cut short": token.slice(0, -2),
    "with a character more": `${token}A`,
    "with another payload": `${head}.${part({ ...claims, sub: stranger.userId, roles: ["admin"] })}.${mark}`,
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

/** Good tokens of every kind, each for this user and event, so that only their kind is wrong in another's place. */
const kinds = async (user: Owner) => ({
  access: user.token,
  place: user.place,
  admission: user.admission,
  ticket: user.code,
  refresh: user.refreshToken,
});

/** Every kind's claims under every other kind's name: a signature by the right key for the wrong audience, and the reverse. */
const confused = async (audience: "access" | "place" | "admission"): Promise<Record<string, string>> => {
  const claims = { sub: owner.userId, sid: "ses_1", roles: ["admin"], evt: owner.eventId, num: 1, iat: now() };
  const keys = { access: "AccessKey", place: "PlaceKey", admission: "AdmissionKey" } as const;
  const exp = Math.floor(now() / 1000) + 3_600;
  const others = (["access", "place", "admission", "ticket"] as const).filter((other) => other !== audience);
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

test("every route has its line", () => {
  expect(Object.keys(doors)).toEqual(Object.keys(routes));
});

describe("every route × every bearer", () => {
  const bearers = async (): Promise<Record<string, string | undefined>> => {
    const { access, ...others } = await kinds(owner);
    const claims = { sub: owner.userId, sid: "ses_1", roles: ["admin"] };
    return {
      none: undefined,
      expired: await sign("access", claims, now() - 1_000),
      ...others,
      ...damaged(access),
      ...(await confused("access")),
    };
  };

  test("a closed route answers 401 to whoever is nobody, and writes nothing", { timeout: 60_000 }, async () => {
    const all = await bearers();
    expect(Object.keys(all).length).toBeGreaterThan(25);
    await writingNothing(async () => {
      for (const [name, token] of Object.entries(all))
        for (const [key] of closed) {
          const reply = await stage.call(key, { ...doors[key].request(owner), token });
          expect([name, key, told(reply)]).toEqual([name, key, "401 request.unauthorized"]);
          expect(reply.headers).toMatchObject({
            "content-type": "application/problem+json",
            "cache-control": "no-store",
            "www-authenticate": "Bearer",
          });
        }
    });
  });

  test.each(["", "Basic", "Token", "Bearer Bearer", "Bearer,"])("the scheme '%s' opens nothing", async (scheme) => {
    for (const [key] of closed) {
      const headers = { authorization: `${scheme} ${admin.token}`.trim() };
      const reply = await stage.call(key, { ...doors[key].request(owner), headers });
      expect([key, told(reply)]).toEqual([key, "401 request.unauthorized"]);
    }
  });

  test("past the edge, without its secret header, no route answers anybody", async () => {
    await writingNothing(async () => {
      for (const [key, { auth }] of all)
        for (const origin of [undefined, "", "0".repeat(64), link("OriginKey").value.slice(1)]) {
          const options = doors[key].request(owner);
          const headers = { ...options.headers, "x-onsale-origin": origin } as Record<string, string>;
          const token = auth === "public" ? undefined : admin.token;
          const reply = await stage.call(key, { ...options, token, headers });
          expect([key, origin, told(reply)]).toEqual([key, origin, "403 request.forbidden"]);
        }
    });
  });

  test("a role that is not the organiser's, however it is spelled, opens no organiser's route", async () => {
    const roles = [[], ["buyer"], ["Admin"], ["administrator"], ["admin "], [["admin"]], ["*"]];
    await writingNothing(async () => {
      for (const given of roles)
        for (const [key] of all.filter(([, { auth }]) => auth === "admin")) {
          const token = await sign("access", { sub: owner.userId, sid: "ses_1", roles: given }, now() + LATER);
          const reply = await stage.call(key, { ...doors[key].request(owner), token });
          expect([given, key, told(reply)]).toEqual([given, key, "403 request.forbidden"]);
        }
    });
  });

  test.each(closed)("%s: another user gets nothing of its owner's and changes nothing of it", async (key) => {
    const before = await possessions();
    const reply = await stage.call(key, { ...doors[key].request(owner), token: stranger.token });
    expect(told(reply)).toBe(doors[key].another);
    for (const secret of [owner.userId, owner.email, owner.held, owner.confirmed, owner.ticketId])
      expect(reply.raw.toString()).not.toContain(secret);
    expect(await possessions()).toEqual(before);
    const params = { eventId: owner.eventId };
    const again = { params, token: owner.token, body: { place: owner.place } };
    expect((await stage.call("POST /v1/events/{eventId}/queue/admissions", again)).body.admission).toBeDefined();
  });
});

describe("every place that takes a token × every token", () => {
  type Slot = {
    kind: "place" | "admission" | "ticket" | "refresh";
    call: (token: string) => Promise<Reply>;
    refused: string;
    another?: string;
  };
  const atQueue = (key: RouteKey) => (place: string) =>
    stage.call(key, { params: { eventId: owner.eventId }, token: owner.token, body: { place } });
  const slots: Record<string, Slot> = {
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
      call: (code) => stage.call("POST /v1/admin/check-ins", { token: admin.token, body: { code } }),
      refused: "422 ticket.invalid",
    },
  };

  test("every such place has its line", () => {
    const carrying = ["place", "code", "refreshToken", "token", "admission"];
    const found = all.flatMap(([key, { body, admission }]) => [
      ...(body ? keysOf(body).filter((name) => carrying.includes(name)) : []).map((name) => `${key} ${name}`),
      ...(admission ? [`${key} Admission`] : []),
    ]);
    expect(found).toEqual(Object.keys(slots));
  });

  test.each(Object.entries(slots))("%s", async (_, { kind, call, refused, another }) => {
    const { [kind]: own, ...others } = await kinds(owner);
    const bad: Record<string, string> = { ...others, ...(kind === "refresh" ? broken(own) : damaged(own)) };
    if (kind === "place" || kind === "admission") Object.assign(bad, await confused(kind));
    if (kind === "admission") bad.expired = await sign("admission", payloadOf(own), now() - 1_000);
    if (kind === "place" || kind === "admission")
      bad["of another event"] = await sign(kind, { ...payloadOf(own), evt: elsewhere.eventId }, now() + LATER);
    if (kind === "place")
      bad["of a place without an ordinal"] = await sign("place", { sub: owner.userId, evt: owner.eventId });
    await writingNothing(async () => {
      for (const [name, token] of Object.entries(bad)) {
        if (name === "nothing" && kind === "ticket") continue; // an empty code is a missing field: 422 request.invalid
        const reply = await call(token);
        expect([name, told(reply)]).toEqual([name, refused]);
      }
      if (!another) return;
      const foreign = await sign(kind as "place", { ...payloadOf(own), sub: stranger.userId }, now() + LATER);
      expect(told(await call(foreign))).toBe(another);
    });
  });

  /** A refresh token is no JWS: its parts changed one by one. */
  const broken = (token: string): Record<string, string> => {
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
});

test("its owner gets what each route gives: what was refused above was refused for its bearer", async () => {
  const last: RouteKey[] = [
    "POST /v1/orders/{orderId}/payment",
    "POST /v1/admin/orders/{orderId}/refund",
    "DELETE /v1/orders/{orderId}",
    "POST /v1/sessions/refresh",
    "DELETE /v1/events/{eventId}/queue/admissions",
  ];
  const fresh = await settled();
  for (const [key, { auth }] of all.filter(([key]) => !last.includes(key) && !key.includes("check-ins"))) {
    const token = auth === "admin" ? admin.token : owner.token;
    const reply = await stage.call(key, { ...doors[key].request(owner), token });
    expect([key, reply.status, reply.body?.code]).toEqual([
      key,
      doors[key].opens,
      key === "POST /v1/orders" ? "order.open_exists" : undefined,
    ]);
  }
  for (const key of [...last, "POST /v1/admin/check-ins"] as RouteKey[]) {
    const someone = key.includes("DELETE /v1/orders") || key.includes("check-ins") ? fresh : owner;
    const whose = key.includes("check-ins") ? await settled() : someone;
    const token = routes[key].auth === "admin" ? admin.token : whose.token;
    expect([key, (await stage.call(key, { ...doors[key].request(whose), token })).status]).toEqual([
      key,
      doors[key].opens,
    ]);
  }
});
