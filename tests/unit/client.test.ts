/** The client of the API against a real server: its requests, and how it handles each kind of answer. */
import { expect, test } from "vitest";
import { createClient } from "#client/client.ts";
import { untilAnswered } from "#client/pause.ts";
import { ApiProblem, passing } from "#client/problem.ts";
import { createSession, inMemory } from "#client/session.ts";
import { type Answer, type Asked, serve } from "#tests/support/api-server.ts";

const pair = (name: string, expiresIn = 1_800) => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  expiresIn,
  tokenType: "Bearer" as const,
});

const refused = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: { type: "about:blank", title: "A title", status, detail: "What is wrong.", instance: "/", code, ...more },
});

const problemOf = async (call: Promise<unknown>): Promise<ApiProblem> => {
  const error = await call.catch((reason) => reason);
  expect(error).toBeInstanceOf(ApiProblem);
  return error as ApiProblem;
};

test("sends path, query, body and headers of a route, and answers its body", async () => {
  const { baseUrl, asked } = await serve(() => ({ status: 200, body: { items: [], next: null } }));
  const api = createClient({ baseUrl: `${baseUrl}/` });
  api.session.keep(pair("a"));
  expect(await api.open("GET /v1/events", { query: { q: "a & b", cursor: undefined, limit: "5" } })).toEqual({
    items: [],
    next: null,
  });
  const body = { method: "points" } as const;
  await api.call("POST /v1/orders/{orderId}/payment", { params: { orderId: "a/b" }, body, idempotencyKey: "k1" });
  await api.call("POST /v1/orders", { body: { eventId: "evt_1", seats: ["A"] }, admission: "adm" });
  expect(asked).toMatchObject([
    { method: "GET", path: "/v1/events?q=a+%26+b&limit=5" },
    {
      method: "POST",
      path: "/v1/orders/a%2Fb/payment",
      body,
      headers: { "idempotency-key": "k1", "content-type": "application/json", authorization: "Bearer access-a" },
    },
    { path: "/v1/orders", headers: { admission: "adm" } },
  ]);
  expect(asked[0]?.headers).not.toHaveProperty("authorization");
});

test("a compressed body is sent with its encoding, and not as JSON", async () => {
  const { baseUrl, asked } = await serve(() => ({ status: 201, body: {} }));
  const body = { title: "x" } as never;
  await createClient({ baseUrl }).call("POST /v1/admin/events", { body, gzip: true });
  expect(asked[0]).toMatchObject({
    body: { title: "x" },
    headers: { "content-encoding": "gzip", "content-type": "application/octet-stream" },
  });
});

test("the status distinguishes a route's answers; no body is undefined, other text is text", async () => {
  const answers: Answer[] = [
    { status: 204 },
    { status: 202, body: { orderId: "ord_1" } },
    (response) => response.writeHead(200, { "content-type": "image/svg+xml" }).end("<svg/>"),
  ];
  const { baseUrl } = await serve(() => answers.shift() as Answer);
  const api = createClient({ baseUrl });
  const request = { params: { orderId: "ord_1" } };
  expect(await api.reply("DELETE /v1/orders/{orderId}", request)).toMatchObject({ status: 204, body: undefined });
  expect(await api.reply("DELETE /v1/orders/{orderId}", request)).toMatchObject({
    status: 202,
    body: { orderId: "ord_1" },
  });
  expect(await api.call("GET /v1/tickets/{ticketId}/qr", { params: { ticketId: "t" } })).toBe("<svg/>");
});

