import { beforeAll, expect, test } from "vitest";
import { link } from "#core/lib/config.ts";
import { handler } from "#functions/http/catalog.ts";
import { toEvent } from "#local/payload.ts";
import { match } from "#local/route-table.ts";
import * as Harness from "#tests/support/harness.ts";

beforeAll(async () => {
  await Harness.stage();
});

test("a request whose function runs out of time is answered with a 503 problem and Retry-After", async () => {
  const request = {
    method: "GET",
    path: "/v1/events",
    query: "",
    headers: { "x-onsale-origin": link("OriginKey").value },
  };
  const context = { awsRequestId: "a-request", getRemainingTimeInMillis: () => 100 };
  const answer = await handler(toEvent(request, match("GET", "/v1/events")) as never, context as never);
  expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
  expect(answer.headers?.["content-type"]).toBe("application/problem+json");
  expect(JSON.parse(answer.body ?? "")).toMatchObject({
    code: "unavailable",
    instance: "urn:onsale:request:a-request",
  });
});
