/** The public address behaves like CloudFront, API Gateway and Lambda together, also towards attackers. */
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { sign } from "#core/lib/tokens.ts";
import { call } from "#local/api-gateway.ts";
import { createEdge } from "#local/edge.ts";
import type { Invoke } from "#local/lambda.ts";
import { serve } from "#local/server.ts";

beforeAll(() => {
  process.env.SST_RESOURCE_App = "{}";
  process.env.SST_RESOURCE_OriginKey = JSON.stringify({ value: "origin-secret" });
  process.env.SST_RESOURCE_AccessKey = JSON.stringify({ value: "access-secret" });
  authorization = `Bearer ${sign("access", { sub: "usr_1", sid: "ses_1", roles: [] }, Date.now() + 600_000)}`;
});

/** The token of a signed-in visitor: the edge refuses requests without one. */
let authorization: string;

/** A server with this function behind every route. */
const serving = async (invoke: Invoke) => {
  const server = await serve({ edge: createEdge((request, matched) => call(request, matched, invoke)) });
  onTestFinished(() => server.stop());
  return server.url;
};

/** Answers each request with the event that its function was given. */
const echo: Invoke = async (service, event) => ({
  statusCode: 200,
  headers: { "content-type": "application/json", "cache-control": "private, no-store" },
  body: JSON.stringify({ service, event }),
});

type Echo = { service: string; event: APIGatewayProxyEventV2 };

test("a request reaches its route's function with headers that the edge sets and no client can", async () => {
  const url = await serving(echo);
  const response = await fetch(`${url}/v1/orders/ord_01JD0000000000000000000000?x=1`, {
    headers: { "x-onsale-origin": "guess", "cloudfront-viewer-address": "1.2.3.4:5", Authorization: authorization },
  });
  const { service, event } = (await response.json()) as Echo;
  expect(service).toBe("orders");
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "GET /v1/orders/{orderId}",
    rawPath: "/v1/orders/ord_01JD0000000000000000000000",
    rawQueryString: "x=1",
    pathParameters: { orderId: "ord_01JD0000000000000000000000" },
    requestContext: { http: { method: "GET" } },
  });
  expect(event.headers["x-onsale-origin"]).toBe("origin-secret");
  expect(event.headers["cloudfront-viewer-address"]).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(event.headers.authorization).toBe(authorization);
});

test("an unknown path reaches no function", async () => {
  const url = await serving(echo);
  for (const [method, path] of [
    ["GET", "/v1/nowhere"],
    ["PATCH", "/v1/orders"],
    ["GET", "/v1/events/%E0%A4%A/queue"],
  ]) {
    const response = await fetch(`${url}${path}`, { method });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 404, code: expect.stringContaining("not_found") });
  }
});

test("a function that throws gives API Gateway's bare 500", async () => {
  const url = await serving(async () => {
    throw new Error("secret detail");
  });
  const response = await fetch(`${url}/v1/me`, { headers: { authorization } });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: "Internal Server Error" });
});

test("a body beyond 10 MB is refused with a problem document, whether its length is announced or not", async () => {
  let invoked = 0;
  const url = await serving(async () => {
    invoked++;
    return {};
  });
  const big = Buffer.alloc(10 * 1024 * 1024 + 1);
  const chunked = new ReadableStream({
    start: (controller) => {
      for (let at = 0; at < big.length; at += 65_536) controller.enqueue(big.subarray(at, at + 65_536));
      controller.close();
    },
  });
  for (const body of [big, chunked]) {
    const response = await fetch(`${url}/v1/orders`, { method: "POST", body, duplex: "half" } as RequestInit);
    expect(response.status).toBe(413);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 413, code: "request.too_large" });
  }
  expect(invoked).toBe(0);
});

test("a client that announces a huge body and does not end it is answered at once and disconnected", async () => {
  const url = new URL(await serving(echo));
  const socket = connect(Number(url.port), url.hostname);
  socket.on("error", () => {});
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.write("POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
  const drip = setInterval(() => socket.write("x".repeat(1000)), 20);
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});

test("answers of a kilobyte and more are compressed as the client accepts, and never twice", async () => {
  const text = JSON.stringify({ text: "seat ".repeat(1_000) });
  const url = await serving(async (_service, event) => {
    const encoded = (event as APIGatewayProxyEventV2).rawPath.endsWith("/plan");
    const body = (event as APIGatewayProxyEventV2).rawPath === "/v1/me" ? "{}" : text;
    const headers = { "content-type": "application/json", ...(encoded && { "content-encoding": "gzip" }) };
    return { statusCode: 200, headers, body };
  });
  const raw = (path: string, accept: string) =>
    new Promise<{ coding: string | undefined; body: Buffer }>((resolve, reject) => {
      httpRequest(`${url}${path}`, { headers: { authorization, "accept-encoding": accept } }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ coding: response.headers["content-encoding"], body: Buffer.concat(chunks) }),
        );
      })
        .once("error", reject)
        .end();
    });
  const gzip = await raw("/v1/orders", "gzip, deflate");
  expect([gzip.coding, String(gunzipSync(gzip.body))]).toEqual(["gzip", text]);
  const br = await raw("/v1/orders", "gzip, br");
  expect([br.coding, String(brotliDecompressSync(br.body))]).toEqual(["br", text]);
  for (const [path, accept] of [
    ["/v1/me", "gzip"],
    ["/v1/orders", ""],
    ["/v1/orders", "gzip;q=0"],
  ] as const)
    expect((await raw(path, accept)).coding).toBeUndefined();
  const encoded = await raw("/v1/events/evt_01JD0000000000000000000000/plan", "gzip, br");
  expect([encoded.coding, String(encoded.body)]).toEqual(["gzip", text]);
});

test("public answers come from the edge cache: many visitors over HTTP cause one invocation", async () => {
  let invoked = 0;
  const url = await serving(async () => {
    invoked++;
    return { statusCode: 200, headers: { "cache-control": "public, max-age=60" }, body: "{}" };
  });
  await Promise.all(
    Array.from({ length: 100 }, () =>
      fetch(`${url}/v1/events/evt_01JD0000000000000000000000/queue?cachebuster=${Math.random()}`),
    ),
  );
  expect(invoked).toBe(1);
});