test("a refusal is a problem with its code, status, detail, seconds and further members", async () => {
  const answers: Answer[] = [
    { ...refused(409, "seat.taken", { seats: ["A-1"] }), headers: { "retry-after": "7" } } as Answer,
    (response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>"),
    { status: 304 },
  ];
  const { baseUrl } = await serve(() => answers.shift() as Answer);
  const api = createClient({ baseUrl });
  const ask = () => problemOf(api.call("GET /v1/me"));
  expect(await ask()).toMatchObject({
    code: "seat.taken",
    status: 409,
    detail: "What is wrong.",
    message: "What is wrong.",
    retryAfter: 7,
    document: { seats: ["A-1"] },
  });
  expect(await ask()).toMatchObject({ code: "http.502", status: 502, detail: "HTTP 502", retryAfter: undefined });
  expect(await ask()).toMatchObject({ code: "http.304" });
});

test("no answer, a late one and an incomplete one are all offline", async () => {
  const answers: ((response: import("node:http").ServerResponse) => void)[] = [
    () => {},
    (response) => response.writeHead(200, { "content-type": "application/json" }).write('{"userId":'),
    (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"userId":'),
    (response) => response.destroy(),
  ];
  const { baseUrl } = await serve(() => answers.shift() as Answer);
  const api = createClient({ baseUrl, timeoutMs: 300 });
  for (let n = 0; n < 4; n++) {
    const problem = await problemOf(api.call("GET /v1/me"));
    expect(problem).toMatchObject({ code: "offline", status: 0 });
    expect(passing(problem)).toBe(true);
  }
  const nobody = createClient({ baseUrl: "http://127.0.0.1:1" });
  expect(await problemOf(nobody.open("GET /v1/health"))).toMatchObject({ code: "offline" });
});

/** An API that refuses all access tokens except the refreshed one. */
const refreshing = () =>
  serve(({ path, headers, body }: Asked) => {
    if (path === "/v1/sessions/refresh") {
      const { refreshToken } = body as { refreshToken: string };
      return refreshToken === "refresh-a" ? { status: 201, body: pair("b") } : refused(401, "session.invalid");
    }
    return headers.authorization === "Bearer access-b"
      ? { status: 200, body: { userId: "usr_1" } }
      : refused(401, "request.unauthorized");
  });

test("a refused access token is refreshed once, and the call sent again once", async () => {
  const { baseUrl, asked } = await refreshing();
  const api = createClient({ baseUrl });
  api.session.keep(pair("a"));
  expect(await api.call("GET /v1/me")).toEqual({ userId: "usr_1" });
  expect(asked.map(({ path }) => path)).toEqual(["/v1/me", "/v1/sessions/refresh", "/v1/me"]);
});

test("simultaneous calls with an old token refresh it once, and public calls never", async () => {
  const { baseUrl, asked } = await refreshing();
  const api = createClient({ baseUrl });
  api.session.keep(pair("a", 1));
  await problemOf(api.open("GET /v1/health"));
  await Promise.all([api.call("GET /v1/me"), api.call("GET /v1/me"), api.call("GET /v1/wallet")]);
  expect(asked.filter(({ path }) => path === "/v1/sessions/refresh")).toHaveLength(1);
  expect(asked[0]?.headers).not.toHaveProperty("authorization");
});

test("an ended session is deleted, and the call's own refusal is thrown", async () => {
  const { baseUrl } = await refreshing();
  const store = inMemory();
  const session = createSession({ baseUrl, fetch }, store);
  const api = createClient({ baseUrl, session });
  session.keep(pair("z"));
  expect(await problemOf(api.call("GET /v1/me"))).toMatchObject({ status: 401, code: "request.unauthorized" });
  expect(store.get()).toBeUndefined();
});

test("every answer's headers are passed on, also a refusal's, and a given fetch is used", async () => {
  const seen: (string | null)[] = [];
  const urls: string[] = [];
  const api = createClient({
    baseUrl: "https://tickets.example",
    fetch: async (url) => {
      urls.push(url);
      return Response.json({ code: "route.not_found" }, { status: 404, headers: { date: "now" } });
    },
    onAnswer: (headers) => seen.push(headers.get("date")),
  });
  await problemOf(api.open("GET /v1/health"));
  expect([urls, seen]).toEqual([["https://tickets.example/v1/health"], ["now"]]);
});

test("a call without an answer is repeated, and a refused one is not", async () => {
  let left = 2;
  let asked = 0;
  const ask = (status: number, code: string) =>
    untilAnswered(async () => {
      asked++;
      if (left-- > 0) throw new ApiProblem({ code }, status);
      return "done";
    });
  expect(await ask(503, "order.busy")).toBe("done");
  expect(asked).toBe(3);
  left = 1;
  for (const [status, code] of [
    [409, "seat.taken"],
    [429, "card.too_many_declined"],
  ] as const) {
    left = 1;
    expect(await problemOf(ask(status, code))).toMatchObject({ code });
  }
  expect(asked).toBe(5);
});
