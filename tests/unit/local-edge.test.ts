/** The edge caches what may be cached, for as long as allowed, and shields the origin from a crowd. */
import jws from "jws";
import { expect, test } from "vitest";
import { type Route, routes } from "#core/contract/routes.ts";
import { createEdge } from "#local/edge.ts";
import type { HttpAnswer, HttpRequest } from "#local/payload.ts";

const LIST = "/v1/events";
const EVENT = "evt_01JD0000000000000000000000";
const STATUS = `/v1/events/${EVENT}/queue`;
const SECRET = "an access key";
const accessKey = () => SECRET;

const token = (claims: object) =>
  jws.sign({
    header: { alg: "HS256" },
    payload: { aud: "access", exp: Date.now() / 1000 + 60, ...claims },
    secret: SECRET,
  });
const bearer = (claims: object = {}) => ({ authorization: `Bearer ${token(claims)}` });

const get = (path: string, query = "", headers: Record<string, string> = {}): HttpRequest => ({
  ...{ method: "GET", path, query, headers },
});

/** An origin that counts and records its requests, and answers after `delay` ms. */
const stage = (given: Partial<HttpAnswer> & { cache?: string; delay?: number; maxBytes?: number } = {}) => {
  const asked: HttpRequest[] = [];
  const clock = { at: 1_000_000 };
  const origin = async (request: HttpRequest): Promise<HttpAnswer> => {
    const count = asked.push(request);
    if (given.delay) await new Promise((resolve) => setTimeout(resolve, given.delay));
    return {
      status: given.status ?? 200,
      headers: {
        "content-type": "application/json",
        "cache-control": given.cache ?? "public, max-age=5",
        ...given.headers,
      },
      body: given.body ?? Buffer.from(`answer ${count}`),
    };
  };
  const edge = createEdge(origin, {
    now: () => clock.at,
    accessKey,
    ...(given.maxBytes && { maxBytes: given.maxBytes }),
  });
  return { asked, clock, edge };
};

test("a thousand simultaneous visitors cause one call to the origin", async () => {
  const { edge, asked } = stage({ delay: 20 });
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => edge.fetch(get(STATUS))));
  expect(asked).toHaveLength(1);
  expect(new Set(answers.map((answer) => String(answer.body)))).toEqual(new Set(["answer 1"]));
  expect(edge.originCalls()).toEqual({ "GET /v1/events/{eventId}/queue": 1 });
});

test("an answer is reused until its max-age is over, with its age", async () => {
  const { edge, clock, asked } = stage({ cache: "public, max-age=2" });
  expect((await edge.fetch(get(STATUS))).headers["x-cache"]).toBe("Miss from cloudfront");
  clock.at += 1_900;
  const hit = await edge.fetch(get(STATUS));
  expect(hit.headers).toMatchObject({ "x-cache": "Hit from cloudfront", age: "1" });
  expect(asked).toHaveLength(1);
  clock.at += 100;
  expect(String((await edge.fetch(get(STATUS))).body)).toBe("answer 2");
});

test.each([
  "private, no-store",
  "no-store",
  "max-age=60",
  "public",
  "public, max-age=0",
  "public, max-age=60, no-cache",
  "",
])("an answer with '%s' is never cached", async (cache) => {
  const { edge, asked } = stage({ cache });
  for (let n = 0; n < 3; n++) await edge.fetch(get(LIST));
  expect(asked).toHaveLength(3);
});

test("visitors who waited for an answer that must not be shared each get their own", async () => {
  const { edge, asked } = stage({ cache: "private, no-store", delay: 10 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => edge.fetch(get(LIST))));
  expect(asked).toHaveLength(5);
  expect(new Set(answers.map((answer) => String(answer.body))).size).toBe(5);
});

test("an error is cached for a second at most", async () => {
  const { edge, clock, asked } = stage({ status: 503, cache: "public, max-age=60" });
  await edge.fetch(get(LIST));
  clock.at += 900;
  await edge.fetch(get(LIST));
  expect(asked).toHaveLength(1);
  clock.at += 200;
  await edge.fetch(get(LIST));
  expect(asked).toHaveLength(2);
});

