/** Requests reach a function in API Gateway's payload format 2.0, and its results leave as API Gateway would send them. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Route } from "#core/contract/routes/route.ts";
import { routes } from "#core/contract/routes.ts";
import { toAnswer, toEvent } from "#local/payload.ts";
import { match } from "#local/route-table.ts";

const nowhere = { routeKey: "$default", route: undefined, params: undefined };

test("a literal segment matches before a parameter, and a parameter matches exactly one segment", () => {
  expect(match("GET", "/v1/events").routeKey).toBe("GET /v1/events");
  expect(match("GET", "/v1/events/evt_1/queue")).toMatchObject({
    routeKey: "GET /v1/events/{eventId}/queue",
    params: { eventId: "evt_1" },
  });
  for (const path of ["/v1/events/", "/v1/events/a/b", "/v1", "/", "", "/v1/events//queue", "/V1/events"])
    expect(match("GET", path).routeKey).toBe("$default");
  expect(match("PUT", "/v1/events").routeKey).toBe("$default");
});

test("parameters are decoded; a path that cannot be decoded matches nothing", () => {
  expect(match("GET", "/v1/events/a/sections/B%C3%BChne%2F1/seats").params).toEqual({
    eventId: "a",
    sectionId: "Bühne/1",
  });
  expect(match("GET", "/v1/events/%E0%A4%A/queue").routeKey).toBe("$default");
});

test("query parameters are decoded, repeated names are joined by commas, and an empty query is left out", () => {
  const event = toEvent({ method: "GET", path: "/x", query: "a=1&b=%C3%A9+x&a=2&__proto__=p" }, nowhere);
  expect(Object.entries(event.queryStringParameters ?? {})).toEqual([
    ["a", "1,2"],
    ["b", "é x"],
    ["__proto__", "p"],
  ]);
  expect(event.rawQueryString).toBe("a=1&b=%C3%A9+x&a=2&__proto__=p");
  expect(toEvent({ method: "GET", path: "/x" }, nowhere).queryStringParameters).toBeUndefined();
});

test("JSON and text are passed as text, even compressed; binary and untyped bodies as base64", () => {
  const body = Buffer.from('{"a":"é"}');
  const event = (headers: Record<string, string | undefined>) =>
    toEvent({ method: "POST", path: "/x", headers, body }, nowhere);
  for (const type of ["application/json", "application/json; charset=utf-8", "application/problem+json", "text/csv"])
    expect(event({ "content-type": type })).toMatchObject({ body: '{"a":"é"}', isBase64Encoded: false });
  expect(event({ "content-type": "application/json", "content-encoding": "gzip" })).toMatchObject({
    isBase64Encoded: false,
  });
  for (const headers of [{ "content-type": "application/octet-stream", "content-encoding": "gzip" }, {}])
    expect(event(headers)).toMatchObject({ body: body.toString("base64"), isBase64Encoded: true });
  const empty = toEvent({ method: "POST", path: "/x", headers: {}, body: Buffer.alloc(0) }, nowhere);
  expect(empty.body).toBeUndefined();
  expect(empty.isBase64Encoded).toBe(false);
});

test("an answer's bytes are sent as the function meant them, for every type that our routes answer: the function marks base64", () => {
  const types = Object.values(routes as Record<string, Route>).flatMap(({ answers }) =>
    Object.values(answers).map((kind) => (typeof kind === "string" ? kind : "application/json")),
  );
  const bytes = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0xc3, 0x28]); // no UTF-8
  for (const type of new Set([...types, "application/problem+json"])) {
    const headers = { "content-type": type };
    expect(toAnswer({ statusCode: 200, headers, body: '{"a":"é"}' }).body.toString(), type).toBe('{"a":"é"}');
    const binary = { statusCode: 200, headers, body: bytes.toString("base64"), isBase64Encoded: true };
    expect(toAnswer(binary).body, type).toEqual(bytes);
  }
});

test("a compressed body with the type JSON arrives damaged, and one sent as bytes arrives whole", () => {
  const plan = gzipSync(JSON.stringify({ title: "é" }));
  const sent = (type: string) => {
    const headers = { "content-type": type, "content-encoding": "gzip" };
    const event = toEvent({ method: "POST", path: "/x", headers, body: plan }, nowhere);
    return Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  };
  expect(sent("application/octet-stream")).toEqual(plan);
  for (const type of ["application/json", "text/plain"]) expect(sent(type)).not.toEqual(plan);
});

test("cookies are separate from the headers", () => {
  const event = toEvent({ method: "GET", path: "/x", headers: { cookie: "a=1; b=2", host: "h" } }, nowhere);
  expect(event.cookies).toEqual(["a=1", "b=2"]);
  expect(event.headers).toEqual({ host: "h" });
});

test("a result with a status is the answer, and one without is the JSON of a 200", () => {
  expect(toAnswer({ statusCode: 201, headers: { "X-Thing": 5 }, cookies: ["a=1"], body: "hi" })).toEqual({
    status: 201,
    headers: { "x-thing": "5", "set-cookie": ["a=1"] },
    body: Buffer.from("hi"),
  });
  expect(toAnswer({ statusCode: 200, body: "AQI=", isBase64Encoded: true }).body).toEqual(Buffer.from([1, 2]));
  expect(String(toAnswer({ ok: true }).body)).toBe('{"ok":true}');
});
