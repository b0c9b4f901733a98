/** Bad input: every route of the table gets it, so a new route cannot be left out. Who may call a route: auth-matrix.test.ts. */

import { gzipSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { defaultMaxBodyBytes, parametersOf, type Route, type RouteKey, routes } from "#core/contract/routes.ts";
import { db, type Table, table } from "#core/lib/dynamo.ts";
import { sign } from "#core/lib/tokens.ts";
import { absent, callers, everyRoute } from "./every-route.ts";

const { stage, buyer, admin } = await callers();

const withBody = everyRoute.filter(([, route]) => route.body);
const named = everyRoute.filter(([key]) => /\{(eventId|orderId)\}/.test(key));

const key = (route: Route) => (route.auth === "admin" ? admin.token : buyer.token);

const everything = async (): Promise<number> => {
  const names: Table[] = ["Catalog", "Seats", "Orders", "Accounts"];
  const counts = await Promise.all(
    names.map(
      async (name) => (await db().send(new ScanCommand({ TableName: table(name), Select: "COUNT" }))).Count ?? 0,
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

const writingNothing = async (work: () => Promise<unknown>) => {
  const before = await everything();
  await work();
  expect(await everything()).toBe(before);
};

describe("bad bodies are refused by every route that takes one, and write nothing", () => {
  const send = (route: Route, name: RouteKey, body: unknown, headers: Record<string, string> = {}) =>
    stage.call(name, { params: absent(), token: key(route), body, headers });

  test("malformed JSON is 400", async () => {
    await writingNothing(async () => {
      for (const [name, route] of withBody)
        for (const body of ["{", '{"a":1,}', "nul", Buffer.from([0x22, 0xff, 0xfe, 0x22])]) {
          const reply = await send(route, name, body);
          expect([name, reply.status, reply.body.code]).toEqual([name, 400, "request.malformed"]);
        }
    });
  });

  test("JSON that is no object is 422", async () => {
    for (const [name, route] of withBody)
      for (const body of ["[]", "null", "1", '"x"', "true"]) {
        const reply = await send(route, name, body);
        expect([name, body, reply.status, reply.body.code]).toEqual([name, body, 422, "request.invalid"]);
      }
  });

  test("an unknown field is 422 and named", async () => {
    await writingNothing(async () => {
      for (const [name, route] of withBody) {
        // the allowed fields of a payment depend on its method
        const reply = await send(route, name, { ...(name.endsWith("/payment") && { method: "points" }), surprise: 1 });
        expect([name, reply.status]).toEqual([name, 422]);
        expect(reply.body.errors.map((fault: { path: string }) => fault.path)).toContain("surprise");
      }
    });
  });

  test("an oversized body is 413", async () => {
    for (const [name, route] of withBody) {
      const reply = await send(route, name, Buffer.alloc((route.maxBody ?? defaultMaxBodyBytes) + 1, " "));
      expect([name, reply.status, reply.body.code]).toEqual([name, 413, "request.too_large"]);
    }
  });

  test("a gzip bomb is 413, broken gzip is 400", async () => {
    const gzip = { "content-encoding": "gzip" };
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    const reply = await send(routes["POST /v1/admin/events"], "POST /v1/admin/events", bomb, gzip);
    expect([reply.status, reply.body.code]).toEqual([413, "request.too_large"]);
    const broken = await send(routes["POST /v1/admin/events"], "POST /v1/admin/events", Buffer.from("no gzip"), gzip);
    expect([broken.status, broken.body.code]).toEqual([400, "request.malformed"]);
  });

  test("deeply nested JSON is refused, not recursed into", async () => {
    const deep = `{"surprise":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    for (const [name, route] of withBody) {
      const reply = await send(route, name, deep);
      expect([name, reply.status]).toEqual([name, 422]);
    }
  });
});

test("an unknown or malformed id is 404, whatever the rest of the request is", async () => {
  const unknown = absent();
  const bodies: Partial<Record<RouteKey, unknown>> = {
    "POST /v1/events/{eventId}/queue/admissions": {
      place: sign("place", { sub: buyer.userId, evt: unknown.eventId, num: 1 }),
    },
    "POST /v1/orders/{orderId}/payment": { method: "points" },
    "POST /v1/admin/events/{eventId}/postpone": {
      startsAt: "2031-01-01T00:00:00Z",
      refundUntil: "2030-01-01T00:00:00Z",
    },
    "POST /v1/admin/events/{eventId}/devices": { name: "Gate A" },
    "PUT /v1/admin/orders/{orderId}/mail-address": { email: "buyer@onsale.test" },
  };
  await writingNothing(async () => {
    for (const [name, route] of named) {
      const word = name.includes("{orderId}") ? "order" : "event";
      for (const id of [
        undefined,
        "x",
        "evt_",
        "ord_' OR 1=1",
        "../../etc/passwd",
        "\u0000",
        "가".repeat(50),
        "a".repeat(2_000),
      ]) {
        const given = id === undefined ? unknown : { ...absent(), eventId: id, orderId: id };
        const reply = await stage.call(name, { params: given, token: key(route), body: bodies[name] ?? {} });
        expect([name, id, reply.status, reply.body.code]).toEqual([name, id, 404, `${word}.not_found`]);
      }
    }
  });
});

test("an id that cannot exist gets the route's own 404, as documented", async () => {
  for (const [name, route] of everyRoute.filter(([key]) => key.includes("{"))) {
    const documented = (route.errors ?? []).filter(({ status }) => status === 404).map(({ code }) => code);
    const odd = Object.fromEntries(Object.keys(absent()).map((parameter) => [parameter, "\u0000"]));
    const reply = await stage.call(name, { params: odd, token: key(route), body: {} });
    expect([name, reply.status, documented]).toEqual([name, 404, expect.arrayContaining([reply.body.code])]);
  }
});

test("a body sent with a GET does not change a cached answer", async () => {
  const reply = await stage.call("GET /v1/health", { body: Buffer.alloc(defaultMaxBodyBytes + 1, " ") });
  expect([reply.status, reply.body]).toEqual([200, { status: "ok" }]);
});

test("an unknown path is answered with a problem document", async () => {
  const reply = await stage.call("$default");
  expect(reply.status).toBe(404);
  expect(reply.headers["content-type"]).toBe("application/problem+json");
  expect(reply.body).toMatchObject({
    code: "route.not_found",
    status: 404,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(reply.body.type).toContain("route.not_found");
  expect(reply.body.instance).toMatch(/^urn:onsale:request:/);
});

test("an Idempotency-Key of other than 1–64 visible ASCII characters is 422", async () => {
  for (const [name, route] of everyRoute.filter(([, route]) => route.idempotent))
    for (const odd of ["", " ", "a b", "é", "x".repeat(65)]) {
      const body = {
        "POST /v1/orders/{orderId}/payment": { method: "points" },
        "POST /v1/wallet/charges": { amount: 1 },
        "POST /v1/wallet/charges/form": { amount: 1 },
        "POST /v1/admin/orders/{orderId}/refund": {},
        "POST /v1/admin/check-ins": { eventId: absent().eventId, code: "x" },
      }[name as string];
      const orders = { eventId: absent().eventId, seats: ["A-1-1"] };
      const reply = await stage.call(name, {
        params: absent(),
        token: key(route),
        body: body ?? orders,
        headers: { "idempotency-key": odd },
      });
      expect([name, odd, reply.status, reply.body.errors?.[0]?.path]).toEqual([name, odd, 422, "Idempotency-Key"]);
    }
});

test("a list's limit and cursor are checked", async () => {
  const lists = everyRoute.filter(([, route]) => parametersOf(route).includes("limit"));
  expect(lists.length).toBeGreaterThan(3);
  const queries: Record<string, string>[] = [
    { limit: "0" },
    { limit: "101" },
    { limit: "x" },
    { limit: "1e1" },
    { cursor: "x" },
    { cursor: "eyJ4IjoxfQ" },
  ];
  const { eventId } = await stage.event(); // an unknown event or organisation is answered first
  for (const [name, route] of lists)
    for (const query of queries) {
      const of: Record<string, string> = name.includes("admin/orders") ? { eventId } : {};
      const reply = await stage.call(name, {
        params: { ...absent(), eventId, organisationId: "org_test" },
        query: { ...of, ...query },
        token: route.auth === "public" ? undefined : key(route),
      });
      expect([name, query, reply.status, reply.body.code]).toEqual([name, query, 422, "request.invalid"]);
    }
});