test("the cache key has only the parameters that the route names, in any order, and the origin gets no other", async () => {
  const { edge, asked } = stage();
  await edge.fetch(get(LIST, "q=rock&limit=5&utm_source=x"));
  await edge.fetch(get(LIST, "limit=5&cachebuster=123&q=rock"));
  expect(asked.map((request) => request.query)).toEqual(["q=rock&limit=5"]);
  await edge.fetch(get(LIST, "limit=6&q=rock"));
  expect(asked).toHaveLength(2);
  await edge.fetch(get(STATUS, "a=1"));
  await edge.fetch(get(STATUS, "a=2"));
  expect(asked).toHaveLength(3);
});

test("nothing that identifies a visitor reaches the origin of a shared answer", async () => {
  const { edge, asked } = stage();
  await edge.fetch(get(LIST, "", { authorization: "Bearer mine", cookie: "a=b", "user-agent": "u" }));
  expect(asked[0]).toEqual({ method: "GET", path: LIST, query: "" });
});

test("a visitor's own data is never cached, whatever its headers say", async () => {
  const { edge, asked } = stage({ cache: "public, max-age=60" });
  const mine = bearer();
  for (let n = 0; n < 2; n++) await edge.fetch(get("/v1/orders", "", mine));
  await edge.fetch({ method: "POST", path: "/v1/sessions" });
  await edge.fetch({ method: "POST", path: "/v1/sessions" });
  expect(asked).toHaveLength(4);
  expect(asked[0]?.headers?.authorization).toBe(mine.authorization);
});

test("a client that already has the answer gets 304 without a body", async () => {
  const { edge } = stage();
  const { etag } = (await edge.fetch(get(LIST))).headers;
  const again = await edge.fetch(get(LIST, "", { "if-none-match": String(etag) }));
  expect(again.status).toBe(304);
  expect(again.body).toHaveLength(0);
});

test("the cache keeps its memory limit, and drops the least recently used answer", async () => {
  const { edge, asked } = stage({ body: Buffer.alloc(1_000), maxBytes: 5_000 });
  for (const n of [1, 2, 3]) await edge.fetch(get(LIST, `limit=${n}`));
  await edge.fetch(get(LIST, "limit=1"));
  await edge.fetch(get(LIST, "limit=4"));
  expect(asked).toHaveLength(4);
  await edge.fetch(get(LIST, "limit=1"));
  expect(asked).toHaveLength(4);
  await edge.fetch(get(LIST, "limit=2"));
  expect(asked).toHaveLength(5);
});

test("after a failed call the next visitor causes a new one", async () => {
  let calls = 0;
  const origin = async () => {
    calls++;
    if (calls === 1) throw new Error("origin is gone");
    return { status: 200, headers: { "cache-control": "public, max-age=1" }, body: Buffer.from("ok") };
  };
  const edge = createEdge(origin, { accessKey });
  await expect(edge.fetch(get(LIST))).rejects.toThrow("gone");
  expect((await edge.fetch(get(LIST))).status).toBe(200);
});

const odd = [
  STATUS.toLowerCase(),
  STATUS.toUpperCase(),
  STATUS.replace("evt_", "Evt_"),
  STATUS.replace("evt", "%65vt"),
  STATUS.replace("/queue", "%2Fqueue"),
  STATUS.replace("queue", "queu%65"),
  `${STATUS}/`,
  `${STATUS}//`,
  `/${STATUS}`,
  STATUS.replace("/queue", "//queue"),
  STATUS.replace("/events/", "/./events/"),
  STATUS.replace("/events/", "/events/../events/"),
  `${STATUS};a=1`,
  `${STATUS}%20`,
  `${STATUS}%00`,
  STATUS.replace(EVENT, "evt_1"),
  STATUS.replace(EVENT, `${EVENT}0`),
  STATUS.replace(EVENT, EVENT.replace("01JD", "81JD")),
  STATUS.replace(EVENT, EVENT.replace("0", "O")),
];

test("the origin gets one call a second for an event, however its status is spelled", async () => {
  const { edge, asked } = stage({ cache: "public, max-age=1" });
  for (let n = 0; n < 2_000; n++) {
    const headers = { accept: `x/${n}`, "accept-encoding": n % 3 ? "br" : "", origin: `https://${n}.test` };
    const isOdd = n % 2 === 1;
    const [path, query] = isOdd ? [odd[(n >> 1) % odd.length] ?? "", ""] : [STATUS, `n=${n}`];
    const answer = await edge.fetch(get(path, query, { ...headers, authorization: `Bearer ${n}` }));
    expect([path, answer.status]).toEqual([path, isOdd ? 404 : 200]);
  }
  for (const method of ["HEAD", "POST", "PUT", "DELETE", "get"])
    expect((await edge.fetch({ method, path: STATUS })).status).toBe(404);
  expect(asked).toHaveLength(1);
});

test("an id that cannot exist gets the route's own 404, and an unknown path the API's", async () => {
  const { edge, asked } = stage();
  const answer = async (path: string) => {
    const { status, headers, body } = await edge.fetch(get(path, "", bearer()));
    return [status, headers["content-type"], JSON.parse(String(body)).code];
  };
  const type = "application/problem+json";
  expect(await answer("/v1/events/evt_1/queue")).toEqual([404, type, "event.not_found"]);
  expect(await answer("/v1/orders/ord_1")).toEqual([404, type, "order.not_found"]);
  expect(await answer(`/v1/events/${EVENT}/sections/%41/seats`)).toEqual([404, type, "section.not_found"]);
  expect(await answer("/v1/nowhere")).toEqual([404, type, "route.not_found"]);
  expect(asked).toHaveLength(0);
});

test("a request without a token reaches no route that needs one, and only organisers reach an organiser's", async () => {
  const { edge, asked } = stage();
  const guarded = Object.entries<Route>(routes).filter(([, { auth }]) => auth === "user" || auth === "admin");
  const ids: Record<string, string> = {
    eventId: EVENT,
    orderId: EVENT.replace("evt", "ord"),
    deviceId: EVENT.replace("evt", "dev"),
  };
  const send = async (key: string, headers: Record<string, string>) => {
    const [method = "", path = ""] = key.split(" ");
    const sent = path.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? "a");
    return (await edge.fetch({ method, path: sent, headers })).status;
  };
  const [head, payload, mark = ""] = token({ org: true }).split(".");
  const claims = Buffer.from(JSON.stringify({ aud: "access", exp: 9e9, org: true })).toString("base64url");
  const strangers: Record<string, string>[] = [
    {},
    { authorization: "Bearer a.b.c" },
    { authorization: `Bearer ${head}.${claims}.${mark}` },
    { authorization: `Bearer ${head}.${payload}.${mark.slice(0, -1)}` },
    { authorization: `Bearer ${head}.${payload}.` },
    bearer({ org: true, exp: Date.now() / 1000 - 1 }),
    bearer({ org: true, aud: "place" }),
  ];
  for (const [key] of guarded)
    for (const headers of strangers) expect([key, headers, await send(key, headers)]).toEqual([key, headers, 401]);
  expect(asked).toHaveLength(0);
  for (const [key, { auth }] of guarded) {
    expect([key, await send(key, bearer())]).toEqual([key, auth === "admin" ? 403 : 200]);
    for (const odd of [{ org: "true" }, { org: 1 }, { roles: "admin" }, { roles: ["Admin"] }])
      expect([key, odd, await send(key, bearer(odd))]).toEqual([key, odd, auth === "admin" ? 403 : 200]);
    // the previous release's tokens say it so
    for (const organiser of [{ org: true }, { roles: ["admin"] }])
      expect([key, await send(key, bearer(organiser))]).toEqual([key, 200]);
  }
});

test("what a device has signed passes to the routes of an entrance, in one spelling, and to no other route that needs a token", async () => {
  const { edge, asked } = stage();
  const ask = async (method: string, path: string, authorization: string) =>
    (await edge.fetch({ method, path, headers: { authorization } })).status;
  const scan = (authorization: string) => ask("POST", "/v1/admin/check-ins", authorization);
  expect(await scan("Device a.b.c")).toBe(200);
  expect(await ask("GET", `/v1/admin/events/${EVENT}/entrance`, "Device a.b.c")).toBe(200);
  for (const odd of ["device a.b.c", "Device  a.b.c", "Device a.b", "Device a.b.c.d", "Device a.b.c ", "Device", "x"])
    expect([odd, await scan(odd)]).toEqual([odd, 401]);
  for (const path of ["/v1/me", "/v1/admin/events", `/v1/admin/events/${EVENT}/devices`, "/v1/admin/orders"])
    expect([path, await ask("GET", path, "Device a.b.c")]).toEqual([path, 401]);
  expect(asked).toHaveLength(2);
});
